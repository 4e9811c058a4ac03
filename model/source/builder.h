// Builds revisions, step by step. For revision.cpp.
#pragma once

#include "model/source/detect.h"
#include "model/source/revision.h"

namespace model::source {

/// What every revision really is. Kept apart from its readers: only `next` looks at it.
struct Standing final : Revision {
    using Revision::Revision;
    RevisionPtr sound; ///< Of a text that cannot be read whole: the last one before that could, to build on.
};

/// One building; used once.
class RevisionBuilder {
public:
    RevisionBuilder(std::string text, ReadOptions options);
    /// `sound`: the last text that could be read whole; kept where this one cannot.
    RevisionPtr build(RevisionPtr sound = nullptr);
    /// Builds by parsing only the resource that changed since `before`; nullptr when the change reaches further.
    RevisionPtr buildFrom(const Revision& before);
    /// Builds by parsing from the resource that changed first since `before` to the end, or to the first error; nullptr
    /// when there is no such resource.
    RevisionPtr buildFromItem(const RevisionPtr& before);

private:
    /// Loads what has been parsed; `sound` is kept where the text cannot be read whole.
    RevisionPtr finish(RevisionPtr sound);
    void parse();
    void load();
    void loadText();
    void loadResources(const Detected& detected);
    void addResource(const Node& node, const google::protobuf::Descriptor* type, const std::string& path);
    void tell(Severity severity, const char* code, std::string message, std::size_t begin, std::size_t end);
    void gatherFindings();

    std::shared_ptr<Standing> m_made;
};

/// Resources of a whole document's message as generated types.
void fillConfig(const google::protobuf::Message& message, DocumentKind kind, ConfigSet& config);
/// Adds one resource that `typeUrl` and `bytes` hold; types that are none of the resources are left out.
void addResource(ConfigSet& config, std::string_view typeUrl, const std::string& bytes, const std::string& path,
                 bool isStatic);

} // namespace model::source
