#include "model/check/files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace model::check {
namespace {

namespace fs = std::filesystem;

/// Where the file lies: beside the configuration, else from the folder that the program runs in; empty when nowhere.
std::string found(const std::string& name, const Facts& facts)
{
    std::error_code error;
    const fs::path beside = fs::path(facts.project.folder) / name;
    if (fs::is_regular_file(beside, error)) return beside.string();
    return fs::is_regular_file(name, error) ? name : std::string();
}

bool isLookedFor(const Facts& facts) { return !facts.project.folder.empty() && !facts.isDump(); }

} // namespace

DataText dataText(const View& source, const Facts& facts)
{
    for (const char* field : {"inline_string", "inline_bytes"})
        if (source.has(field)) return {true, source.text(field)};
    const std::string name = source.text("filename");
    if (name.empty() || !isLookedFor(facts)) return {};
    const std::string path = found(name, facts);
    constexpr std::uintmax_t most = 1U << 20U;
    std::error_code error;
    if (path.empty() || fs::file_size(path, error) > most) return {};
    std::ifstream file(path, std::ios::binary);
    DataText read{file.is_open(), {std::istreambuf_iterator<char>(file), {}}};
    read.isKnown = read.isKnown && !file.bad();
    return read;
}

std::string missingFile(const View& source, const Facts& facts)
{
    const std::string name = source.text("filename");
    return name.empty() || !isLookedFor(facts) || !found(name, facts).empty() ? std::string() : name;
}

} // namespace model::check
