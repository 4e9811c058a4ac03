// What a certificate chain and its private key say, as far as Envoy looks at it when it makes a TLS context.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace model::check {

/// One chain and its key, read. Immutable.
struct Certificate {
    std::string chainFault;         ///< Why the chain cannot be used, in Envoy's words; empty: it can.
    std::string keyFault;           ///< The same of the key.
    std::vector<std::string> names; ///< DNS names it is made for; its common name when it lists none.
    bool isNamed = false;           ///< Has a common name or a name of any other kind.
    std::int64_t expires = 0;       ///< Seconds since 1970; 0 when the chain cannot be read.
};

/// Reads PEM texts; an empty key is not looked at (a provider has it). What was read lately is kept; any thread.
std::shared_ptr<const Certificate> readCertificate(const std::string& chain, const std::string& key,
                                                   const std::string& password);

/// Whether PEM text holds at least one certificate that can be read.
bool holdsCertificates(const std::string& pem);

/// Whether a certificate of these names serves the host; "*.b.com" serves one label more than "b.com" (RFC 6125 6.4.3), and
/// is served by the same name alone.
bool covers(const std::vector<std::string>& names, std::string_view host);

} // namespace model::check
