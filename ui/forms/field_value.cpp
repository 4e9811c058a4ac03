#include "ui/forms/field_value.h"

#include <google/protobuf/descriptor.pb.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace ui::forms {

using namespace Qt::Literals::StringLiterals;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr std::string_view durationName = "google.protobuf.Duration";

bool isWrapper(const Descriptor* type) { return type->file()->name() == "google/protobuf/wrappers.proto"; }

/// The field that holds the value: the wrapper's only one, or the field itself.
const FieldDescriptor* inner(const FieldDescriptor* field)
{
    const bool wrapped = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && isWrapper(field->message_type());
    return wrapped ? field->message_type()->field(0) : field;
}

QString durationText(const Message& message)
{
    const auto* reflection = message.GetReflection();
    const auto seconds = reflection->GetInt64(message, message.GetDescriptor()->FindFieldByNumber(1));
    const auto nanos = reflection->GetInt32(message, message.GetDescriptor()->FindFieldByNumber(2));
    if (nanos == 0) return u"%1s"_s.arg(seconds);
    if (nanos % 1'000'000 == 0 && seconds == 0) return u"%1ms"_s.arg(nanos / 1'000'000);
    return QString::number(static_cast<double>(seconds) + nanos / 1e9, 'f', 9).remove(QRegularExpression(u"0+$"_s)) +
           u"s"_s;
}

QString scalarText(const Message& owner, const FieldDescriptor* field, int index)
{
    const auto* r = owner.GetReflection();
    const bool item = index >= 0;
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
        return (item ? r->GetRepeatedBool(owner, field, index) : r->GetBool(owner, field)) ? u"true"_s : u"false"_s;
    case FieldDescriptor::CPPTYPE_INT32:
        return QString::number(item ? r->GetRepeatedInt32(owner, field, index) : r->GetInt32(owner, field));
    case FieldDescriptor::CPPTYPE_INT64:
        return QString::number(item ? r->GetRepeatedInt64(owner, field, index) : r->GetInt64(owner, field));
    case FieldDescriptor::CPPTYPE_UINT32:
        return QString::number(item ? r->GetRepeatedUInt32(owner, field, index) : r->GetUInt32(owner, field));
    case FieldDescriptor::CPPTYPE_UINT64:
        return QString::number(item ? r->GetRepeatedUInt64(owner, field, index) : r->GetUInt64(owner, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
        return QString::number(item ? r->GetRepeatedDouble(owner, field, index) : r->GetDouble(owner, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
        return QString::number(item ? r->GetRepeatedFloat(owner, field, index) : r->GetFloat(owner, field));
    case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = item ? r->GetRepeatedString(owner, field, index) : r->GetString(owner, field);
        if (field->type() != FieldDescriptor::TYPE_BYTES) return QString::fromStdString(text);
        return QString::fromLatin1(QByteArray::fromStdString(text).toBase64());
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = item ? r->GetRepeatedEnumValue(owner, field, index) : r->GetEnumValue(owner, field);
        const auto* value = field->enum_type()->FindValueByNumber(number);
        return value ? QString::fromStdString(value->name()) : QString::number(number);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
    }
    return {};
}

/// A string that no loader takes for something else: plain where that is safe, else in JSON's quotes.
std::string textYaml(const QString& text)
{
    static const QRegularExpression plain(u"^[A-Za-z_/][A-Za-z0-9_./-]*$"_s);
    static const QRegularExpression word(u"^(true|false|yes|no|on|off|y|n|null)$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    if (plain.match(text).hasMatch() && !word.match(text).hasMatch()) return text.toStdString();
    const QByteArray json = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return json.mid(1, json.size() - 2).toStdString();
}

std::optional<std::string> durationYaml(const QString& typed)
{
    static const QRegularExpression form(u"^\\s*(-?\\d+(?:\\.\\d+)?)\\s*(s|ms)?\\s*$"_s);
    const auto match = form.match(typed);
    if (!match.hasMatch()) return std::nullopt;
    if (match.captured(2) != u"ms"_s) return match.captured(1).toStdString() + "s";
    QString seconds =
        QString::number(match.captured(1).toDouble() / 1000, 'f', 9).remove(QRegularExpression(u"\\.?0+$"_s));
    return seconds.toStdString() + "s";
}

} // namespace

bool isScalarMessage(const Descriptor* type) { return type->full_name() == durationName || isWrapper(type); }

Shape shapeOf(const FieldDescriptor* field)
{
    if (field->is_map()) return Shape::Map;
    if (field->is_repeated()) return Shape::List;
    field = inner(field);
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return Shape::Boolean;
    case FieldDescriptor::CPPTYPE_ENUM: return Shape::Choice;
    case FieldDescriptor::CPPTYPE_STRING: return Shape::Text;
    case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field->message_type()->full_name() == durationName) return Shape::Duration;
        return field->message_type()->full_name() == "google.protobuf.Any" ? Shape::Any : Shape::Message;
    default: return Shape::Number;
    }
}

QString shownValue(const Message* owner, const FieldDescriptor* field, int index)
{
    if (!owner || (index < 0 && !owner->GetReflection()->HasField(*owner, field))) return {};
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return scalarText(*owner, field, index);
    const auto* reflection = owner->GetReflection();
    const Message& value =
        index < 0 ? reflection->GetMessage(*owner, field) : reflection->GetRepeatedMessage(*owner, field, index);
    if (value.GetDescriptor()->full_name() == durationName) return durationText(value);
    return isWrapper(value.GetDescriptor()) ? scalarText(value, value.GetDescriptor()->field(0), -1) : QString();
}

QString defaultValue(const FieldDescriptor* field)
{
    if (inner(field) != field) return {}; // A wrapper's default is in its documentation only.
    switch (shapeOf(field)) {
    case Shape::Boolean: return u"false"_s;
    case Shape::Number: return u"0"_s;
    case Shape::Choice: return QString::fromStdString(field->enum_type()->value(0)->name());
    default: return {};
    }
}

QString emptyValue(const FieldDescriptor* field)
{
    switch (shapeOf(field)) {
    case Shape::Boolean: return u"true"_s;
    case Shape::Number: return u"0"_s;
    case Shape::Text: return u"\"\""_s;
    case Shape::Duration: return u"0s"_s;
    case Shape::Choice: return QString::fromStdString(field->enum_type()->value(0)->name());
    default: return u"{}"_s;
    }
}

std::optional<std::string> yamlOf(const FieldDescriptor* outer, const QString& typed)
{
    const FieldDescriptor* field = inner(outer);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        return field->message_type()->full_name() == durationName ? durationYaml(typed) : std::nullopt;
    const QString text = typed.trimmed();
    bool ok = false;
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: return textYaml(typed);
    case FieldDescriptor::CPPTYPE_BOOL: ok = text == u"true"_s || text == u"false"_s; break;
    case FieldDescriptor::CPPTYPE_ENUM: ok = field->enum_type()->FindValueByName(text.toStdString()) != nullptr; break;
    case FieldDescriptor::CPPTYPE_INT32: text.toInt(&ok); break;
    case FieldDescriptor::CPPTYPE_UINT32: text.toUInt(&ok); break;
    case FieldDescriptor::CPPTYPE_INT64: text.toLongLong(&ok); break;
    case FieldDescriptor::CPPTYPE_UINT64: text.toULongLong(&ok); break;
    default: text.toDouble(&ok); break;
    }
    return ok ? std::optional(text.toStdString()) : std::nullopt;
}

