#include "app/cli/command.h"

#include "model/api/store.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

namespace app::cli {

void onRun(CLI::App& command, std::function<int()> run)
{
    command.callback([run = std::move(run)] {
        if (const int code = run(); code != Success) throw CLI::RuntimeError(code); // caught in main()
    });
}

SchemaChoice::SchemaChoice(CLI::App& command) : m_name(std::make_shared<std::string>())
{
    command.add_option("--schema", *m_name, "Schema to read by: a name of 'schema list'")->type_name("NAME");
}

model::Result<model::api::SchemaPtr> SchemaChoice::resolve() const
{
    if (m_name->empty()) return model::api::builtIn();
    return model::api::Store().find(*m_name);
}

namespace {

/// In blocks: a file may have 100 MB.
std::string contentOf(std::istream& stream)
{
    std::string content;
    char block[1 << 16];
    while (stream.read(block, sizeof block) || stream.gcount() > 0)
        content.append(block, static_cast<std::size_t>(stream.gcount()));
    return content;
}

} // namespace

model::Result<std::string> readFile(const std::string& path)
{
    if (path == "-") return contentOf(std::cin);
    std::error_code status;
    if (std::filesystem::is_directory(path, status))
        return model::fail(model::ErrorCode::Unreadable, path, "is a folder");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        const auto code = errno == ENOENT ? model::ErrorCode::NotFound : model::ErrorCode::Unreadable;
        return model::fail(code, path, std::string("cannot be read: ") + std::strerror(errno));
    }
    return contentOf(file);
}

int tell(const model::Error& error)
{
    fmt::print(stderr, "meshwright-cli: {}\n", error.text());
    return Unusable;
}

} // namespace app::cli
