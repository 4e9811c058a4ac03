// meshwright-cli schema: learns, lists and compares schemas.
#include "app/cli/command.h"
#include "model/api/diff.h"
#include "model/api/learn.h"
#include "model/api/store.h"

#include <fmt/core.h>

namespace app::cli {
namespace {

struct LearnArguments {
    std::string binary;
    std::string name;
    bool withoutRunning = false;
};

int learn(const LearnArguments& arguments)
{
    const model::api::LearnOptions options{arguments.name, !arguments.withoutRunning};
    const auto learned = model::api::learn(arguments.binary, options);
    if (!learned) return tell(learned.error());
    const model::api::Store store;
    if (const auto saved = store.save(learned->catalog); !saved) return tell(saved.error());
    for (const std::string& note : learned->notes) fmt::print(stderr, "meshwright-cli: {}\n", note);
    fmt::print("{}: {} message types, {} extensions; stored in {}\n", arguments.name, learned->messages,
               learned->catalog.extensions_size(), store.fileOf(arguments.name));
    return Success;
}

void addLearn(CLI::App& schema)
{
    CLI::App* command =
        schema.add_subcommand("learn", "Read a schema out of an Envoy program and keep it under a name");
    command->footer("The descriptors are found in the file itself; unless --no-run is given the program is also "
                    "started once, to list its extensions.");
    const auto arguments = std::make_shared<LearnArguments>();
    command->add_option("ENVOY_BINARY", arguments->binary, "The Envoy program")->required();
    command->add_option("--name", arguments->name, "Name to keep it under")->required()->type_name("NAME");
    command->add_flag("--no-run", arguments->withoutRunning,
                      "Do not start the program to ask for its version and extensions");
    onRun(*command, [arguments] { return learn(*arguments); });
}

int list()
{
    for (const model::api::StoredSchema& schema : model::api::Store().list())
        fmt::print("{}\t{}\t{}\n", schema.name, schema.version.empty() ? "-" : schema.version,
                   schema.file.empty() ? "built in" : schema.file);
    return Success;
}

struct DiffArguments {
    std::string before;
    std::string after;
};

int diff(const DiffArguments& arguments)
{
    const model::api::Store store;
    const auto before = store.find(arguments.before);
    if (!before) return tell(before.error());
    const auto after = store.find(arguments.after);
    if (!after) return tell(after.error());
    for (const model::api::SchemaChange& change : model::api::diff(**before, **after))
        fmt::print("{}\t{}\n", name(change.kind), change.name);
    return Success;
}

void addDiff(CLI::App& schema)
{
    CLI::App* command = schema.add_subcommand("diff", "Tell what two schemas do not have in common");
    command->footer("One difference a line: what happened (added, removed, changed) and the name of the message or "
                    "field, separated by a tab.");
    const auto arguments = std::make_shared<DiffArguments>();
    command->add_option("BEFORE", arguments->before, "Name of the older schema")->required();
    command->add_option("AFTER", arguments->after, "Name of the newer schema")->required();
    onRun(*command, [arguments] { return diff(*arguments); });
}

} // namespace

void addSchema(CLI::App& app)
{
    CLI::App* schema = app.add_subcommand("schema", "Learn, list and compare schemas of the Envoy API");
    schema->require_subcommand(1);
    addLearn(*schema);
    CLI::App* all = schema->add_subcommand("list", "List the schemas that --schema takes");
    all->footer(
        "One a line: name, version of the Envoy that it was read from, and its file or 'built in', separated by tabs.");
    onRun(*all, list);
    addDiff(*schema);
}

} // namespace app::cli
