// Revision: one text and all that loading derives from it. The immutable value that every part of the program shares.
#pragma once

#include "model/api/schema.h"
#include "model/base/finding.h"
#include "model/source/load.h"
#include "model/source/tree.h"

#include <memory>
#include <string>
#include <string_view>

namespace model::source {

struct ConfigSet; // config_set.h includes the generated API, which most readers of a Revision do not need.
class Revision;
using RevisionPtr = std::shared_ptr<const Revision>;

/// What a document is, decided by its content (or told by the caller).
enum class DocumentKind {
    Empty,
    Bootstrap,  ///< Envoy v3 bootstrap.
    Resources,  ///< xDS file: `resources:` list (DiscoveryResponse), or a list or set of resources.
    Message,    ///< One message of a named type (--kind, or "@type" at the root).
    ConfigDump, ///< Answer of /config_dump.
    EnvoyV2,    ///< Recognised, needs import.
    EnvoyV1,    ///< Recognised, needs import.
    Kubernetes, ///< Kubernetes or Istio manifests (apiVersion, kind).
    Unknown,    ///< Readable, but nothing this program knows; loaded as a bootstrap so that its errors are told.
};
const char* name(DocumentKind kind);

/// How to read a text.
struct ReadOptions {
    api::SchemaPtr schema; ///< nullptr: the built-in one.
    std::string fileName;  ///< For messages only; may be empty.
    std::string kind;      ///< Full or short message name ("Cluster") to load as; empty: decided by content.
};

/// Immutable; any thread. Building one costs a parse; `next` parses only the block that changed.
class Revision {
public:
    static RevisionPtr of(std::string text, ReadOptions options = {});
    /// Same as of(text, options of `before`), but reuses what the edit did not touch. Same result, bit for bit.
    static RevisionPtr next(const RevisionPtr& before, std::string text);

    const std::string& text() const { return m_text; }
    const ReadOptions& options() const { return m_options; }
    const api::SchemaPtr& schema() const { return m_options.schema; }
    DocumentKind kind() const { return m_kind; }
    const Tree& tree() const { return m_tree; }
    const SourceMap& map() const { return m_loaded.map; }
    /// The whole document as one message of the schema; nullptr for Empty, EnvoyV1, EnvoyV2 and Kubernetes.
    const google::protobuf::Message* message() const { return m_loaded.message.get(); }
    /// Resources as generated types; empty where there are none.
    const ConfigSet& config() const { return *m_config; }
    /// What parsing and loading found (S01 to S06, S09, S10 ...). The checks of model/check come on top.
    const std::vector<Finding>& findings() const { return m_findings; }
    /// Line and column of a byte offset, and back (clamped to the text).
    Position position(std::size_t offset) const;
    std::size_t offset(int line, int column) const;

    /// For `of` and `next` only.
    struct Token {};
    explicit Revision(Token) {}

private:
    friend class RevisionBuilder;
    std::string m_text;
    ReadOptions m_options;
    DocumentKind m_kind = DocumentKind::Empty;
    Tree m_tree;
    Loaded m_loaded;
    std::shared_ptr<ConfigSet> m_config; ///< Never null.
    std::vector<Finding> m_findings;
    std::vector<std::size_t> m_lineStarts;
};

} // namespace model::source
