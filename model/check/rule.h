// A semantic rule: one function, one code (anchors.md 4.3). The tables below are the whole list.
#pragma once

#include "model/base/finding.h"
#include "model/check/facts.h"

#include <span>
#include <string>
#include <vector>

namespace model::check {

/// Collects what one rule finds.
class Report {
public:
    Report(std::string code, std::vector<Finding>& findings) : m_code(std::move(code)), m_findings(findings) {}
    void add(Severity severity, std::string path, std::string message, std::vector<Fix> fixes = {})
    {
        m_findings.push_back({severity, m_code, std::move(path), std::move(message), {}, std::move(fixes)});
    }
    void error(std::string path, std::string message) { add(Severity::Error, std::move(path), std::move(message)); }
    void warning(std::string path, std::string message) { add(Severity::Warning, std::move(path), std::move(message)); }
    void advice(std::string path, std::string message) { add(Severity::Advice, std::move(path), std::move(message)); }

private:
    std::string m_code;
    std::vector<Finding>& m_findings;
};

struct Rule {
    const char* code;
    void (*run)(const Facts& facts, Report& report);
};

std::span<const Rule> bootstrapRules();
std::span<const Rule> clusterRules();
std::span<const Rule> discoveryRules();
std::span<const Rule> filterRules();
std::span<const Rule> listenerRules();
std::span<const Rule> reachRules();
std::span<const Rule> routeRules();

} // namespace model::check
