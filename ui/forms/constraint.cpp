// The rules that the API puts on a field (protoc-gen-validate), told as words. The rules are read out of the field's
// options through bytes, so that it does not matter whether the pool knows the extension.
#include "ui/forms/field_value.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <QObject>
#include <QStringList>

#include <map>

namespace ui::forms {

using namespace Qt::Literals::StringLiterals;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr int rulesNumber = 1071; // validate.rules of protoc-gen-validate, on fields; on oneofs it is `required`.

QString valueText(const Message& rules, const FieldDescriptor* field, int index = -1)
{
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && index < 0) return shownValue(&rules, field);
    return shownValue(&rules, field, index);
}

QString listText(const Message& rules, const FieldDescriptor* field)
{
    QStringList values;
    for (int i = 0; i < rules.GetReflection()->FieldSize(rules, field); ++i) values << valueText(rules, field, i);
    return values.join(u", "_s);
}

QStringList rulesText(const Message& rules);

/// One rule as words; empty for what needs no telling.
QString ruleText(const Message& rules, const FieldDescriptor* field)
{
    static const std::map<std::string, const char*> words{{"const", "must be %1"},
                                                          {"lt", "less than %1"},
                                                          {"lte", "at most %1"},
                                                          {"gt", "more than %1"},
                                                          {"gte", "at least %1"},
                                                          {"len", "%1 characters"},
                                                          {"min_len", "at least %1 characters"},
                                                          {"max_len", "at most %1 characters"},
                                                          {"min_bytes", "at least %1 bytes"},
                                                          {"max_bytes", "at most %1 bytes"},
                                                          {"pattern", "matches %1"},
                                                          {"prefix", "begins with %1"},
                                                          {"suffix", "ends with %1"},
                                                          {"contains", "contains %1"},
                                                          {"min_items", "at least %1 items"},
                                                          {"max_items", "at most %1 items"},
                                                          {"min_pairs", "at least %1 entries"},
                                                          {"max_pairs", "at most %1 entries"}};
    const std::string& name = field->name();
    if (name == "in" || name == "not_in")
        return (name == "in" ? QObject::tr("one of %1") : QObject::tr("none of %1")).arg(listText(rules, field));
    if (field->is_repeated()) return {};
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        (name == "items" || name == "keys" || name == "values")) {
        const QString inner = rulesText(rules.GetReflection()->GetMessage(rules, field)).join(u", "_s);
        return inner.isEmpty() ? QString() : QObject::tr("each: %1").arg(inner);
    }
    if (const auto word = words.find(name); word != words.end()) {
        if ((name == "min_len" || name == "min_bytes") && valueText(rules, field) == u"1")
            return QObject::tr("not empty");
        return QObject::tr(word->second).arg(valueText(rules, field));
    }
    const bool on = field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL && rules.GetReflection()->GetBool(rules, field);
    if (!on) return {};
    if (name == "required") return QObject::tr("required");
    if (name == "unique") return QObject::tr("no item twice");
    if (name == "well_known_regex" || name == "strict" || name == "ignore_empty" || name == "defined_only" ||
        name == "skip")
        return {};
    return QObject::tr("must be a valid %1").arg(QString::fromStdString(name));
}

QStringList rulesText(const Message& rules)
{
    QStringList parts;
    std::vector<const FieldDescriptor*> set;
    rules.GetReflection()->ListFields(rules, &set);
    for (const FieldDescriptor* field : set) {
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->containing_oneof() &&
            field->containing_oneof()->name() == "type") {
            parts += rulesText(rules.GetReflection()->GetMessage(rules, field));
            continue;
        }
        const QString text = ruleText(rules, field);
        if (!text.isEmpty()) parts << text;
    }
    return parts;
}

} // namespace

QString constraint(const model::api::SchemaPtr& schema, const FieldDescriptor* field)
{
    const Descriptor* type = schema->message("validate.FieldRules");
    google::protobuf::UnknownFieldSet unknown;
    if (!type || !unknown.ParseFromString(field->options().SerializeAsString())) return {};
    for (int i = 0; i < unknown.field_count(); ++i) {
        if (unknown.field(i).number() != rulesNumber ||
            unknown.field(i).type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
            continue;
        const auto rules = schema->create(type);
        if (rules->ParseFromString(unknown.field(i).length_delimited())) return rulesText(*rules).join(u", "_s);
    }
    return {};
}

bool isRequired(const google::protobuf::OneofDescriptor* oneof)
{
    google::protobuf::UnknownFieldSet unknown;
    if (!unknown.ParseFromString(oneof->options().SerializeAsString())) return false;
    for (int i = 0; i < unknown.field_count(); ++i)
        if (unknown.field(i).number() == rulesNumber &&
            unknown.field(i).type() == google::protobuf::UnknownField::TYPE_VARINT)
            return unknown.field(i).varint() != 0;
    return false;
}

} // namespace ui::forms
