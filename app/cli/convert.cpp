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

int convert(const std::string& file)
{
    auto text = readFile(file);
    if (!text) return tell(text.error());
    const auto revision = model::source::Revision::of(std::move(*text), {nullptr, file, {}});
    const auto imported = model::import::toV3(*revision);
    if (!imported) return tell(imported.error());
    fmt::print("{}", imported->yaml);
    printReport(file, imported->report);
    return model::hasErrors(imported->report) ? HasErrors : Success;
}

} // namespace

void addConvert(CLI::App& app)
{
    auto& command = *app.add_subcommand("convert", "Convert an Envoy v1 or v2 configuration to v3 (report on standard error)");
    const auto file = std::make_shared<std::string>();
    const auto target = std::make_shared<std::string>("v3");
    command.add_option("--to", *target, "API version to write")->check(CLI::IsMember({"v3"}))->capture_default_str();
    command.add_option("FILE", *file, "Configuration, - for standard input")->required();
    onRun(command, [file, target] { return convert(*file); });
}

} // namespace app::cli
