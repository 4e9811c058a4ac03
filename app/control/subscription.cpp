#include "app/control/subscription.h"

#include <cstdlib>

namespace app::control {

using model::push::Type;

bool Subscription::isWildcard() const
{
    if (m_type != Type::Cds && m_type != Type::Lds) return false;
    return m_names.contains("*") || (m_open && !m_named);
}

Reading Subscription::read(const DiscoveryRequest& request)
{
    Reading reading;
    // A nonce before anything was sent on this stream is one of a dead stream (A4): the request is an initial one.
    const bool initial = !m_open || request.response_nonce().empty() || m_lastNonce.empty();
    if (initial) {
        m_open = true;
        m_names.clear();
        readNames(request, reading);
        reading.answer = Reading::Answer::All;
        return reading;
    }
    readVerdict(request, reading);
    if (request.response_nonce() == m_lastNonce) readNames(request, reading);
    return reading;
}

void Subscription::readVerdict(const DiscoveryRequest& request, Reading& reading)
{
    const auto found = m_outstanding.find(request.response_nonce());
    if (found == m_outstanding.end()) return; // Judged before: a repeated request, or a change of names.
    reading.nonce = found->first;
    reading.version = found->second;
    reading.isLatest = found->first == m_lastNonce;
    reading.verdict = request.has_error_detail() ? Reading::Verdict::Nack : Reading::Verdict::Ack;
    m_nacked = request.has_error_detail();
    if (reading.isLatest) m_outstanding.clear(); // A client may skip superseded ones (A2.7).
    else m_outstanding.erase(found);
}

void Subscription::readNames(const DiscoveryRequest& request, Reading& reading)
{
    std::set<std::string> names(request.resource_names().begin(), request.resource_names().end());
    for (const auto& name : names)
        if (!m_names.contains(name)) reading.added.insert(name);
    if (!names.empty()) m_named = true;
    m_names = std::move(names);
    if (!reading.added.empty()) reading.answer = Reading::Answer::Added;
}

void Subscription::sent(const std::string& nonce, const std::string& version)
{
    m_lastNonce = nonce;
    m_lastVersion = version;
    m_outstanding[nonce] = version;
}

} // namespace app::control
