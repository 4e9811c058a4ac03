// What one client wants of one type on one stream, and how its requests read: protocols A2, state of the world.
#pragma once

#include "model/push/status.h"

#include "envoy/service/discovery/v3/discovery.pb.h"

#include <map>
#include <set>
#include <string>

namespace app::control {

using envoy::service::discovery::v3::DiscoveryRequest;

/// What a request asks the server to do, and what it says about an earlier response.
struct Reading {
    enum class Answer { None, Added, All };
    enum class Verdict { None, Ack, Nack };
    Answer answer = Answer::None;
    std::set<std::string> added; ///< Names to answer for `Added`.
    Verdict verdict = Verdict::None;
    std::string version; ///< Of the response that is judged; empty when it is not known any more.
    std::string nonce;
    bool isLatest = false; ///< The verdict is on the last response of the type.
};

/// State machine of one type on one stream. Plain value; its owner locks.
class Subscription {
public:
    explicit Subscription(model::push::Type type) : m_type(type) {}

    Reading read(const DiscoveryRequest& request);
    /// Books a response that goes out.
    void sent(const std::string& nonce, const std::string& version);

    bool isOpen() const { return m_open; } ///< The client asked for the type on this stream.
    /// True when the client takes `name`: all names of a wildcard (CDS and LDS only), else those it listed.
    bool wants(const std::string& name) const { return isWildcard() || m_names.contains(name); }
    bool isWildcard() const;
    bool isSubscribed() const { return isWildcard() || !m_names.empty(); }
    const std::set<std::string>& names() const { return m_names; }
    bool isAnswered() const { return m_outstanding.empty(); } ///< Nothing is on the wire unjudged.
    bool isNacked() const { return m_nacked; }                ///< The last verdict, on whichever response.
    const std::string& lastVersion() const { return m_lastVersion; }
    bool hasSent() const { return !m_lastNonce.empty(); }

private:
    void readVerdict(const DiscoveryRequest& request, Reading& reading);
    void readNames(const DiscoveryRequest& request, Reading& reading);

    model::push::Type m_type;
    bool m_open = false;
    bool m_named = false; ///< Some name was sent once: an empty list is no wildcard any more.
    bool m_nacked = false;
    std::set<std::string> m_names;
    std::string m_lastNonce, m_lastVersion;
    std::map<std::string, std::string> m_outstanding; ///< Nonce to version; few.
};

} // namespace app::control
