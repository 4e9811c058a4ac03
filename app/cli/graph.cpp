// meshwright-cli graph: files as one graph, each file a proxy of the mesh; printed as SVG, DOT, JSON or the chain table.
#include "app/cli/command.h"

#include "model/export/graph_text.h"
#include "model/import/import.h"
#include "model/source/config_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

namespace app::cli {
namespace {

using model::graph::Layers;
using model::source::DocumentKind;
using model::source::Revision;
using model::source::RevisionPtr;

struct Arguments {
    std::string format = "svg";
    std::string layers;
    std::string theme = "light";
    std::vector<std::string> addresses, files;
    bool isOneProxy = false;
    std::shared_ptr<SchemaChoice> schema;
};

/// Reads a file as v3; older files are converted first, silently: `convert` tells what changes.
model::Result<RevisionPtr> read(const std::string& file, const model::api::SchemaPtr& schema)
{
    auto text = readFile(file);
    if (!text) return text.unexpected();
    RevisionPtr revision = Revision::of(std::move(*text), {schema, file, {}});
    if (revision->kind() != DocumentKind::EnvoyV1 && revision->kind() != DocumentKind::EnvoyV2) return revision;
    auto imported = model::import::toV3(*revision);
    if (!imported) return imported.unexpected();
    return Revision::of(std::move(imported->yaml), {schema, file, {}});
}

/// The bootstrap's node.id, or the file's name without its endings.
std::string nameOf(const Revision& revision, const std::string& file)
{
    const auto& bootstrap = revision.config().bootstrap;
    if (bootstrap && !bootstrap->node().id().empty()) return bootstrap->node().id();
    const std::string stem = std::filesystem::path(file).filename().string();
    return stem.substr(0, stem.find('.'));
}

std::string text(const model::graph::Graph& graph, const Arguments& arguments)
{
    if (arguments.format == "table") return toTable(chains(graph));
    Layers layers = graph.proxies.size() > 1 && arguments.format == "svg" ? Layers::Compact : Layers::All;
    if (arguments.layers == "all") layers = Layers::All;
    if (arguments.layers == "compact") layers = Layers::Compact;
    if (arguments.layers == "proxies") layers = Layers::Proxies;
    const auto folded = fold(graph, layers);
    if (arguments.format == "dot") return toDot(folded);
    if (arguments.format == "json") return toJson(folded);
    return toSvg(folded, arguments.theme);
}

int run(const Arguments& arguments)
{
    const auto schema = arguments.schema->resolve();
    if (!schema) return tell(schema.error());
    std::vector<model::graph::ProxyInput> proxies;
    for (const std::string& file : arguments.files) {
        const auto revision = read(file, *schema);
        if (!revision) return tell(revision.error());
        if (proxies.empty() || !arguments.isOneProxy) {
            proxies.emplace_back();
            proxies.back().name = nameOf(**revision, file);
        }
        proxies.back().revisions.push_back(*revision);
    }
    for (const std::string& address : arguments.addresses) {
        const std::size_t equals = address.find('=');
        const auto proxy = std::ranges::find(proxies, address.substr(0, equals), &model::graph::ProxyInput::name);
        if (equals == std::string::npos || proxy == proxies.end())
            return tell({model::ErrorCode::Invalid, "--address " + address, "names no proxy; write PROXY=HOST"});
        proxy->addresses.push_back(address.substr(equals + 1));
    }
    fmt::print("{}", text(project(proxies), arguments));
    return Success;
}

} // namespace

void addGraph(CLI::App& app)
{
    auto& command = *app.add_subcommand("graph", "Print the graph of files, each a proxy of one mesh");
    const auto arguments = std::make_shared<Arguments>();
    command.add_option("--format", arguments->format, "What to print")
        ->check(CLI::IsMember({"svg", "dot", "json", "table"}))
        ->capture_default_str();
    command.add_option("--layers", arguments->layers, "Layers to show; default: all, SVG of several proxies compact")
        ->check(CLI::IsMember({"all", "compact", "proxies"}));
    command.add_option("--theme", arguments->theme, "Colours of the SVG")
        ->check(CLI::IsMember({"light", "dark"}))
        ->capture_default_str();
    command.add_option("--address", arguments->addresses, "A host name or address that a proxy answers at")
        ->type_name("PROXY=HOST");
    command.add_flag("--one-proxy", arguments->isOneProxy, "The files are the documents of one proxy");
    command.add_option("FILE", arguments->files, "Configurations, - for standard input")->required();
    arguments->schema = std::make_shared<SchemaChoice>(command);
    onRun(command, [arguments] { return run(*arguments); });
}

} // namespace app::cli