QString expected(const FieldDescriptor* field)
{
    switch (shapeOf(field)) {
    case Shape::Duration: return QObject::tr("Write a duration as 3, 3s or 250ms.");
    case Shape::Number:
        return QObject::tr("Write a whole or decimal number that fits %1.")
            .arg(QString::fromLatin1(inner(field)->type_name()));
    default: return QObject::tr("This is no value of the field.");
    }
}

QString plain(const std::string& documentation)
{
    static const QRegularExpression named(u":[a-z-]+:`([^`<]*?)\\s*<[^`>]*>`"_s);
    static const QRegularExpression bare(u":[a-z-]+:`([^`]*)`"_s);
    static const QRegularExpression link(u"`([^`<]*?)\\s*<[^`>]*>`_+"_s);
    static const QRegularExpression block(u"\\.\\. (note|attention|warning|tip)::\\s*"_s);
    QString text = QString::fromStdString(documentation).simplified();
    text.replace(named, u"\\1"_s).replace(bare, u"\\1"_s).replace(link, u"\\1"_s).replace(block, QString());
    return text.remove(u"``"_s);
}

QString titleOf(const Message& item)
{
    for (const char* name :
         {"name", "prefix", "path", "key", "stat_prefix", "cluster", "cluster_name", "address", "filename"}) {
        const FieldDescriptor* field = item.GetDescriptor()->FindFieldByName(name);
        if (!field || field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
        const QString text = shownValue(&item, field);
        if (!text.isEmpty()) return text;
    }
    for (const char* name : {"match", "endpoint", "address", "socket_address"}) {
        const FieldDescriptor* field = item.GetDescriptor()->FindFieldByName(name);
        if (!field || field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
        if (item.GetReflection()->HasField(item, field)) return titleOf(item.GetReflection()->GetMessage(item, field));
    }
    return QString::fromStdString(item.GetDescriptor()->name());
}

} // namespace ui::forms
