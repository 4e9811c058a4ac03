// protobuf's own parser reads the text; it stops at its first error, as Envoy does. Its tree of locations becomes the
// source map: it knows where each field begins, so a place is that point.
#include "model/source/text_proto.h"

#include "model/source/lines.h"
#include "model/source/path.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <string>

namespace model::source {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

/// Finds the types of expanded Any messages in the schema.
class Finder final : public TextFormat::Finder {
public:
    explicit Finder(const api::Schema& schema) : m_schema(schema) {}
    const google::protobuf::Descriptor* FindAnyType(const Message&, const std::string& prefix,
                                                    const std::string& name) const override
    {
        return m_schema.forTypeUrl(prefix + name);
    }
    google::protobuf::MessageFactory* FindExtensionFactory(const FieldDescriptor*) const override { return nullptr; }

private:
    const api::Schema& m_schema;
};

/// Turns the parser's errors into findings. Lines and columns come from 0.
class Collector final : public google::protobuf::io::ErrorCollector {
public:
    Collector(const std::string& text, std::vector<Finding>& findings)
        : m_text(text)
        , m_starts(lineStarts(text))
        , m_findings(findings)
    {}
    void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override
    {
        add(Severity::Error, line, column, message);
    }
    void AddWarning(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override
    {
        add(Severity::Warning, line, column, message);
    }
    Position at(int line, int column) const
    {
        return positionAt(m_text, m_starts, offsetAt(m_text, m_starts, line + 1, column + 1));
    }

private:
    void add(Severity severity, int line, int column, const std::string& message)
    {
        const bool unknown = message.find("has no field named") != std::string::npos;
        const Position place = at(std::max(line, 0), std::max(column, 0));
        m_findings.push_back({severity, unknown ? "S02" : "S01", {}, message, {place, place}, {}});
    }

    const std::string& m_text;
    std::vector<std::size_t> m_starts;
    std::vector<Finding>& m_findings;
};

void addPlaces(const Message& message, TextFormat::ParseInfoTree* tree, const Collector& places,
               const std::string& path, SourceMap& map)
{
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        const std::string at = path::field(path, field->name());
        const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
        for (int i = 0; i < count && !field->is_map(); ++i) {
            const int index = field->is_repeated() ? i : -1;
            const auto location = tree->GetLocation(field, index);
            if (location.line < 0) continue;
            const Position begin = places.at(location.line, location.column);
            const std::string here = index < 0 ? at : path::index(at, index);
            map.add(here, {{}, {begin, begin}});
            TextFormat::ParseInfoTree* inner =
                field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ? tree->GetTreeForNested(field, index) : nullptr;
            if (inner == nullptr) continue;
            const Message& sub = index < 0 ? message.GetReflection()->GetMessage(message, field)
                                           : message.GetReflection()->GetRepeatedMessage(message, field, index);
            addPlaces(sub, inner, places, here, map);
        }
    }
}

} // namespace

bool isTextProto(std::string_view fileName) { return fileName.ends_with(".pb_text"); }

Loaded loadTextProto(const std::string& text, const google::protobuf::Descriptor* type, const api::SchemaPtr& schema)
{
    Loaded loaded;
    loaded.message = schema->create(type);
    Collector collector(text, loaded.findings);
    const Finder finder(*schema);
    TextFormat::ParseInfoTree locations;
    TextFormat::Parser parser;
    parser.SetFinder(&finder);
    parser.RecordErrorsTo(&collector);
    parser.WriteLocationsTo(&locations);
    parser.AllowPartialMessage(true);
    if (!parser.ParseFromString(text, loaded.message.get()) && loaded.findings.empty())
        loaded.findings.push_back(
            {Severity::Error, "S01", {}, "this is no message in protobuf's text format", {{0, 1, 1}, {0, 1, 1}}, {}});
    loaded.map.add({}, {{}, {{0, 1, 1}, {0, 1, 1}}});
    addPlaces(*loaded.message, &locations, collector, {}, loaded.map);
    return loaded;
}

} // namespace model::source
