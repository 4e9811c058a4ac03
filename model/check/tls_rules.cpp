// Rules about TLS contexts and secrets (anchors.md 4.3, T codes).
#include "model/check/certificates.h"
#include "model/check/files.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>

namespace model::check {
namespace {

namespace path = source::path;

constexpr const char* downstream = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
constexpr const char* upstream = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
constexpr const char* common = "envoy.extensions.transport_sockets.tls.v3.CommonTlsContext";

/// The validation context that stands in the text, inline or combined; false when it comes by SDS or not at all.
View validationOf(const View& context)
{
    if (const View plain = context.in("common_tls_context.validation_context")) return plain;
    return context.in("common_tls_context.combined_validation_context.default_validation_context");
}

bool validatesBySds(const View& context)
{
    return context.has("common_tls_context.validation_context_sds_secret_config") ||
           context.has("common_tls_context.combined_validation_context.validation_context_sds_secret_config");
}

bool hasAuthority(const View& validation)
{
    return validation.has("trusted_ca") || validation.has("ca_certificate_provider_instance") ||
           validation.has("system_root_certs") || validation.has("custom_validator_config");
}

void serverCertificate(const View& context, const Facts&, Report& report)
{
    const View tls = context.in("common_tls_context");
    const bool comesElse =
        tls.has("tls_certificate_sds_secret_configs") || tls.has("tls_certificate_provider_instance") ||
        tls.has("tls_certificate_certificate_provider") || tls.has("custom_tls_certificate_selector") ||
        tls.has("tls_certificate_certificate_provider_instance");
    if (!tls.has("tls_certificates") && !comesElse)
        report.error(tls ? tls.path() : context.path(), "A server's TLS context must have a certificate");
}

void mixedCertificates(const View& tls, const Facts&, Report& report)
{
    if (tls.has("tls_certificates") && tls.has("tls_certificate_sds_secret_configs"))
        report.error(tls.at("tls_certificate_sds_secret_configs"),
                     "Certificates must all come by SDS or all stand here");
}

void clientCertificates(const View& context, const Facts&, Report& report)
{
    for (const char* field :
         {"common_tls_context.tls_certificates", "common_tls_context.tls_certificate_sds_secret_configs"})
        if (context.count(field) > 1)
            report.error(path::index(context.at(field), 1), "A client's TLS context must have at most one certificate");
}

/// A secret that nothing uses is not looked into.
Severity inSecret(const std::string& place)
{
    return place.find("secrets[") != std::string::npos || place.find("resources[") != std::string::npos
               ? Severity::Warning
               : Severity::Error;
}

/// Reads inline text of a DataSource; empty when it lies in a file or is not set.
std::string inlineText(const View& source)
{
    return source.has("inline_string") ? source.text("inline_string") : source.text("inline_bytes");
}

void trustedCa(const View& validation, const Facts& facts, Report& report)
{
    const View source = validation.in("trusted_ca");
    if (!source) return;
    const DataText pem = dataText(source, facts);
    const std::string file = source.text("filename");
    if (const std::string missing = missingFile(source, facts); !missing.empty())
        report.warning(source.path(), fmt::format("There is no file '{}'; Envoy starts only with it", missing));
    if (!pem.isKnown || pem.text == "[redacted]") return;
    if (pem.text.empty())
        report.add(inSecret(source.path()), source.path(),
                   "DataSource cannot be empty: the trusted CA must stand here");
    else if (pem.text.find("-----BEGIN") == std::string::npos || !holdsCertificates(pem.text))
        report.add(inSecret(source.path()), source.path(),
                   fmt::format("Failed to load trusted CA certificates from {}: it holds no certificate in PEM form",
                               file.empty() ? "<inline>" : file));
}

/// What can only be asked of certificates that a CA has signed.
void withoutCa(const View& validation, const Facts&, Report& report)
{
    if (hasAuthority(validation) || validation.path().find("combined_validation_context") != std::string::npos) return;
    if (validation.has("crl"))
        report.add(inSecret(validation.path()), validation.at("crl"), "Failed to load CRL without trusted CA");
    if (validation.flag("allow_expired_certificate"))
        report.add(inSecret(validation.path()), validation.at("allow_expired_certificate"),
                   "Certificate validity period is always ignored without trusted CA");
}

/// Fingerprints in hexadecimal, with or without colons, and in base64.
void fingerprints(const View& validation, const Facts&, Report& report)
{
    static const RE2 hex("[0-9a-fA-F]{64}|[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){31}"), base64("[A-Za-z0-9+/]{43}=");
    const auto look = [&](const char* field, const RE2& form, std::size_t least, const char* what) {
        int i = 0;
        for (const std::string& one : validation.texts(field)) {
            const std::string at = path::index(validation.at(field), i++);
            if (one.size() >= least && !RE2::FullMatch(one, form)) // the schema's own rule tells of short ones
                report.add(inSecret(at), at, fmt::format("Invalid {}-encoded SHA-256 '{}'", what, one));
        }
    };
    look("verify_certificate_hash", hex, 64, "hex");
    look("verify_certificate_spki", base64, 44, "base64");
}

void otherNames(const View& matcher, const Facts&, Report& report)
{
    static const RE2 oid("[0-2](\\.[0-9]+)+");
    if (matcher.text("san_type") == "OTHER_NAME" && !RE2::FullMatch(matcher.text("oid"), oid))
        report.error(matcher.at("oid"),
                     fmt::format("Failed to create SAN matcher for OTHER_NAME with OID: '{}'; it must be of the form "
                                 "1.2.3",
                                 matcher.text("oid")));
}

void redacted(const View& certificate, const Facts&, Report& report)
{
    if (inlineText(certificate.in("private_key")) == "[redacted]")
        report.add(inSecret(certificate.path()), certificate.at("private_key"),
                   "The key was taken out of a config dump ('[redacted]'); the real one must stand here");
}

/// Looks a secret of a kind up among the static ones. SDS with a source of its own is not looked at.
void staticSecret(const View& reference, const Facts& facts, const char* kind, Report& report)
{
    if (!reference || reference.has("sds_config") || !facts.project.hasBootstrap) return;
    const std::string name = reference.text("name");
    const auto& secrets = facts.project.secrets;
    const auto found = secrets.find(name);
    if (found == secrets.end())
        report.error(reference.path(), fmt::format("There must be a static secret '{}'; none is defined", name));
    else if (!found->second.contains(kind))
        report.error(reference.path(), fmt::format("The static secret '{}' is of another kind", name));
}

void secrets(const View& tls, const Facts& facts, Report& report)
{
    for (const View& one : tls.all("tls_certificate_sds_secret_configs"))
        staticSecret(one, facts, "tls_certificate", report);
    for (const char* field :
         {"validation_context_sds_secret_config", "combined_validation_context.validation_context_sds_secret_config"})
        staticSecret(tls.in(field), facts, "validation_context", report);
}

void sameSecretTwice(const View& resources, const Facts&, Report& report)
{
    std::map<std::string, int> seen;
    for (const View& secret : resources.all("secrets")) {
        std::string kind = "other ";
        for (const char* field : {"tls_certificate", "validation_context", "session_ticket_keys", "generic_secret"})
            if (secret.has(field)) kind = field;
        if (!seen.emplace(kind + " " + secret.text("name"), 0).second)
            report.error(secret.at("name"),
                         fmt::format("Two static secrets must not be named '{}'", secret.text("name")));
    }
}

/// Envoy makes every static secret when it starts.
void secretWithoutType(const View& resources, const Facts&, Report& report)
{
    for (const View& secret : resources.all("secrets"))
        if (std::ranges::none_of(
                std::array{"tls_certificate", "validation_context", "session_ticket_keys", "generic_secret"},
                [&](const char* kind) { return secret.has(kind); }))
            report.error(secret.path(), "Secret type not implemented: one of 'tls_certificate', 'validation_context', "
                                        "'session_ticket_keys' and 'generic_secret' must be set");
}

bool names(const View& validation)
{
    return validation.has("match_typed_subject_alt_names") || validation.has("match_subject_alt_names");
}

void namesWithoutAuthority(const View& context, const Facts&, Report& report)
{
    const View validation = validationOf(context);
    if (names(validation) && !hasAuthority(validation) && !validatesBySds(context))
        report.error(validation.at(validation.has("match_typed_subject_alt_names") ? "match_typed_subject_alt_names"
                                                                                   : "match_subject_alt_names"),
                     "Names in a certificate mean nothing without 'trusted_ca'");
}

void automaticNames(const View& context, const Facts&, Report& report)
{
    if (context.flag("auto_sni_san_validation") && !validationOf(context) && !validatesBySds(context))
        report.error(context.at("auto_sni_san_validation"), "'auto_sni_san_validation' needs a 'validation_context'");
}

/// auto_san_validation of the HTTP options: loads, and then refuses every certificate.
void automaticNamesOfOptions(const View& cluster, const Facts&, Report& report)
{
    const View context = cluster.in("transport_socket.typed_config");
    if (context.type() != upstream || hasAuthority(validationOf(context)) || validatesBySds(context)) return;
    for (const auto& [key, options] : cluster.entries("typed_extension_protocol_options"))
        if (options.flag("upstream_http_protocol_options.auto_san_validation"))
            report.warning(options.at("upstream_http_protocol_options"),
                           "'auto_san_validation' needs a 'trusted_ca'; without it no connection is made");
}

void unverified(const View& context, const Facts&, Report& report)
{
    if (context.has("sni") || context.flag("auto_host_sni")) return;
    report.warning(context.at("sni"), "'sni' is not set: the server does not learn which name is meant");
}

void clientsUnverified(const View& context, const Facts&, Report& report)
{
    const View validation = validationOf(context);
    const bool checks = hasAuthority(validation) || validatesBySds(context) ||
                        validation.has("verify_certificate_hash") || validation.has("verify_certificate_spki");
    if (context.flag("require_client_certificate") && !checks)
        report.warning(context.at("require_client_certificate"),
                       "Without 'trusted_ca' any certificate passes, and none too");
    if (!context.flag("require_client_certificate") && validation.has("trusted_ca"))
        report.warning(validation.path(), "Clients without certificate pass: 'require_client_certificate' is not set");
}

bool isKnownCipher(std::string_view name)
{
    constexpr std::array<std::string_view, 24> known = {// BoringSSL, ssl_cipher.cc; with both spellings
                                                        "ECDHE-ECDSA-AES128-GCM-SHA256",
                                                        "ECDHE-RSA-AES128-GCM-SHA256",
                                                        "ECDHE-ECDSA-AES256-GCM-SHA384",
                                                        "ECDHE-RSA-AES256-GCM-SHA384",
                                                        "ECDHE-ECDSA-CHACHA20-POLY1305",
                                                        "ECDHE-RSA-CHACHA20-POLY1305",
                                                        "ECDHE-ECDSA-AES128-SHA",
                                                        "ECDHE-RSA-AES128-SHA",
                                                        "ECDHE-ECDSA-AES256-SHA",
                                                        "ECDHE-RSA-AES256-SHA",
                                                        "ECDHE-RSA-AES128-SHA256",
                                                        "AES128-GCM-SHA256",
                                                        "AES256-GCM-SHA384",
                                                        "AES128-SHA",
                                                        "AES256-SHA",
                                                        "DES-CBC3-SHA",
                                                        "ECDHE-PSK-AES128-CBC-SHA",
                                                        "ECDHE-PSK-AES256-CBC-SHA",
                                                        "ECDHE-PSK-CHACHA20-POLY1305",
                                                        "PSK-AES128-CBC-SHA",
                                                        "PSK-AES256-CBC-SHA",
                                                        "ALL",
                                                        "HIGH",
                                                        "DEFAULT"};
    return name.starts_with("TLS_ECDHE_") || name.starts_with("TLS_RSA_") || name.starts_with("TLS_PSK_") ||
           std::ranges::find(known, name) != known.end();
}

/// Words that stand for several ciphers (BoringSSL, ssl_cipher.cc, kCipherAliases).
bool isCipherGroup(std::string_view name)
{
    constexpr std::array<std::string_view, 29> groups = {
        "ALL",    "DEFAULT",  "HIGH",  "FIPS", "kRSA",   "kECDHE", "kEECDH", "kPSK",   "ECDHE",  "EECDH",
        "aRSA",   "aECDSA",   "ECDSA", "aPSK", "RSA",    "PSK",    "3DES",   "AES128", "AES256", "AES",
        "AESGCM", "CHACHA20", "SHA1",  "SHA",  "SHA256", "SHA384", "SSLv3",  "TLSv1",  "TLSv1.2"};
    return std::ranges::find(groups, name) != groups.end();
}

/// A context that waits for secrets is made only when they have come: Envoy starts all the same.
Severity byThen(const View& tls)
{
    const bool waits = tls.has("tls_certificate_sds_secret_configs") ||
                       tls.has("validation_context_sds_secret_config") ||
                       tls.has("combined_validation_context.validation_context_sds_secret_config");
    return waits ? Severity::Warning : Severity::Error;
}

/// Only entries of plain form are judged: '[A|B]' is a group, '-X', '!X', '+X' and '@X' are commands.
void ciphers(const View& tls, const Facts&, Report& report)
{
    const View parameters = tls.in("tls_params");
    int i = 0;
    for (const std::string& entry : parameters.texts("cipher_suites")) {
        const std::string at = path::index(parameters.at("cipher_suites"), i++);
        std::string_view rest(entry);
        if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
        while (!rest.empty()) {
            const std::string_view name = rest.substr(0, rest.find('|'));
            rest.remove_prefix(std::min(rest.size(), name.size() + 1));
            const bool isName = !name.empty() && name.find_first_of("!+@:") == std::string_view::npos && name[0] != '-';
            if (isName && !isKnownCipher(name) && !isCipherGroup(name))
                report.add(byThen(tls), at, fmt::format("There is no cipher '{}'", name));
        }
    }
}

void curves(const View& tls, const Facts&, Report& report)
{
    const View parameters = tls.in("tls_params");
    constexpr std::array<std::string_view, 9> known = {"P-224",          "P-256",     "P-384",
                                                       "P-521",          "X25519",    "X25519Kyber768Draft00",
                                                       "X25519MLKEM768", "MLKEM1024", "prime256v1"};
    constexpr std::array<std::string_view, 5> more = {"secp224r1", "secp384r1", "secp521r1", "x25519", "CECPQ2"};
    int i = 0;
    for (const std::string& name : parameters.texts("ecdh_curves")) {
        const std::string at = path::index(parameters.at("ecdh_curves"), i++);
        if (std::ranges::find(known, name) == known.end() && std::ranges::find(more, name) == more.end())
            report.add(byThen(tls), at, fmt::format("There is no curve '{}'", name));
    }
}

void signatures(const View& tls, const Facts&, Report& report)
{
    static const RE2 known(
        "rsa_pkcs1_(md5_sha1|sha1|sha256|sha384|sha512)|rsa_pss_(rsae|pss)_sha(256|384|512)|ecdsa_sha1|"
        "ecdsa_secp(256r1_sha256|384r1_sha384|521r1_sha512)|ed25519|"
        "(RSA|RSA-PSS|PSS|ECDSA)\\+SHA(1|256|384|512)");
    const View parameters = tls.in("tls_params");
    int i = 0;
    for (const std::string& name : parameters.texts("signature_algorithms")) {
        const std::string at = path::index(parameters.at("signature_algorithms"), i++);
        if (!RE2::FullMatch(name, known))
            report.add(byThen(tls), at,
                       fmt::format("Failed to initialize TLS signature algorithms: there is no '{}'", name));
    }
}

void staples(const View& context, const Facts&, Report& report)
{
    if (context.text("ocsp_staple_policy") != "MUST_STAPLE") return;
    for (const View& one : context.all("common_tls_context.tls_certificates"))
        if (!one.has("ocsp_staple"))
            report.error(context.at("ocsp_staple_policy"), "Required OCSP response is missing from TLS context");
}

void staple(const View& certificate, const Facts&, Report& report)
{
    if (certificate.has("ocsp_staple.inline_string"))
        report.add(inSecret(certificate.path()), certificate.at("ocsp_staple"),
                   "OCSP staple cannot be provided via inline_string");
}

void ticketKeys(const View& keys, const Facts&, Report& report)
{
    for (const View& key : keys.all("keys"))
        if (const std::string text = inlineText(key); !text.empty() && text.size() != 80)
            report.error(key.path(),
                         fmt::format("A session ticket key must have 80 bytes; this one has {}", text.size()));
}

void versions(const View& parameters, const Facts&, Report& report)
{
    const auto least = parameters.number("tls_minimum_protocol_version"),
               most = parameters.number("tls_maximum_protocol_version");
    if (least != 0 && most != 0 && least > most)
        report.warning(parameters.at("tls_minimum_protocol_version"),
                       "The least TLS version is above the greatest: every handshake is cut");
}

void protocolNames(const View& tls, const Facts&, Report& report)
{
    int i = 0;
    for (const std::string& name : tls.texts("alpn_protocols")) {
        const std::string at = path::index(tls.at("alpn_protocols"), i++);
        if (name.size() > 255) // its length is one byte, RFC 7301 3.1
            report.add(byThen(tls), at, "Invalid ALPN protocol string: it must have at most 255 bytes");
        if (name == "http/2" || name == "http2" || name == "HTTP/2" || name == "h2c" || name == "http1.1" ||
            name == "HTTP/1.1" || name == "http/3")
            report.warning(at,
                           fmt::format("'{}' is no ALPN name that clients offer; 'h2', 'h3' and 'http/1.1' are", name));
    }
}

void anyNamePasses(const View& context, const Facts&, Report& report)
{
    const View validation = validationOf(context);
    const bool checksName = names(validation) || context.flag("auto_sni_san_validation") ||
                            validation.has("verify_certificate_hash") || validation.has("verify_certificate_spki") ||
                            validation.has("custom_validator_config");
    if (validation.has("trusted_ca") && !checksName)
        report.warning(validation.path(),
                       "No name is compared: any certificate of that CA passes ('match_typed_subject_alt_names')");
}

constexpr const char* parameters = "envoy.extensions.transport_sockets.tls.v3.TlsParameters";
constexpr const char* validation = "envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext";

constexpr std::array rules = {
    TypeRule{"T01", downstream, serverCertificate},
    TypeRule{"T01", common, mixedCertificates},
    TypeRule{"T01", upstream, clientCertificates},
    TypeRule{"T03", common, secrets},
    TypeRule{"T03", "envoy.config.bootstrap.v3.Bootstrap.StaticResources", sameSecretTwice},
    TypeRule{"S05", "envoy.config.bootstrap.v3.Bootstrap.StaticResources", secretWithoutType},
    TypeRule{"T04", downstream, namesWithoutAuthority},
    TypeRule{"T04", upstream, namesWithoutAuthority},
    TypeRule{"T04", upstream, automaticNames},
    TypeRule{"T04", "envoy.config.cluster.v3.Cluster", automaticNamesOfOptions},
    TypeRule{"T05", upstream, unverified},
    TypeRule{"T06", downstream, clientsUnverified},
    TypeRule{"T07", common, ciphers},
    TypeRule{"T07", common, curves},
    TypeRule{"T07", "envoy.extensions.transport_sockets.tls.v3.TlsSessionTicketKeys", ticketKeys},
    TypeRule{"T07", validation, trustedCa},
    TypeRule{"T07", validation, withoutCa},
    TypeRule{"T07", validation, fingerprints},
    TypeRule{"T07", "envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher", otherNames},
    TypeRule{"T07", common, signatures},
    TypeRule{"T07", downstream, staples},
    TypeRule{"T07", "envoy.extensions.transport_sockets.tls.v3.TlsCertificate", staple},
    TypeRule{"T08", "envoy.extensions.transport_sockets.tls.v3.TlsCertificate", redacted},
    TypeRule{"T09", parameters, versions},
    TypeRule{"T09", common, protocolNames},
    TypeRule{"T10", upstream, anyNamePasses},
};

} // namespace

std::span<const TypeRule> tlsTypeRules() { return rules; }

} // namespace model::check
