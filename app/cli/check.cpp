// meshwright-cli check: tells every finding of the files, as text for people and editors or as one JSON object.
#include "app/cli/command.h"
#include "model/check/check.h"

#include <fmt/core.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <vector>

namespace app::cli {
namespace {

using model::Finding;

struct Arguments {
    std::string format = "text";
    std::string kind;
    std::vector<std::string> files;
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
            fmt::print("{}\n{{\"file\":{},\"line\":{},\"column\":{},\"severity\":\"{}\",\"code\":{},\"path\":{},\"message\":{}}}",
                       separator, json(checked.file), line, column, name(finding.severity), json(finding.code),
                       json(finding.path), json(finding.message));
            separator = ",";
        }
    fmt::print("]}}\n");
}

/// Whether the schema has a message of that full or short name.
bool knows(const model::api::Schema& schema, const std::string& kind)
{
    return std::ranges::any_of(schema.messages(), [&](const auto* type) { return type->full_name() == kind || type->name() == kind; });
}

int check(const Arguments& arguments)
{
    const auto schema = arguments.schema->resolve();
    if (!schema) return tell(schema.error());
    if (!arguments.kind.empty() && !knows(**schema, arguments.kind))
        return tell({model::ErrorCode::NotFound, "--kind", "the schema has no message '" + arguments.kind + "'"});
    std::vector<model::source::RevisionPtr> revisions;
    int exitCode = Success;
    for (const std::string& file : arguments.files) {
        auto text = readFile(file);
        if (!text) exitCode = tell(text.error());
        else revisions.push_back(model::source::Revision::of(std::move(*text), {*schema, file, arguments.kind}));
    }
    std::vector<Checked> results;
    const auto findings = model::check::check(revisions);
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        results.push_back({revisions[i]->options().fileName, findings[i]});
        if (hasErrors(findings[i])) exitCode = std::max<int>(exitCode, HasErrors);
    }
    arguments.format == "json" ? printJson(results) : printText(results);
    return exitCode;
}

} // namespace

void addCheck(CLI::App& app)
{
    CLI::App* command = app.add_subcommand("check", "Tell what is wrong, risky or improvable in configuration files");
    const auto arguments = std::make_shared<Arguments>();
    command->add_option("--format", arguments->format, "Form of the output")->check(CLI::IsMember({"text", "json"}));
    command->add_option("--kind", arguments->kind, "Message type of the files, when it is no bootstrap")->type_name("TYPE");
    arguments->schema = std::make_shared<SchemaChoice>(*command);
    command->add_option("FILE", arguments->files, "Files; - is standard input")->required();
    onRun(*command, [arguments] { return check(*arguments); });
}

} // namespace app::cli
