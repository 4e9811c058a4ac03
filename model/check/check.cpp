#include "model/check/check.h"

#include "model/check/constraints.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <algorithm>
#include <iterator>

namespace model::check {
namespace {

/// A constraint broken at or above a field that could not be read says nothing new.
bool followsFrom(const Finding& broken, const std::vector<Finding>& loading)
{
    return std::ranges::any_of(loading, [&](const Finding& f) {
        return f.severity == Severity::Error && !f.path.empty() && source::path::isWithin(f.path, broken.path);
    });
}

std::vector<Finding> semanticFindings(const source::Revision& revision, const Project& project)
{
    std::vector<Finding> findings;
    const Facts facts(revision, project);
    for (const auto rules : {bootstrapRules(), clusterRules(), discoveryRules(), filterRules(), listenerRules(), reachRules(),
                             routeRules()})
        for (const Rule& rule : rules) {
            Report report(rule.code, findings);
            rule.run(facts, report);
        }
    return findings;
}

std::vector<Finding> checkIn(const source::Revision& revision, const Project& project)
{
    std::vector<Finding> findings = revision.findings();
    if (revision.message() == nullptr) return findings;
    std::vector<Finding> more = constraintFindings(*revision.message(), revision.schema());
    std::erase_if(more, [&](const Finding& f) { return followsFrom(f, findings); });
    std::ranges::move(semanticFindings(revision, project), std::back_inserter(more));
    for (Finding& finding : more) finding.range = revision.map().rangeFor(finding.path);
    std::ranges::move(more, std::back_inserter(findings));
    sortFindings(findings);
    return findings;
}

} // namespace

std::vector<Finding> check(const source::Revision& revision, const Options&)
{
    Project project;
    project.add(revision);
    return checkIn(revision, project);
}

std::vector<std::vector<Finding>> check(const std::vector<source::RevisionPtr>& revisions, const Options& options)
{
    Project project;
    if (options.acrossFiles)
        for (const auto& revision : revisions) project.add(*revision);
    std::vector<std::vector<Finding>> results;
    for (const auto& revision : revisions)
        results.push_back(options.acrossFiles ? checkIn(*revision, project) : check(*revision, options));
    return results;
}

} // namespace model::check
