// The schemas that a user has: the built-in ones and those learned, a catalog file each.
#pragma once

#include "model/api/schema.h"
#include "model/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace model::api {

/// One schema of the store.
struct StoredSchema {
    std::string name;
    std::string version; ///< What the program calls itself; may be empty.
    std::string file;    ///< Empty: built in.
};

/// A folder of learned schemas. Holds nothing but the folder's name; any thread.
class Store {
public:
    /// The default folder is $XDG_DATA_HOME/meshwright/schemas (~/.local/share where that is unset).
    explicit Store(std::string folder = defaultFolder());
    static std::string defaultFolder();

    /// Built-in schemas first, then the learned ones by name. Files that cannot be read are left out.
    std::vector<StoredSchema> list() const;
    /// Loads a schema by name, built-in or learned. Errors: NotFound (with the names there are), Unreadable, Malformed.
    Result<SchemaPtr> find(std::string_view name) const;
    /// Writes a catalog under its name, replacing one of that name at once. Errors: Invalid (name), Unreadable.
    Result<void> save(const meshwright::catalog::Catalog& catalog) const;
    std::string fileOf(std::string_view name) const;

private:
    std::string m_folder;
};

} // namespace model::api
