// A schema: every message type of one release of the xDS API, with documentation and extension registry, as data.
#pragma once

#include "model/base/result.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace meshwright::catalog {
class Catalog;
}

namespace model::api {

/// One extension that a build of Envoy has: "envoy.filters.http.router" of category "envoy.filters.http".
struct Extension {
    std::string name;
    std::string category;
    std::vector<std::string> typeUrls; ///< Full message names without prefix; empty: takes no configuration of its own.
};

/// Immutable; shared as SchemaPtr; any thread. Messages that it creates live no longer than it.
/// Its descriptors are not those of the generated C++ classes: messages cross as bytes (see `convert`).
class Schema {
public:
    /// Builds the pool of a serialized catalog (catalog.proto). Errors: Malformed.
    static Result<std::shared_ptr<const Schema>> parse(std::string_view catalogBytes);
    static Result<std::shared_ptr<const Schema>> of(const meshwright::catalog::Catalog& catalog);

    const std::string& name() const { return m_name; }       ///< "envoy-1.40.0"
    const std::string& version() const { return m_version; } ///< What the binary calls itself; may be empty.

    /// Returns the type of that full name ("envoy.config.cluster.v3.Cluster"), or nullptr.
    const google::protobuf::Descriptor* message(std::string_view fullName) const;
    /// Returns the type behind a type URL (what follows the last '/'), or nullptr.
    const google::protobuf::Descriptor* forTypeUrl(std::string_view typeUrl) const;
    /// Every message type of the pool, sorted by full name.
    const std::vector<const google::protobuf::Descriptor*>& messages() const { return m_messages; }
    /// Makes an empty message of a type of this schema.
    std::unique_ptr<google::protobuf::Message> create(const google::protobuf::Descriptor* type) const;

    /// Comments of the .proto file, reStructuredText without the [#...] marks; empty when unknown.
    std::string documentation(const google::protobuf::Descriptor* type) const;
    std::string documentation(const google::protobuf::FieldDescriptor* field) const;
    std::string documentation(const google::protobuf::EnumValueDescriptor* value) const;
    /// Category of extensions that a typed_config field takes ("envoy.filters.http"); empty when unknown.
    std::string extensionCategory(const google::protobuf::FieldDescriptor* field) const;
    /// True for fields that Envoy's documentation hides, since Envoy has no use for them.
    bool isHidden(const google::protobuf::FieldDescriptor* field) const;

    /// All texts as the catalog has them, for a catalog of another release (learn.h).
    const std::map<std::string, std::string, std::less<>>& allDocumentation() const { return m_documentation; }
    const std::vector<Extension>& extensions() const { return m_extensions; }
    std::vector<const Extension*> extensionsOf(std::string_view category) const;
    /// Runtime flags that guard changes of behaviour ("envoy.reloadable_features.x"); empty when unknown.
    const std::set<std::string, std::less<>>& runtimeFlags() const { return m_runtimeFlags; }

private:
    Schema();
    std::string rawDocumentation(const std::string& key) const;
    Result<void> build(const meshwright::catalog::Catalog& catalog);

    std::string m_name;
    std::string m_version;
    google::protobuf::DescriptorPool m_pool;
    mutable google::protobuf::DynamicMessageFactory m_factory; ///< Locks inside.
    std::vector<const google::protobuf::Descriptor*> m_messages;
    std::map<std::string, std::string, std::less<>> m_documentation;
    std::vector<Extension> m_extensions;
    std::set<std::string, std::less<>> m_runtimeFlags;
};
using SchemaPtr = std::shared_ptr<const Schema>;

/// The schema that the programs carry (v3 of the pinned Envoy). Built at first use, kept for ever.
SchemaPtr builtIn();
/// The last v2 API, for import.
SchemaPtr builtInV2();

/// Copies the content of one message into another of the same or a compatible type, as bytes.
/// Returns false when the bytes do not parse as `to`.
bool convert(const google::protobuf::Message& from, google::protobuf::Message& to);

} // namespace model::api
