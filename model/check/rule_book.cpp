// Descriptors of a schema's pool carry the rules as unknown fields of their options (the pool knows no extension of
// FieldOptions by C++ type). Once per field the options are parsed again as the generated class, which knows them.
#include "model/check/rule_book.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
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
    check.isDuration = !field->is_repeated() && check.descend &&
                       field->message_type()->full_name() == google::protobuf::Duration::descriptor()->full_name();
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
    for (const auto rules :
         {addressTypeRules(), certificateTypeRules(), discoveryTypeRules(), edgeTypeRules(), filterTypeRules(),
          formatTypeRules(), chainTypeRules(), clusterTypeRules(), httpFilterTypeRules(), matchTypeRules(),
          securityTypeRules(), serviceTypeRules(), tlsTypeRules()})
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

/// Kinds of which the documentation does not speak (Envoy's factories say them in category()), and of some that it names
/// incompletely: where one stands decides (upstream HTTP filters), or inputs of matchers.
constexpr std::string_view actionKinds =
    "envoy.matching.action,envoy.http.custom_response,envoy.http.forward_client_cert_details";
struct UntoldKind {
    std::string_view field; ///< Full name.
    std::string_view kind;  ///< Empty: not judged.
};
constexpr UntoldKind untoldKinds[] = {
    {"envoy.config.trace.v3.Tracing.Http.typed_config", "envoy.tracers"},
    {"envoy.config.metrics.v3.StatsSink.typed_config", "envoy.stats_sinks"},
    {"envoy.config.overload.v3.ResourceMonitor.typed_config", "envoy.resource_monitors"},
    {"envoy.config.core.v3.HealthCheck.CustomHealthCheck.typed_config", "envoy.health_checkers"},
    {"envoy.config.cluster.v3.Filter.typed_config", "envoy.filters.upstream_network"},
    {"envoy.config.route.v3.RetryPolicy.RetryHostPredicate.typed_config", "envoy.retry_host_predicates"},
    {"envoy.config.route.v3.RetryPolicy.RetryPriority.typed_config", "envoy.retry_priorities"},
    {"envoy.config.route.v3.RetryPolicy.retry_options_predicates", "envoy.retry_options_predicates"},
    {"envoy.config.cluster.v3.LoadBalancingPolicy.Policy.typed_extension_config", {}}, // the first that is known counts
    {"envoy.config.cluster.v3.Cluster.typed_extension_protocol_options", {}},          // found by its key
    {"xds.type.matcher.v3.Matcher.OnMatch.action", actionKinds},
    {"envoy.config.common.matcher.v3.Matcher.OnMatch.action", actionKinds},
    {"xds.type.matcher.v3.Matcher.MatcherTree.input", "envoy.matching.*"},
    {"envoy.config.common.matcher.v3.Matcher.MatcherTree.input", "envoy.matching.*"},
    {"envoy.config.listener.v3.Filter.typed_config", {}}, // have rules of their own
    {"envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter.typed_config", {}},
    {"envoy.config.common.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate.input", "envoy.matching.*"},
    {"xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate.input", "envoy.matching.*"},
};

std::vector<std::string> splitKinds(const std::string& list)
{
    std::vector<std::string> kinds(1);
    for (const char c : list)
        if (c == ',') kinds.emplace_back();
        else kinds.back() += c;
    return list.empty() ? std::vector<std::string>() : kinds;
}

} // namespace

const std::vector<std::string>& RuleBook::kindsOf(const FieldDescriptor* field, const api::Schema& schema)
{
    const std::lock_guard lock(m_mutex);
    const auto [known, isNew] = m_kinds.try_emplace(field);
    if (!isNew) return known->second;
    for (const UntoldKind& untold : untoldKinds)
        if (field->full_name() == untold.field) {
            known->second = splitKinds(std::string(untold.kind));
            return known->second;
        }
    known->second = splitKinds(schema.extensionCategory(field));
    return known->second;
}

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
