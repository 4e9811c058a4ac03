#include "ui/text/completion.h"

#include "ui/forms/field_value.h"
#include "ui/forms/spot.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>

namespace ui::text {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

/// Column of the key on a line, behind any "- "; npos for blank lines and comments.
std::size_t keyColumn(std::string_view line)
{
    std::size_t at = line.find_first_not_of(' ');
    while (at != std::string_view::npos && line[at] == '-' && at + 1 < line.size() && line[at + 1] == ' ')
        at = line.find_first_not_of(' ', at + 1);
    return at != std::string_view::npos && (line[at] == '#' || line[at] == '\r') ? std::string_view::npos : at;
}

std::string_view lineAt(std::string_view text, std::size_t start)
{
    return text.substr(start, std::min(text.find('\n', start), text.size()) - start);
}

/// Message type inside which a key at `column` of the line starting at `start` stands.
const Descriptor* typeAround(const model::source::RevisionPtr& revision, std::string_view text, std::size_t start,
                             std::size_t column, forms::Spot& spot)
{
    while (start > 0) {
        start = start < 2 ? 0 : text.rfind('\n', start - 2) + 1; // npos + 1 is 0.
        const std::size_t key = keyColumn(lineAt(text, start));
        if (key != std::string_view::npos && key < column) {
            spot = forms::spotAt(revision, revision->map().pathAt(start + key));
            if (!spot.isValid()) return nullptr;
            if (spot.type) return forms::unpack(spot) ? spot.type : nullptr;
            return spot.field && spot.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ? spot.field->message_type()
                                                                                            : nullptr;
        }
        if (start == 0) break;
    }
    spot = forms::spotAt(revision, "");
    return spot.type;
}

std::vector<Offer> fieldOffers(const model::source::RevisionPtr& revision, const Descriptor* type)
{
    std::vector<Offer> result;
    for (int i = 0; i < type->field_count(); ++i) {
        const FieldDescriptor* field = type->field(i);
        if (field->options().deprecated() || revision->schema()->isHidden(field)) continue;
        result.push_back({field->name(), revision->schema()->documentation(field)});
    }
    return result;
}

std::vector<Offer> valueOffers(const model::source::RevisionPtr& revision, const FieldDescriptor* field,
                               const QStringList& clusters)
{
    std::vector<Offer> result;
    const forms::Shape shape = forms::shapeOf(field);
    if (shape == forms::Shape::Boolean) result = {{"true", {}}, {"false", {}}};
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM)
        for (int i = 0; i < field->enum_type()->value_count(); ++i)
            result.push_back({field->enum_type()->value(i)->name(),
                              revision->schema()->documentation(field->enum_type()->value(i))});
    if (field->name() == "cluster")
        for (const QString& name : clusters) result.push_back({name.toStdString(), {}});
    return result;
}

} // namespace

std::vector<Offer> offers(const model::source::RevisionPtr& revision, std::string_view text, std::size_t offset,
                          const QStringList& clusters, std::string& begun)
{
    if (!revision || !revision->message() || revision->tree().format == model::source::Format::Json ||
        offset > text.size())
        return {};
    const std::size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1; // npos + 1 is 0.
    const std::string_view before = text.substr(start, offset - start);
    std::size_t column = keyColumn(before);
    if (column == std::string_view::npos) column = before.size();
    forms::Spot spot;
    const Descriptor* type = typeAround(revision, text, start, column, spot);
    if (!type) return {};
    const std::size_t colon = before.find(": ", column);
    std::vector<Offer> result;
    if (colon == std::string_view::npos) {
        begun = before.substr(column);
        result = fieldOffers(revision, type);
    } else {
        begun = before.substr(std::min(before.find_first_not_of(' ', colon + 1), before.size()));
        const FieldDescriptor* field = type->FindFieldByName(std::string(before.substr(column, colon - column)));
        if (field) result = valueOffers(revision, field, clusters);
    }
    std::erase_if(result, [&](const Offer& offer) { return !offer.word.starts_with(begun); });
    std::ranges::sort(result, {}, &Offer::word);
    return result;
}

} // namespace ui::text
