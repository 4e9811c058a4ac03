// Descriptors of a schema's pool carry the rules as unknown fields of their options (the pool knows no extension of
// FieldOptions by C++ type). Once per field the options are parsed again as the generated class, which knows them.
#include "model/check/rule_book.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <map>

namespace model::check {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

template <class Options> Options known(const Options& options)
{
    Options parsed;
    parsed.ParsePartialFromString(options.SerializePartialAsString());
    return parsed;
}

constexpr int refusedField = 189503207,
              refusedValue = 70100853; // envoy/annotations/deprecation.proto, disallowed_by_default

/// Whether a boolean option of that number is true.
template <class Options> bool hasMark(const Options& options, int number)
{
    google::protobuf::UnknownFieldSet unknown;
    unknown.ParseFromString(options.SerializePartialAsString());
    for (int i = 0; i < unknown.field_count(); ++i)
        if (unknown.field(i).number() == number &&
            unknown.field(i).type() == google::protobuf::UnknownField::TYPE_VARINT)
            return unknown.field(i).varint() != 0;
    return false;
}

FieldCheck checkOf(const FieldDescriptor* field)
{
    FieldCheck check;
    check.field = field;
    const FieldDescriptor* value = field->is_map() ? field->message_type()->FindFieldByNumber(2) : field;
    check.descend = value->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM && !field->has_presence())
        if (const auto* first = field->enum_type()->FindValueByNumber(0))
            check.isRefusedDefault = hasMark(first->options(), refusedValue);
    check.isRefused = !field->is_repeated() && hasMark(field->options(), refusedField);
    const auto options = known(field->options());
    if (!options.HasExtension(validate::rules)) return check;
    const validate::FieldRules& rules = options.GetExtension(validate::rules);
    check.required = rules.message().required() || rules.any().required() || rules.duration().required() ||
                     rules.timestamp().required();
    const bool skip =
        rules.message().skip() || rules.repeated().items().message().skip() || rules.map().values().message().skip();
    check.descend = check.descend && !skip;
    if (rules.type_case() != validate::FieldRules::TYPE_NOT_SET) check.rules = ValueRules::of(rules);
    return check;
}

std::unique_ptr<const MessageCheck> checkOf(const Descriptor* type)
{
    auto check = std::make_unique<MessageCheck>();
    for (const auto rules : {addressTypeRules(), certificateTypeRules(), discoveryTypeRules(), edgeTypeRules(),
                             filterTypeRules(), formatTypeRules(), chainTypeRules(), clusterTypeRules(),
                             matchTypeRules(), securityTypeRules(), serviceTypeRules(), tlsTypeRules()})
        for (const TypeRule& rule : rules)
            if (type->full_name() == rule.type) check->rules.push_back(&rule);
    const auto options = known(type->options());
    if (options.GetExtension(validate::disabled) || options.GetExtension(validate::ignored)) return check;
    for (int i = 0; i < type->field_count(); ++i) {
        FieldCheck field = checkOf(type->field(i));
        if (field.rules || field.required || field.descend || field.isRefused || field.isRefusedDefault)
            check->fields.push_back(std::move(field));
    }
    for (int i = 0; i < type->real_oneof_decl_count(); ++i)
        if (known(type->oneof_decl(i)->options()).GetExtension(validate::required))
            check->requiredOneofs.push_back(type->oneof_decl(i));
    return check;
}

} // namespace

std::shared_ptr<RuleBook> RuleBook::of(const api::SchemaPtr& schema)
{
    struct Entry {
        std::weak_ptr<const api::Schema> schema;
        std::shared_ptr<RuleBook> book;
    };
    static std::mutex mutex;
    static std::map<const api::Schema*, Entry> books;
    const std::lock_guard lock(mutex);
    std::erase_if(books, [](const auto& entry) { return entry.second.schema.expired(); });
    Entry& entry = books[schema.get()];
    if (!entry.book) entry = {schema, std::make_shared<RuleBook>()};
    return entry.book;
}

const MessageCheck& RuleBook::of(const Descriptor* type)
{
    const std::lock_guard lock(m_mutex);
    auto& check = m_checks[type];
    if (!check) check = checkOf(type);
    return *check;
}

} // namespace model::check
