// A semantic rule: one function, one code (anchors.md 4.3). The tables below are the whole list.
#pragma once

#include "model/base/finding.h"
#include "model/check/facts.h"
#include "model/check/view.h"

#include <span>
#include <string>
#include <vector>

namespace model::check {

/// Collects what one rule finds. Lives as long as the rule runs.
class Report {
public:
    Report(std::string code, const Facts& facts, std::vector<Finding>& findings)
        : m_code(std::move(code))
        , m_facts(facts)
        , m_findings(findings)
    {}
    Report(const Report&) = delete;
    Report& operator=(const Report&) = delete;
    ~Report();
    void add(Severity severity, std::string path, std::string message, std::vector<Fix> fixes = {})
    {
        m_findings.push_back({severity, m_code, std::move(path), std::move(message), {}, std::move(fixes)});
    }
    /// Shown where `word` stands inside the value of the field.
    void addIn(Severity severity, std::string path, const std::string& word, std::string message);
    /// Shown on line `line` (from 1) of a text in the field: inside a block scalar; of any other scalar at the field.
    void addLine(Severity severity, std::string path, int line, std::string message);
    /// Of a field `path`, but shown at the place of another, `at`.
    void addAt(Severity severity, std::string at, std::string path, std::string message);
    void error(std::string path, std::string message) { add(Severity::Error, std::move(path), std::move(message)); }
    void warning(std::string path, std::string message) { add(Severity::Warning, std::move(path), std::move(message)); }
    void advice(std::string path, std::string message) { add(Severity::Advice, std::move(path), std::move(message)); }
    /// Of a usual way to write something, told so that nobody is surprised: information at the first `usualPlaces` places
    /// that the rule finds; the last of them says how many more there are.
    void usual(const std::string& path, std::string message) { usualAt(path, path, std::move(message)); }
    void usualAt(std::string at, std::string path, std::string message);
    /// False when further calls of usual() only count: then a path need not be made.
    bool showsUsual() const { return m_usual < usualPlaces; }
    void countUsual() { ++m_usual; }

    static constexpr int usualPlaces = 10;

private:
    std::string m_code;
    const Facts& m_facts;
    std::vector<Finding>& m_findings;
    int m_usual = 0;             ///< Calls of usual().
    std::size_t m_lastUsual = 0; ///< Index of the last finding that one of them made.
};

struct Rule {
    const char* code;
    void (*run)(const Facts& facts, Report& report);
};

/// A rule about one type of message, wherever it stands, inside typed_config too.
struct TypeRule {
    const char* code;
    const char* type; ///< Full name.
    void (*run)(const View& message, const Facts& facts, Report& report);
};

std::span<const TypeRule> addressTypeRules();
std::span<const TypeRule> certificateTypeRules();
std::span<const TypeRule> discoveryTypeRules();
std::span<const TypeRule> edgeTypeRules();
std::span<const TypeRule> filterTypeRules();
std::span<const TypeRule> formatTypeRules();
std::span<const TypeRule> chainTypeRules();
std::span<const TypeRule> clusterTypeRules();
std::span<const TypeRule> httpFilterTypeRules();
std::span<const TypeRule> matchTypeRules();
std::span<const TypeRule> securityTypeRules();
std::span<const TypeRule> serviceTypeRules();
std::span<const TypeRule> tlsTypeRules();

std::span<const Rule> bootstrapRules();
std::span<const Rule> certificateRules();
std::span<const Rule> chainRules();
std::span<const Rule> clusterRules();
std::span<const Rule> edgeRules();
std::span<const Rule> endpointRules();
std::span<const Rule> discoveryRules();
std::span<const Rule> filterRules();
std::span<const Rule> listenerRules();
std::span<const Rule> actionRules();
std::span<const Rule> managerRules();
std::span<const Rule> reachRules();
std::span<const Rule> routeRules();
std::span<const Rule> runtimeRules();
std::span<const Rule> surpriseRules();
std::span<const Rule> updateRules();

} // namespace model::check
