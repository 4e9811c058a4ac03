// meshwright-cli convert: an older configuration as Envoy v3 text; the report of changes goes to the other stream.
#include "app/cli/command.h"

#include "model/import/import.h"

#include <fmt/core.h>

namespace app::cli {
namespace {

void printReport(const std::string& file, const std::vector<model::Finding>& report)
{
    for (const model::Finding& change : report)
        fmt::print(stderr, "{}:{}:{}: {}: {} [{}]\n", file, change.range.begin.line, change.range.begin.column,
                   name(change.severity), change.message, change.code);
}

int convert(const std::string& file, const SchemaChoice& choice)
{
    const auto schema = choice.resolve();
    if (!schema) return tell(schema.error());
    auto text = readFile(file);
    if (!text) return tell(text.error());
    const auto revision = model::source::Revision::of(std::move(*text), {*schema, file, {}});
    const auto imported = model::import::toV3(*revision);
    if (!imported) return tell(imported.error());
    fmt::print("{}", imported->yaml);
    printReport(file, imported->report);
    return model::hasErrors(imported->report) ? HasErrors : Success;
}

} // namespace

void addConvert(CLI::App& app)
{
    auto& command =
        *app.add_subcommand("convert", "Convert an Envoy v1 or v2 configuration to v3 (report on standard error)");
    const auto file = std::make_shared<std::string>();
    const auto target = std::make_shared<std::string>("v3");
    command.add_option("--to", *target, "API version to write")->check(CLI::IsMember({"v3"}))->capture_default_str();
    command.add_option("FILE", *file, "Configuration, - for standard input")->required();
    command.footer("The v3 YAML goes to standard output, the report of every change to standard error.\n"
                   "Exit code: 0 everything was converted, 1 something was left out, 2 the file could not be read.");
    const auto schema = std::make_shared<SchemaChoice>(command);
    onRun(command, [file, target, schema] { return convert(*file, *schema); });
}

} // namespace app::cli
