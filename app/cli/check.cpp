// meshwright-cli check: tells every finding of the files, as text for people and editors or as one JSON object.
#include "model/check/check.h"
#include "app/cli/command.h"
#include "model/check/companions.h"

#include <fmt/core.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

namespace app::cli {
namespace {

using model::Finding;

struct Arguments {
    std::string format = "text";
    std::string kind;
    std::vector<std::string> files;
    std::vector<std::string> running; ///< What the proxy has now.
    std::shared_ptr<SchemaChoice> schema;
};

/// One file and what was found in it.
struct Checked {
    std::string file;
    std::vector<Finding> findings;
};

/// Line and column for output: findings without a place stand at the file's head.
std::pair<int, int> placeOf(const Finding& finding)
{
    const model::Position& begin = finding.range.begin;
    return begin.line > 0 ? std::pair(begin.line, begin.column) : std::pair(1, 1);
}

void printText(const std::vector<Checked>& results)
{
    for (const Checked& checked : results)
        for (const Finding& finding : checked.findings) {
            const auto [line, column] = placeOf(finding);
            fmt::print("{}:{}:{}: {}: {} [{}]\n", checked.file, line, column, name(finding.severity), finding.message,
                       finding.code);
        }
}

std::string json(const std::string& text)
{
    google::protobuf::Value value;
    value.set_string_value(text);
    std::string result;
    const auto status = google::protobuf::util::MessageToJsonString(value, &result);
    return status.ok() ? result : std::string("\"\"");
}

void printJson(const std::vector<Checked>& results)
{
    const char* separator = "";
    fmt::print("{{\"findings\":[");
    for (const Checked& checked : results)
        for (const Finding& finding : checked.findings) {
            const auto [line, column] = placeOf(finding);
            fmt::print("{}\n{{\"file\":{},\"line\":{},\"column\":{},\"severity\":\"{}\",\"code\":{},\"path\":{},"
                       "\"message\":{}}}",
                       separator, json(checked.file), line, column, name(finding.severity), json(finding.code),
                       json(finding.path), json(finding.message));
            separator = ",";
        }
    fmt::print("]}}\n");
}

/// Whether the schema has a message of that full or short name.
bool knows(const model::api::Schema& schema, const std::string& kind)
{
    return std::ranges::any_of(schema.messages(),
                               [&](const auto* type) { return type->full_name() == kind || type->name() == kind; });
}

/// What belongs together: one file of the command line and the xDS files that it reads.
struct Group {
    std::vector<model::source::RevisionPtr> revisions;
    std::string folder;
};

/// Where a path in a configuration leads: beside the file, else from the folder that the program runs in, as for Envoy.
std::string resolve(const std::string& folder, const std::string& path)
{
    std::error_code error;
    const std::string beside = (std::filesystem::path(folder) / path).lexically_normal().string();
    return std::filesystem::exists(beside, error) || !std::filesystem::exists(path, error) ? beside : path;
}

/// Reads the files that the first one names. A companion that cannot be read is told by the check of the file that names it.
void addCompanions(Group& group, const model::api::SchemaPtr& schema, const std::vector<std::string>& known)
{
    for (std::size_t i = 0; i < group.revisions.size() && group.revisions.size() < 100; ++i)
        for (const std::string& path : model::check::companionPaths(*group.revisions[i])) {
            const std::string file = resolve(group.folder, path);
            const auto isFile = [&](const auto& revision) { return revision->options().fileName == file; };
            if (std::ranges::any_of(group.revisions, isFile) || std::ranges::find(known, file) != known.end()) continue;
            if (auto text = readFile(file))
                group.revisions.push_back(model::source::Revision::of(std::move(*text), {schema, file, {}}));
        }
}

/// Checks files together; findings of a file that several groups read are told once.
class Checker {
public:
    Checker(const model::api::SchemaPtr& schema, std::vector<model::source::RevisionPtr> running)
        : m_schema(schema)
        , m_running(std::move(running))
    {}
    void check(std::vector<model::source::RevisionPtr> revisions)
    {
        Group group{std::move(revisions), {}};
        std::vector<std::string> known;
        for (const auto& revision : group.revisions) known.push_back(revision->options().fileName);
        group.folder = std::filesystem::path(known.front()).parent_path().string();
        if (group.folder.empty()) group.folder = ".";
        addCompanions(group, m_schema, {});
        const auto findings =
            model::check::check(group.revisions, {.acrossFiles = true, .running = m_running, .folder = group.folder});
        for (std::size_t i = 0; i < findings.size(); ++i) {
            const std::string& file = group.revisions[i]->options().fileName;
            if (!m_told.insert(file).second) continue;
            m_results.push_back({file, findings[i]});
            m_hasErrors = m_hasErrors || hasErrors(findings[i]);
        }
    }
    const std::vector<Checked>& results() const { return m_results; }
    bool foundErrors() const { return m_hasErrors; }

private:
    model::api::SchemaPtr m_schema;
    std::vector<model::source::RevisionPtr> m_running;
    std::set<std::string> m_told;
    std::vector<Checked> m_results;
    bool m_hasErrors = false;
};

/// Says where a file shows that it is no text; empty when it is one.
std::string binaryAt(const std::string& text)
{
    const std::size_t zero = text.find('\0');
    if (zero == std::string::npos) return {};
    const auto begin = text.begin(), end = begin + static_cast<std::ptrdiff_t>(zero);
    const std::size_t lineStart = zero == 0 ? 0 : text.rfind('\n', zero - 1) + 1;
    return fmt::format("is a binary file, no configuration: a zero byte at line {}, column {}",
                       std::count(begin, end, '\n') + 1, zero - lineStart + 1);
}

/// Reads the files; tells those that cannot be read.
std::vector<model::source::RevisionPtr> read(const Arguments& arguments, const model::api::SchemaPtr& schema,
                                             int& exitCode)
{
    std::vector<model::source::RevisionPtr> revisions;
    for (const std::string& file : arguments.files) {
        auto text = readFile(file);
        if (text)
            if (const std::string why = binaryAt(*text); !why.empty())
                text = model::fail(model::ErrorCode::Unreadable, file, why);
        if (!text) exitCode = tell(text.error());
        else revisions.push_back(model::source::Revision::of(std::move(*text), {schema, file, arguments.kind}));
    }
    return revisions;
}

int check(const Arguments& arguments)
{
    const auto schema = arguments.schema->resolve();
    if (!schema) return tell(schema.error());
    if (!arguments.kind.empty() && !knows(**schema, arguments.kind))
        return tell({model::ErrorCode::NotFound, "--kind", "the schema has no message '" + arguments.kind + "'"});
    int exitCode = Success;
    const auto revisions = read(arguments, *schema, exitCode);
    const auto isWhole = [](const auto& revision) {
        return revision->kind() == model::source::DocumentKind::Bootstrap;
    };
    std::vector<model::source::RevisionPtr> running;
    for (const std::string& file : arguments.running) {
        auto text = readFile(file);
        if (!text) return tell(text.error());
        running.push_back(model::source::Revision::of(std::move(*text), {*schema, file, {}}));
    }
    Checker checker(*schema, std::move(running));
    if (std::ranges::count_if(revisions, isWhole) > 1) // several proxies: each by itself
        for (const auto& revision : revisions) checker.check({revision});
    else if (!revisions.empty()) checker.check(revisions);
    arguments.format == "json" ? printJson(checker.results()) : printText(checker.results());
    if (exitCode == Success && checker.foundErrors()) exitCode = HasErrors;
    return exitCode;
}

} // namespace

void addCheck(CLI::App& app)
{
    CLI::App* command = app.add_subcommand("check", "Tell what is wrong, risky or improvable in configuration files");
    command->footer("Files are Envoy bootstraps, xDS files ('resources:'), config dumps, or with --kind messages of "
                    "one type. A bootstrap is\n"
                    "checked together with the other files and with the xDS files that it reads by path_config_source; "
                    "several bootstraps\n"
                    "each by itself. Text output is 'file:line:column: severity: message [CODE]'.\n"
                    "Exit code: 0 no error, 1 errors, 2 a file could not be read.");
    const auto arguments = std::make_shared<Arguments>();
    command->add_option("--format", arguments->format, "Form of the output")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->add_option("--kind", arguments->kind, "Message type of the files, when it is no bootstrap")
        ->type_name("TYPE");
    command
        ->add_option(
            "--running", arguments->running,
            "What the proxy runs now (bootstrap, xDS files or config dump): changes that it would refuse are told")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    arguments->schema = std::make_shared<SchemaChoice>(*command);
    command->add_option("FILE", arguments->files, "Files; - is standard input")->required();
    onRun(*command, [arguments] { return check(*arguments); });
}

} // namespace app::cli
