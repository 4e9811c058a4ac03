#include "model/check/view.h"

#include "model/source/path.h"

namespace model::check {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string_view nameOf(std::string_view typeUrl) { return typeUrl.substr(typeUrl.rfind('/') + 1); }

bool isMessage(const FieldDescriptor* field) { return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE; }

std::string anyText(const Message& any, int number)
{
    return any.GetReflection()->GetString(any, any.GetDescriptor()->FindFieldByNumber(number));
}

std::int64_t scalarOf(const Message& message, const FieldDescriptor* field)
{
    const auto* reflection = message.GetReflection();
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return reflection->GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64: return reflection->GetInt64(message, field);
    case FieldDescriptor::CPPTYPE_UINT32: return reflection->GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT64: return static_cast<std::int64_t>(reflection->GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_BOOL: return reflection->GetBool(message, field) ? 1 : 0;
    case FieldDescriptor::CPPTYPE_ENUM: return reflection->GetEnumValue(message, field);
    case FieldDescriptor::CPPTYPE_DOUBLE: return static_cast<std::int64_t>(reflection->GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT: return static_cast<std::int64_t>(reflection->GetFloat(message, field));
    default: return 0;
    }
}

} // namespace

const FieldDescriptor* View::field(std::string_view name) const
{
    return m_message == nullptr ? nullptr : m_message->GetDescriptor()->FindFieldByName(std::string(name));
}

std::pair<View, std::string_view> View::owner(std::string_view name) const
{
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {*this, name};
    return {in(name.substr(0, dot)), name.substr(dot + 1)};
}

View View::child(const Message& message, std::string path) const
{
    View view(*this);
    view.m_path = std::move(path);
    view.m_message = &message;
    if (message.GetDescriptor()->full_name() != "google.protobuf.Any") return view;
    view.m_message = nullptr;
    const auto* type = m_schema->forTypeUrl(anyText(message, 1));
    if (type == nullptr) return view;
    std::shared_ptr<Message> inner = m_schema->create(type);
    if (!inner->ParsePartialFromString(anyText(message, 2))) return view;
    view.m_message = inner.get();
    view.m_unpacked = std::move(inner);
    return view;
}

std::string View::at(std::string_view name) const { return source::path::field(m_path, name); }

std::string_view View::type() const
{
    return m_message == nullptr ? std::string_view() : m_message->GetDescriptor()->full_name();
}

std::string_view View::typeIn(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    if (found == nullptr || !isMessage(found) || found->is_repeated() || !view.has(last)) return {};
    const View inner = view.in(last);
    if (inner) return inner.type();
    const Message& any = view.m_message->GetReflection()->GetMessage(*view.m_message, found);
    static thread_local std::string url; // valid until the next call
    url = anyText(any, 1);
    return nameOf(url);
}

bool View::has(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    if (found == nullptr) return false;
    const auto* reflection = view.m_message->GetReflection();
    return found->is_repeated() ? reflection->FieldSize(*view.m_message, found) > 0
                                : reflection->HasField(*view.m_message, found);
}

View View::in(std::string_view name) const
{
    const std::size_t dot = name.find('.');
    const auto* found = field(name.substr(0, dot));
    if (found == nullptr || !isMessage(found) || found->is_repeated()) return {};
    const auto* reflection = m_message->GetReflection();
    if (!reflection->HasField(*m_message, found)) return {};
    const View inner = child(reflection->GetMessage(*m_message, found), at(found->name()));
    return dot == std::string_view::npos ? inner : inner.in(name.substr(dot + 1));
}

std::vector<View> View::all(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    std::vector<View> views;
    if (found == nullptr || !isMessage(found) || !found->is_repeated()) return views;
    const auto* reflection = view.m_message->GetReflection();
    for (int i = 0; i < reflection->FieldSize(*view.m_message, found); ++i)
        views.push_back(view.child(reflection->GetRepeatedMessage(*view.m_message, found, i),
                                   source::path::index(view.at(last), i)));
    return views;
}

std::vector<std::pair<std::string, View>> View::entries(std::string_view map) const
{
    const auto [view, last] = owner(map);
    const auto* found = view.field(last);
    std::vector<std::pair<std::string, View>> entries;
    if (found == nullptr || !found->is_map()) return entries;
    const auto* keyField = found->message_type()->FindFieldByNumber(1);
    const auto* valueField = found->message_type()->FindFieldByNumber(2);
    if (keyField->cpp_type() != FieldDescriptor::CPPTYPE_STRING || !isMessage(valueField)) return entries;
    const auto* reflection = view.m_message->GetReflection();
    for (int i = 0; i < reflection->FieldSize(*view.m_message, found); ++i) {
        const Message& entry = reflection->GetRepeatedMessage(*view.m_message, found, i);
        const std::string key = entry.GetReflection()->GetString(entry, keyField);
        entries.emplace_back(key, view.child(entry.GetReflection()->GetMessage(entry, valueField),
                                             source::path::key(view.at(last), key)));
    }
    return entries;
}

std::string View::text(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    if (found == nullptr || found->is_repeated()) return {};
    const auto* reflection = view.m_message->GetReflection();
    if (found->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return reflection->GetString(*view.m_message, found);
    if (found->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        const auto* value = found->enum_type()->FindValueByNumber(reflection->GetEnumValue(*view.m_message, found));
        return value == nullptr ? std::string() : value->name();
    }
    return isMessage(found) && found->message_type()->FindFieldByName("value") != nullptr ? view.in(last).text("value")
                                                                                          : std::string();
}

std::vector<std::string> View::texts(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    std::vector<std::string> texts;
    if (found == nullptr || !found->is_repeated() || found->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return texts;
    const auto* reflection = view.m_message->GetReflection();
    for (int i = 0; i < reflection->FieldSize(*view.m_message, found); ++i)
        texts.push_back(reflection->GetRepeatedString(*view.m_message, found, i));
    return texts;
}

std::int64_t View::number(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    if (found == nullptr || found->is_repeated()) return 0;
    if (isMessage(found)) return view.has(last) ? view.in(last).number("value") : 0;
    return scalarOf(*view.m_message, found);
}

double View::real(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    if (found == nullptr || found->is_repeated()) return 0;
    if (isMessage(found)) return view.has(last) ? view.in(last).real("value") : 0;
    if (found->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE)
        return view.m_message->GetReflection()->GetDouble(*view.m_message, found);
    return static_cast<double>(scalarOf(*view.m_message, found));
}

std::optional<std::int64_t> View::nanoseconds(std::string_view name) const
{
    if (!has(name)) return std::nullopt;
    const View duration = in(name);
    return duration.number("seconds") * 1'000'000'000 + duration.number("nanos");
}

int View::count(std::string_view name) const
{
    const auto [view, last] = owner(name);
    const auto* found = view.field(last);
    return found == nullptr || !found->is_repeated()
               ? 0
               : view.m_message->GetReflection()->FieldSize(*view.m_message, found);
}

} // namespace model::check
