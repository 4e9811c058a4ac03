#include "model/source/builder.h"

#include "model/source/config_set.h"
#include "model/source/lines.h"
#include "model/source/path.h"
#include "model/source/text_proto.h"

#include <algorithm>

namespace model::source {

using google::protobuf::Descriptor;
using google::protobuf::Message;

RevisionBuilder::RevisionBuilder(std::string text, ReadOptions options)
    : m_made(std::make_shared<Standing>(Revision::Token{}))
{
    m_made->m_config = std::make_shared<ConfigSet>();
    m_made->m_text = std::move(text);
    m_made->m_options = std::move(options);
    if (m_made->m_options.schema == nullptr) m_made->m_options.schema = api::builtIn();
    m_made->m_lineStarts = lineStarts(m_made->m_text);
}

RevisionPtr RevisionBuilder::build(RevisionPtr sound)
{
    parse();
    return finish(std::move(sound));
}

RevisionPtr RevisionBuilder::finish(RevisionPtr sound)
{
    load();
    gatherFindings();
    if (!m_made->m_tree.findings.empty()) m_made->sound = std::move(sound);
    return m_made;
}

void RevisionBuilder::parse()
{
    const std::string& file = m_made->m_options.fileName;
    if (isTextProto(file)) return;
    m_made->m_tree =
        file.ends_with(".json") ? source::parse(m_made->m_text, Format::Json) : source::parse(m_made->m_text);
}

void RevisionBuilder::tell(Severity severity, const char* code, std::string message, std::size_t begin, std::size_t end)
{
    m_made->m_findings.push_back(
        {severity, code, {}, std::move(message), {m_made->position(begin), m_made->position(end)}, {}});
}

/// A bootstrap in text format has no tree: only its message and where its fields begin.
void RevisionBuilder::loadText()
{
    Revision& made = *m_made;
    made.m_kind = DocumentKind::Bootstrap;
    made.m_loaded = loadTextProto(made.m_text, made.m_options.schema->message("envoy.config.bootstrap.v3.Bootstrap"),
                                  made.m_options.schema);
    fillConfig(*made.m_loaded.message, made.m_kind, *made.m_config);
}

void RevisionBuilder::load()
{
    Revision& made = *m_made;
    if (isTextProto(made.m_options.fileName)) return loadText();
    const Detected detected = detect(made.m_tree, *made.m_options.schema, made.m_options.kind);
    made.m_kind = detected.kind;
    switch (detected.kind) {
    case DocumentKind::Empty:
        if (made.m_tree.findings.empty()) tell(Severity::Error, "S01", "there is no configuration in this text", 0, 0);
        return;
    case DocumentKind::EnvoyV1:
    case DocumentKind::EnvoyV2: {
        const std::size_t begin = made.m_tree.root->range.begin.offset;
        const char* version = detected.kind == DocumentKind::EnvoyV1 ? "v1" : "v2";
        tell(Severity::Error, "S06",
             std::string("this is configuration of Envoy's ") + version +
                 " API, which Envoy has dropped; import it to get v3",
             begin, begin + 1);
        return;
    }
    case DocumentKind::Kubernetes: return;
    case DocumentKind::Resources: loadResources(detected); return;
    default: break;
    }
    const Descriptor* type = detected.type != nullptr
                                 ? detected.type
                                 : made.m_options.schema->message("envoy.config.bootstrap.v3.Bootstrap");
    if (type == nullptr) return;
    made.m_loaded = source::load(*made.m_tree.root, type, made.m_options.schema);
    fillConfig(*made.m_loaded.message, made.m_kind, *made.m_config);
}

void RevisionBuilder::addResource(const Node& node, const Descriptor* type, const std::string& path)
{
    Revision& made = *m_made;
    const Descriptor* any = made.m_options.schema->message("google.protobuf.Any");
    Message& response = *made.m_loaded.message;
    const auto* resources = response.GetDescriptor()->FindFieldByName("resources");
    Message& packed = *response.GetReflection()->AddMessage(&response, resources);
    Loaded loaded = source::load(node, type != nullptr ? type : any, made.m_options.schema, path);
    if (type != nullptr) {
        packed.GetReflection()->SetString(&packed, any->FindFieldByNumber(1),
                                          "type.googleapis.com/" + type->full_name());
        packed.GetReflection()->SetString(&packed, any->FindFieldByNumber(2),
                                          loaded.message->SerializePartialAsString());
    } else {
        packed.CopyFrom(*loaded.message);
    }
    for (const auto& [at, place] : loaded.map.places()) made.m_loaded.map.add(at, place);
    std::ranges::move(loaded.findings, std::back_inserter(made.m_loaded.findings));
    const std::string url = packed.GetReflection()->GetString(packed, any->FindFieldByNumber(1));
    const std::string bytes = packed.GetReflection()->GetString(packed, any->FindFieldByNumber(2));
    source::addResource(*made.m_config, url, bytes, path, false);
}

void RevisionBuilder::loadResources(const Detected& detected)
{
    Revision& made = *m_made;
    const Node& root = *made.m_tree.root;
    const Descriptor* response = made.m_options.schema->message("envoy.service.discovery.v3.DiscoveryResponse");
    int index = 0;
    if (root.isMapping() && root.find("resources") != nullptr) {
        made.m_loaded = source::load(root, response, made.m_options.schema);
        fillConfig(*made.m_loaded.message, made.m_kind, *made.m_config);
        return;
    }
    made.m_loaded.message = made.m_options.schema->create(response);
    made.m_loaded.map.add({}, {{}, root.range, false});
    if (root.isSequence()) {
        made.m_loaded.map.add("resources", {{}, root.range, false});
        for (const Node& item : root.items) { addResource(item, detected.type, path::index("resources", index++)); }
        return;
    }
    for (const Node::Entry& entry : root.entries) {
        made.m_loaded.map.add(entry.key.value, {entry.key.range, entry.value.range, false});
        int inSet = 0;
        for (const Node& item : entry.value.items)
            addResource(item, typeOfSet(*made.m_options.schema, entry.key.value),
                        path::index(entry.key.value, inSet++));
    }
}

void RevisionBuilder::gatherFindings()
{
    Revision& made = *m_made;
    for (Finding finding : made.m_tree.findings) {
        if (finding.path.empty() && finding.range.isKnown())
            finding.path = made.m_loaded.map.pathAt(finding.range.begin.offset);
        made.m_findings.push_back(std::move(finding));
    }
    if (made.m_tree.documents.size() > 1 && made.m_kind != DocumentKind::Kubernetes) {
        const std::size_t second = made.m_tree.documents[1]->range.begin.offset;
        tell(Severity::Warning, "S01", "Envoy reads only the first document of a file; this one is never read", second,
             second + 1);
    }
    const std::string& file = made.m_options.fileName;
    const std::size_t dot = file.find_last_of("./");
    const bool otherExtension =
        dot != std::string::npos && file[dot] == '.' && !file.ends_with(".yaml") && !file.ends_with(".yml");
    if (otherExtension && made.m_kind == DocumentKind::Bootstrap && made.m_tree.format == Format::Yaml &&
        !isTextProto(file)) {
        const std::size_t begin = made.m_tree.root->range.begin.offset;
        tell(Severity::Error, "S11", "Envoy reads YAML only from files that are named .yaml or .yml", begin, begin + 1);
    }
    made.m_findings.insert(made.m_findings.end(), made.m_loaded.findings.begin(), made.m_loaded.findings.end());
    std::ranges::stable_sort(made.m_findings, {}, [](const Finding& finding) { return finding.range.begin.offset; });
}

} // namespace model::source
