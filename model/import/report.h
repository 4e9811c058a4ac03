// Report: collects what an import changed.
#pragma once

#include "model/base/finding.h"

#include <string>
#include <utility>
#include <vector>

namespace model::import {

/// Findings of one import. Code I01: renamed or moved; I02: other meaning; I03: dropped.
class Report {
public:
    void changed(const Range& range, std::string path, std::string message)
    {
        add(Severity::Info, "I01", range, std::move(path), std::move(message));
    }
    void doubtful(const Range& range, std::string path, std::string message)
    {
        add(Severity::Warning, "I02", range, std::move(path), std::move(message));
    }
    void dropped(const Range& range, std::string path, std::string message)
    {
        add(Severity::Error, "I03", range, std::move(path), std::move(message));
    }
    std::vector<Finding> take() { return std::move(m_findings); }

private:
    void add(Severity severity, const char* code, const Range& range, std::string path, std::string message)
    {
        m_findings.push_back({severity, code, std::move(path), std::move(message), range, {}});
    }
    std::vector<Finding> m_findings;
};

} // namespace model::import
