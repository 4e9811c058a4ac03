#include "model/check/check.h"

#include "model/check/constraints.h"
#include "model/check/place.h"
#include "model/check/rule.h"
#include "model/source/path.h"

#include <fmt/core.h>

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

/// The text of a plain field as it is written; empty when it is not.
std::string written(const source::Revision& revision, const std::string& path)
{
    const auto place = revision.map().find(path);
    return place ? revision.text().substr(place->value.begin.offset, place->value.length()) : std::string();
}

bool isUnknownType(const Finding& finding)
{
    return (finding.code == "S03" || finding.code == "S07") && finding.path.ends_with(".typed_config.@type");
}

/// A type that Envoy does not know is no error where the filter may be left out, or where a TypedStruct names a type of
/// the extension by an older package.
bool isForgiven(const source::Revision& revision, const Finding& finding, std::vector<Finding>& instead)
{
    const std::string owner = source::path::parent(source::path::parent(finding.path));
    if (!isUnknownType(finding)) return false;
    if (const std::string optional = source::path::field(owner, "is_optional"); written(revision, optional) == "true") {
        instead.push_back({Severity::Warning,
                           "F21",
                           optional,
                           "The filter is left out: this Envoy does not know its type",
                           placeOf(revision, optional),
                           {}});
        return true;
    }
    std::string name = written(revision, source::path::field(owner, "name"));
    std::erase_if(name, [](char c) { return c == '"' || c == '\''; });
    const auto& known = revision.schema()->extensions();
    const auto extension = std::ranges::find(known, name, &api::Extension::name);
    if (extension == known.end()) return false;
    std::string type = written(revision, owner + ".typed_config.type_url");
    std::erase_if(type, [](char c) { return c == '"' || c == '\''; });
    const std::string last = type.substr(type.rfind('.') + 1); // an older package of a type that the extension takes
    return std::ranges::any_of(extension->typeUrls, [&](const std::string& url) { return url.ends_with("." + last); });
}

/// What loading found, in the light of the document: fields that Envoy does not know are ignored in what comes by xDS, and
/// some topics of the catalogue are matters of loading.
std::vector<Finding> loadingFindings(const source::Revision& revision)
{
    std::vector<Finding> findings, instead;
    for (Finding finding : revision.findings()) {
        if (isForgiven(revision, finding, instead)) continue;
        if (finding.code == "S02" && revision.kind() == source::DocumentKind::Resources)
            finding.severity = Severity::Warning;
        if (finding.code == "S05" && finding.path.find(".common_lb_config.") != std::string::npos) finding.code = "C09";
        findings.push_back(std::move(finding));
    }
    std::ranges::move(instead, std::back_inserter(findings));
    return findings;
}

/// A path condition that is refused is shown at what the route does, like the conditions that never hold.
Range rangeOf(const source::Revision& revision, const Finding& finding)
{
    if (finding.code == "R43")
        for (const char* action : {"route", "redirect", "direct_response"})
            if (const std::string path =
                    source::path::field(source::path::parent(source::path::parent(finding.path)), action);
                revision.map().find(path))
                return placeOf(revision, path);
    return placeOf(revision, finding.path);
}

std::vector<Finding> semanticFindings(const Facts& facts)
{
    std::vector<Finding> findings;
    for (const auto rules : {bootstrapRules(), certificateRules(), chainRules(), clusterRules(), discoveryRules(),
                             edgeRules(), endpointRules(), filterRules(), listenerRules(), managerRules(),
                             actionRules(), reachRules(), routeRules(), runtimeRules(), surpriseRules(), updateRules()})
        for (const Rule& rule : rules) {
            Report report(rule.code, facts, findings);
            rule.run(facts, report);
        }
    return findings;
}

/// True when the text could not be read to its end: what is missing from it would be told as missing in the configuration.
bool isCutShort(const source::Revision& revision)
{
    return std::ranges::any_of(revision.tree().findings,
                               [](const Finding& f) { return f.severity == Severity::Error; });
}

Project projectOf(const Options& options)
{
    Project project;
    project.folder = options.folder;
    for (const auto& revision : options.running) project.running.push_back(revision.get());
    return project;
}

std::vector<Finding> checkIn(const source::Revision& revision, const Project& project)
{
    std::vector<Finding> findings = loadingFindings(revision);
    if (revision.message() == nullptr || isCutShort(revision)) return findings;
    const Facts facts(revision, project);
    std::vector<Finding> more = typeFindings(*revision.message(), facts);
    std::erase_if(more, [&](const Finding& f) { return followsFrom(f, findings); });
    std::ranges::move(semanticFindings(facts), std::back_inserter(more));
    for (Finding& finding : more)
        if (!finding.range.isKnown()) finding.range = rangeOf(revision, finding);
    std::ranges::move(more, std::back_inserter(findings));
    sortFindings(findings);
    return findings;
}

} // namespace

void Report::addAt(Severity severity, std::string at, std::string path, std::string message)
{
    m_findings.push_back({severity, m_code, std::move(path), std::move(message), placeOf(m_facts.revision, at), {}});
}

void Report::addIn(Severity severity, std::string path, const std::string& word, std::string message)
{
    const source::Revision& revision = m_facts.revision;
    const auto place = revision.map().find(path);
    const std::size_t at = place ? revision.text().find(word, place->value.begin.offset) : std::string::npos;
    Range range;
    if (at < (place ? place->value.end.offset : 0))
        range = {revision.position(at), revision.position(at + word.size())};
    m_findings.push_back({severity, m_code, std::move(path), std::move(message), range, {}});
}

void Report::addLine(Severity severity, std::string path, int line, std::string message)
{
    const source::Revision& revision = m_facts.revision;
    const auto place = revision.map().find(path);
    Range range;
    if (place && place->value.begin.offset < revision.text().size() &&
        revision.text()[place->value.begin.offset] == '|') {
        const std::string& text = revision.text();
        const std::size_t begin = revision.offset(place->value.begin.line + line, 1);
        const std::size_t first = text.find_first_not_of(" \t", begin), end = text.find('\n', begin);
        if (first < end) range = {revision.position(first), revision.position(std::min(end, text.size()))};
    }
    m_findings.push_back({severity, m_code, std::move(path), std::move(message), range, {}});
}

void Report::usualAt(std::string at, std::string path, std::string message)
{
    if (showsUsual()) {
        m_lastUsual = m_findings.size();
        addAt(Severity::Info, std::move(at), std::move(path), std::move(message));
    }
    ++m_usual;
}

Report::~Report()
{
    if (const int more = m_usual - usualPlaces; more > 0)
        m_findings[m_lastUsual].message += fmt::format(" (and so at {} more place{})", more, more == 1 ? "" : "s");
}

std::vector<Finding> check(const source::Revision& revision, const Options& options)
{
    Project project = projectOf(options);
    project.add(revision);
    return checkIn(revision, project);
}

std::vector<std::vector<Finding>> check(const std::vector<source::RevisionPtr>& revisions, const Options& options)
{
    Project project = projectOf(options);
    if (options.acrossFiles)
        for (const auto& revision : revisions) project.add(*revision);
    std::vector<std::vector<Finding>> results;
    for (const auto& revision : revisions)
        results.push_back(options.acrossFiles ? checkIn(*revision, project) : check(*revision, options));
    return results;
}

} // namespace model::check
