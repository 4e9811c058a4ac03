#include "model/base/finding.h"

#include <algorithm>
#include <tuple>

namespace model {

void sortFindings(std::vector<Finding>& findings)
{
    std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
        return std::tuple(a.severity, a.range.begin.offset) < std::tuple(b.severity, b.range.begin.offset);
    });
}

bool hasErrors(const std::vector<Finding>& findings)
{
    return std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::Error; });
}

} // namespace model
