// Substitution format strings: "%REQ(X-ID?:PATH):10%" of access logs, added headers and bodies.
#pragma once

#include <string>
#include <string_view>

namespace model::check {

/// Says what is wrong with a format as Envoy's SubstitutionFormatParser does; empty when it is right. With
/// `hasExtensions` unknown operators pass: a formatter extension may bring them.
std::string formatError(std::string_view format, bool hasExtensions);

} // namespace model::check
