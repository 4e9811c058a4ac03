// Rules about expressions and path templates, wherever they stand (anchors.md 4.3: R15, R37).
#include "model/check/rule.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>

namespace model::check {
namespace {

/// How many instructions a compiled expression may have: the runtime key's value, 100 by default (Envoy docs, regex.proto).
std::int64_t mostInstructions(const View& matcher, const Facts& facts)
{
    if (matcher.has("google_re2.max_program_size")) return matcher.number("google_re2.max_program_size");
    std::int64_t most = 100;
    if (!facts.config.bootstrap) return most;
    for (const auto& layer : facts.config.bootstrap->layered_runtime().layers()) {
        const auto& fields = layer.static_layer().fields();
        if (const auto found = fields.find("re2.max_program_size.error_level"); found != fields.end())
            most = found->second.has_string_value() ? std::atoll(found->second.string_value().c_str())
                                                    : static_cast<std::int64_t>(found->second.number_value());
    }
    return most;
}

void expression(const View& matcher, const Facts& facts, Report& report)
{
    const RE2 compiled(matcher.text("regex"), RE2::Quiet);
    if (!compiled.ok())
        report.error(matcher.at("regex"),
                     fmt::format("'{}' is no RE2 expression: {}", matcher.text("regex"), compiled.error()));
    else if (const std::int64_t most = mostInstructions(matcher, facts); compiled.ProgramSize() > most)
        report.error(
            matcher.at("regex"),
            fmt::format("The expression needs {} instructions; {} are allowed (re2.max_program_size.error_level)",
                        compiled.ProgramSize(), most));
}

/// The highest \N in a substitution; -1 when there is none.
int highestGroup(const std::string& substitution)
{
    int highest = -1;
    for (std::size_t i = 0; i + 1 < substitution.size(); ++i)
        if (substitution[i] == '\\') {
            if (substitution[i + 1] >= '0' && substitution[i + 1] <= '9')
                highest = std::max(highest, substitution[i + 1] - '0');
            ++i;
        }
    return highest;
}

bool hasDollarGroup(const std::string& substitution)
{
    for (std::size_t i = 0; i + 1 < substitution.size(); ++i)
        if (substitution[i] == '$' && substitution[i + 1] >= '0' && substitution[i + 1] <= '9') return true;
    return false;
}

void substitution(const View& rewrite, const Facts&, Report& report)
{
    const std::string text = rewrite.text("substitution");
    const RE2 compiled(rewrite.text("pattern.regex"), RE2::Quiet);
    if (!compiled.ok()) return;
    if (const int group = highestGroup(text); group > compiled.NumberOfCapturingGroups())
        report.warning(rewrite.at("substitution"),
                       fmt::format("'\\{}' names a group that the pattern does not have: nothing is rewritten", group));
    if (hasDollarGroup(text))
        report.warning(rewrite.at("substitution"),
                       fmt::format("'{}' is taken as it is: groups are written \\1, not $1", text));
}

void withoutAnchor(const View& action, const Facts&, Report& report)
{
    const std::string pattern = action.text("regex_rewrite.pattern.regex");
    if (pattern.empty() || pattern.starts_with('^') || pattern.starts_with("(^") || !pattern.starts_with('/')) return;
    report.warning(action.at("regex_rewrite.pattern.regex"),
                   fmt::format("'{}' is replaced wherever it stands in the path; '^{}' replaces only the first",
                               pattern, pattern));
}

// ---- URI templates (envoy/source/extensions/path/uri_template_lib) -----------------------------------------------

struct Template {
    std::string error;
    std::set<std::string> variables;
};

bool isVariableName(const std::string& name)
{
    return RE2::FullMatch(name, R"([a-zA-Z][a-zA-Z0-9_]*)") && name.size() <= 16;
}

/// Reads "name" or "name=pattern" in braces.
void readVariable(const std::string& inside, Template& result, bool& sawTextGlob)
{
    const std::size_t equals = inside.find('=');
    const std::string name = inside.substr(0, equals);
    if (!isVariableName(name)) result.error = fmt::format("'{}' is no name for a variable", name);
    else if (!result.variables.insert(name).second) result.error = fmt::format("the variable '{}' stands twice", name);
    else if (result.variables.size() > 5) result.error = "there are more than 5 variables";
    if (result.error.empty() && sawTextGlob) result.error = "nothing may follow '**' but plain text";
    if (equals != std::string::npos && inside.find("**", equals) != std::string::npos) sawTextGlob = true;
}

Template templateOf(const std::string& text)
{
    Template result;
    bool sawTextGlob = false;
    if (!text.starts_with('/')) result.error = "it must begin with '/'";
    for (std::size_t at = 0; at < text.size() && result.error.empty(); ++at) {
        if (text[at] == '}') result.error = "a '}' has no '{'";
        if (text[at] == '*' && sawTextGlob) result.error = "nothing may follow '**' but plain text";
        if (text.compare(at, 2, "**") == 0) {
            sawTextGlob = true;
            ++at;
        }
        if (at >= text.size() || text[at] != '{') continue;
        const std::size_t end = text.find('}', at);
        if (end == std::string::npos) result.error = "a '{' has no '}'";
        else readVariable(text.substr(at + 1, end - at - 1), result, sawTextGlob);
        if (end != std::string::npos) at = end;
    }
    return result;
}

void pathTemplate(const View& match, const Facts&, Report& report)
{
    const std::string text = match.text("path_template");
    if (const Template parsed = templateOf(text); !parsed.error.empty())
        report.error(match.at("path_template"), fmt::format("'{}' is no path template: {}", text, parsed.error));
}

void rewriteTemplate(const View& route, const Facts&, Report& report)
{
    const View match = route.in("match.path_match_policy.typed_config");
    const View rewrite = route.in("route.path_rewrite_policy.typed_config");
    if (!match.has("path_template") || !rewrite.has("path_template_rewrite")) return;
    const Template known = templateOf(match.text("path_template"));
    const std::string text = rewrite.text("path_template_rewrite");
    re2::StringPiece rest(text);
    std::string name;
    while (RE2::FindAndConsume(&rest, R"(\{([^}]*)\})", &name))
        if (known.error.empty() && !known.variables.contains(name))
            report.error(rewrite.at("path_template_rewrite"),
                         fmt::format("The template of the match has no variable '{}'", name));
}

constexpr std::array rules = {
    TypeRule{"R15", "envoy.type.matcher.v3.RegexMatcher", expression},
    TypeRule{"R15", "xds.type.matcher.v3.RegexMatcher", expression},
    TypeRule{"R15", "envoy.type.matcher.v3.RegexMatchAndSubstitute", substitution},
    TypeRule{"R15", "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig", pathTemplate},
    TypeRule{"R15", "envoy.config.route.v3.Route", rewriteTemplate},
    TypeRule{"R37", "envoy.config.route.v3.RouteAction", withoutAnchor},
};

} // namespace

std::span<const TypeRule> matchTypeRules() { return rules; }

} // namespace model::check
