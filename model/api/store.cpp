#include "model/api/store.h"

#include "model/api/catalog.pb.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace model::api {
namespace {

namespace fs = std::filesystem;
using meshwright::catalog::Catalog;

constexpr const char* extension = ".catalog";

bool isName(std::string_view name)
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.front() != '.' && name.find_first_not_of(allowed) == std::string_view::npos;
}

bool isBuiltIn(std::string_view name) { return name == builtIn()->name() || name == builtInV2()->name(); }

Result<Catalog> read(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorCode::Unreadable, file, std::string("cannot be read: ") + std::strerror(errno));
    Catalog catalog;
    if (!catalog.ParseFromIstream(&in)) return fail(ErrorCode::Malformed, file, "is no schema catalog");
    return catalog;
}

} // namespace

Store::Store(std::string folder) : m_folder(std::move(folder)) {}

std::string Store::defaultFolder()
{
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data != nullptr && *data != '\0') return std::string(data) + "/meshwright/schemas";
    const char* home = std::getenv("HOME");
    return std::string(home == nullptr ? "." : home) + "/.local/share/meshwright/schemas";
}

std::string Store::fileOf(std::string_view name) const { return m_folder + "/" + std::string(name) + extension; }

std::vector<StoredSchema> Store::list() const
{
    std::vector<StoredSchema> learned;
    std::error_code status;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_folder, status)) {
        if (entry.path().extension() != extension) continue;
        if (const auto catalog = read(entry.path().string()))
            learned.push_back({catalog->name(), catalog->version(), entry.path().string()});
    }
    std::ranges::sort(learned, {}, &StoredSchema::name);
    std::vector<StoredSchema> all = {{builtIn()->name(), builtIn()->version(), {}},
                                     {builtInV2()->name(), builtInV2()->version(), {}}};
    all.insert(all.end(), learned.begin(), learned.end());
    return all;
}

Result<SchemaPtr> Store::find(std::string_view name) const
{
    if (name == builtIn()->name()) return builtIn();
    if (name == builtInV2()->name()) return builtInV2();
    const std::string file = fileOf(name);
    std::error_code status;
    if (!isName(name) || !fs::exists(file, status)) {
        std::string known;
        for (const StoredSchema& schema : list()) known += (known.empty() ? "" : ", ") + schema.name;
        return fail(ErrorCode::NotFound, std::string(name), "there is no such schema; known are " + known);
    }
    const auto catalog = read(file);
    if (!catalog) return catalog.unexpected();
    return Schema::of(*catalog);
}

Result<void> Store::save(const Catalog& catalog) const
{
    if (!isName(catalog.name()))
        return fail(ErrorCode::Invalid, catalog.name(), "a schema's name has only letters, digits, '.', '_' and '-'");
    if (isBuiltIn(catalog.name())) return fail(ErrorCode::Invalid, catalog.name(), "is the name of a built-in schema");
    std::error_code status;
    fs::create_directories(m_folder, status);
    const std::string file = fileOf(catalog.name());
    const std::string temporary = file + ".new";
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    if (!out || !catalog.SerializeToOstream(&out) || !out.flush())
        return fail(ErrorCode::Unreadable, temporary, std::string("cannot be written: ") + std::strerror(errno));
    out.close();
    fs::rename(temporary, file, status);
    if (status) return fail(ErrorCode::Unreadable, file, "cannot be written: " + status.message());
    return {};
}

} // namespace model::api
