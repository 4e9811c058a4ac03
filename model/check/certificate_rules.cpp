// Rules about certificates and keys, read where they are at hand (anchors.md 4.3: T02).
#include "model/check/certificates.h"
#include "model/check/files.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace model::check {
namespace {

namespace path = source::path;
using envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext;

/// A secret that nothing uses is not looked into by Envoy.
Severity severityAt(const std::string& place)
{
    return place.find("secrets[") != std::string::npos || place.find("resources[") != std::string::npos
               ? Severity::Warning
               : Severity::Error;
}

/// The certificate of a TlsCertificate message; nullptr when its texts are not at hand.
std::shared_ptr<const Certificate> certificateOf(const View& message, const Facts& facts)
{
    if (message.has("pkcs12")) return nullptr;
    const DataText chain = dataText(message.in("certificate_chain"), facts);
    const DataText key = dataText(message.in("private_key"), facts);
    const DataText password = dataText(message.in("password"), facts);
    const bool needsKey = !message.has("private_key_provider");
    if (!chain.isKnown || (needsKey && !key.isKnown)) return nullptr;
    if (message.has("password") && !password.isKnown) return nullptr;
    if (key.text == "[redacted]") return nullptr; // T08 tells
    return readCertificate(chain.text, needsKey ? key.text : std::string(), password.text);
}

std::string nameOf(const View& message, const char* field)
{
    const std::string file = message.text(std::string(field) + ".filename");
    return file.empty() ? std::string("<inline>") : file;
}

void lifetime(const Certificate& certificate, const View& message, Report& report)
{
    constexpr std::int64_t soon = 30 * 24 * 3600;
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    if (certificate.expires == 0 || certificate.expires > now + soon) return;
    const std::string place = message.at("certificate_chain");
    const std::int64_t days = (certificate.expires - now) / (24 * 3600);
    if (certificate.expires <= now)
        report.warning(place, fmt::format("The certificate has expired, {} days ago: clients refuse it", -days));
    else report.advice(place, fmt::format("The certificate expires in {} days", days));
}

void certificate(const View& message, const Facts& facts, Report& report)
{
    const Severity severity = severityAt(message.path());
    for (const char* field : {"certificate_chain", "private_key", "pkcs12"})
        if (const std::string file = missingFile(message.in(field), facts); !file.empty())
            report.warning(message.at(field), fmt::format("There is no file '{}'; Envoy starts only with it", file));
    if (message.has("pkcs12")) {
        for (const char* field : {"certificate_chain", "private_key", "private_key_provider"})
            if (message.has(field))
                report.add(severity, message.at(field), fmt::format("'{}' must not stand beside 'pkcs12'", field));
        return;
    }
    if (!message.has("certificate_chain"))
        report.add(severity, message.path(), "A TLS certificate must have a 'certificate_chain'");
    else if (!message.has("private_key") && !message.has("private_key_provider"))
        report.add(severity, message.path(), "A TLS certificate must have a 'private_key'");
    const auto read = certificateOf(message, facts);
    if (read == nullptr) return;
    if (!read->chainFault.empty())
        report.add(severity, message.at("certificate_chain"),
                   fmt::format("Failed to load certificate chain from {}: {}", nameOf(message, "certificate_chain"),
                               read->chainFault));
    else if (!read->keyFault.empty())
        report.add(
            severity, message.at("private_key"),
            fmt::format("Failed to load private key from {}: {}", nameOf(message, "private_key"), read->keyFault));
    else lifetime(*read, message, report);
}

/// A server tells its sessions apart by the names of its certificates.
void nameless(const View& context, const Facts& facts, Report& report)
{
    for (const View& one : context.all("common_tls_context.tls_certificates"))
        if (const auto read = certificateOf(one, facts); read && read->chainFault.empty() && !read->isNamed)
            report.error(one.at("certificate_chain"),
                         "Invalid TLS context: the certificate has neither subject CN nor SAN names");
}

/// The names of all certificates of a context; empty when one of them is not at hand.
std::vector<std::string> namesOf(const View& context, const Facts& facts)
{
    std::vector<std::string> names;
    for (const View& one : context.all("common_tls_context.tls_certificates")) {
        const auto read = certificateOf(one, facts);
        if (read == nullptr || !read->chainFault.empty()) return {};
        names.insert(names.end(), read->names.begin(), read->names.end());
    }
    return names;
}

std::string withoutPort(const std::string& domain) { return domain.substr(0, domain.find(':')); }

void otherDomains(const Facts& facts, const Chain& chain, const std::vector<std::string>& names, Report& report)
{
    for (const Table& table : facts.tables) {
        if (table.manager == nullptr || !path::isWithin(table.manager->path, chain.path)) continue;
        for (int h = 0; h < table.message->virtual_hosts_size(); ++h)
            for (int d = 0; d < table.message->virtual_hosts(h).domains_size(); ++d) {
                const std::string host = withoutPort(table.message->virtual_hosts(h).domains(d));
                const bool isName = host.find('.') != std::string::npos && !host.ends_with('*');
                if (isName && !covers(names, host))
                    report.advice(item(item(table.path, "virtual_hosts", h), "domains", d),
                                  fmt::format("No certificate of the filter chain is made for '{}'", host));
            }
    }
}

void otherNames(const Facts& facts, Report& report)
{
    for (const Chain& chain : facts.chains) {
        const auto context = unpack<DownstreamTlsContext>(chain.message->transport_socket().typed_config());
        if (!context || context->common_tls_context().tls_certificates_size() == 0) continue;
        const View view(context.get(), path::field(chain.path, "transport_socket.typed_config"),
                        *facts.revision.schema());
        const std::vector<std::string> names = namesOf(view, facts);
        if (names.empty()) continue;
        for (const std::string& wanted : chain.message->filter_chain_match().server_names())
            if (!covers(names, wanted))
                report.warning(item(view.path(), "common_tls_context.tls_certificates", 0),
                               fmt::format("The certificate is not made for the server name '{}' of its chain, but for "
                                           "'{}'",
                                           wanted, names.front()));
        otherDomains(facts, chain, names, report);
    }
}

constexpr std::array rules = {Rule{"T02", otherNames}};

constexpr std::array typeRules = {
    TypeRule{"T02", "envoy.extensions.transport_sockets.tls.v3.TlsCertificate", certificate},
    TypeRule{"T02", "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", nameless},
};

} // namespace

std::span<const Rule> certificateRules() { return rules; }
std::span<const TypeRule> certificateTypeRules() { return typeRules; }

} // namespace model::check
