#include "app/cli/command.h"

int main(int argc, char** argv)
{
    CLI::App app("Meshwright on the command line: the engine of the desktop application without a display.",
                 "meshwright-cli");
    app.set_version_flag("--version", "meshwright-cli " MESHWRIGHT_VERSION);
    app.require_subcommand(1);
    constexpr void (*subcommands[])(CLI::App&) = {
        app::cli::addCheck,
        app::cli::addConvert,
        app::cli::addGraph,
        app::cli::addSchema,
    };
    for (const auto add : subcommands) add(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RuntimeError& end) {
        return end.get_exit_code();
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? app::cli::Success : app::cli::Unusable;
    }
    return app::cli::Success;
}
