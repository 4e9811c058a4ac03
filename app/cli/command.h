// What the subcommands of meshwright-cli share. One file per subcommand: it defines its addXxx(), declared here, and is
// named in the table of main.cpp and in CMakeLists.txt.
#pragma once

#include "model/api/schema.h"
#include "model/base/result.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>

namespace app::cli {

void addCheck(CLI::App& app);
void addConvert(CLI::App& app);
void addGraph(CLI::App& app);
void addSchema(CLI::App& app);

/// Exit codes of every subcommand.
enum ExitCode { Success = 0, HasErrors = 1, Unusable = 2 };

/// Runs `run` when the command line names `command`; what it returns becomes the exit code of the program.
void onRun(CLI::App& command, std::function<int()> run);

/// The schema that the user chose with --schema, or the built-in one.
class SchemaChoice {
public:
    /// Adds the option --schema to `command`.
    explicit SchemaChoice(CLI::App& command);
    /// Loads the schema. Errors: NotFound, Malformed, Unreadable.
    model::Result<model::api::SchemaPtr> resolve() const;

private:
    std::shared_ptr<std::string> m_name; ///< Shared with the option, which outlives this value.
};

/// Returns the bytes of a file, of standard input for "-". Errors: NotFound, Unreadable.
model::Result<std::string> readFile(const std::string& path);

/// Tells the user an error on the standard error stream; returns Unusable.
int tell(const model::Error& error);

} // namespace app::cli
