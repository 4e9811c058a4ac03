// The walk: every field of every message, as protoc-gen-validate's generated code does (reference protocols D1), and on
// into the messages packed in Any fields, which Envoy checks when it makes the extension.
#include "model/check/constraints.h"

#include "model/check/constraint_codes.h"
#include "model/check/place.h"
#include "model/check/rule_book.h"
#include "model/source/path.h"

#include <fmt/core.h>

#include <algorithm>

namespace model::check {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// The way from the root to a message, as a chain on the stack: paths are written out only for findings.
struct Trail {
    const Trail* up = nullptr;
    std::string_view base;                  ///< Of the root alone.
    const FieldDescriptor* field = nullptr; ///< nullptr: the message inside an Any, at the Any's own path.
    int index = -1;
    const std::string* key = nullptr;

    std::string path() const
    {
        if (up == nullptr) return std::string(base);
        if (field == nullptr) return up->path();
        std::string path = source::path::field(up->path(), field->name());
        if (index >= 0) path = source::path::index(path, index);
        return key == nullptr ? path : source::path::key(path, *key);
    }
};

/// Walks one message; collects findings.
class Walker {
public:
    Walker(const api::Schema& schema, RuleBook& book, const Facts* facts)
        : m_schema(schema)
        , m_book(book)
        , m_facts(facts)
    {}
    void visit(const Message& message, const Trail& trail);
    std::vector<Finding> take() { return std::move(m_findings); }

private:
    void visitOneofs(const Message& message, const MessageCheck& check, const Trail& trail);
    void runRules(const Message& message, const MessageCheck& check, const Trail& trail);
    void visitField(const Message& message, const FieldCheck& check, const Trail& trail);
    void visitList(const Message& message, const FieldCheck& check, const Trail& trail);
    void visitMap(const Message& message, const FieldCheck& check, const Trail& trail);
    void visitAny(const Message& any, const Trail& trail);
    void visitDuration(const Message& duration, const Trail& trail);
    void visitExtension(const std::string& type, const Trail& trail);
    void add(const char* code, std::string path, std::string message)
    {
        m_findings.push_back({Severity::Error, code, std::move(path), std::move(message), {}, {}});
    }
    void addBreach(const std::string& breach, const Trail& trail)
    {
        if (!breach.empty())
            add(codeOf(*trail.field), trail.path(), fmt::format("'{}' {}", trail.field->name(), breach));
    }

    const api::Schema& m_schema;
    RuleBook& m_book;
    const Facts* m_facts; ///< nullptr: constraints alone.
    std::vector<Finding> m_findings;
    int m_depth = 0;
};

void Walker::visit(const Message& message, const Trail& trail)
{
    constexpr int deepest = 200; // the loader lets 256 levels of YAML in; Any inside Any costs several levels each
    if (m_depth > deepest) return;
    ++m_depth;
    if (message.GetDescriptor()->full_name() == "google.protobuf.Any") visitAny(message, trail);
    else {
        const MessageCheck& check = m_book.of(message.GetDescriptor());
        visitOneofs(message, check, trail);
        if (m_facts != nullptr && !check.rules.empty()) runRules(message, check, trail);
        for (const FieldCheck& field : check.fields) visitField(message, field, trail);
    }
    --m_depth;
}

void Walker::visitOneofs(const Message& message, const MessageCheck& check, const Trail& trail)
{
    for (const auto* oneof : check.requiredOneofs) {
        if (message.GetReflection()->HasOneof(message, oneof)) continue;
        std::string members;
        for (int i = 0; i < oneof->field_count(); ++i) {
            if (oneof->field(i)->options().deprecated() || m_schema.isHidden(oneof->field(i))) continue;
            members += (members.empty() ? "'" : ", '") + oneof->field(i)->name() + "'";
        }
        const std::string path = trail.path();
        const bool isEndpoint = oneof->name() == "port_specifier" && path.find("lb_endpoints[") != std::string::npos;
        add(isEndpoint ? "C15" : codeOf(*oneof), path, fmt::format("One of {} must be set", members));
        if (m_facts != nullptr)
            m_findings.back().range = placeOf(m_facts->revision, source::path::field(path, oneof->field(0)->name()));
    }
}

void Walker::runRules(const Message& message, const MessageCheck& check, const Trail& trail)
{
    const View view(&message, trail.path(), m_schema);
    for (const TypeRule* rule : check.rules) {
        Report report(rule->code, *m_facts, m_findings);
        rule->run(view, *m_facts, report);
    }
}

void Walker::visitField(const Message& message, const FieldCheck& check, const Trail& trail)
{
    const FieldDescriptor* field = check.field;
    if (field->is_map()) return visitMap(message, check, trail);
    if (field->is_repeated()) return visitList(message, check, trail);
    const Trail here{&trail, {}, field};
    const Reflection* reflection = message.GetReflection();
    if (field->has_presence() && !reflection->HasField(message, field)) {
        if (check.required && field->real_containing_oneof() == nullptr)
            add(codeOf(*field), here.path(), fmt::format("'{}' must be set", field->name()));
        return;
    }
    if (check.isRefusedDefault && reflection->GetEnumValue(message, field) == 0)
        add(codeOf(*field), here.path(),
            fmt::format("'{}' must be set: its default value is no longer taken", field->name()));
    if (check.isRefused) add("S06", here.path(), fmt::format("'{}' is no longer taken", field->name()));
    const std::string breach = check.rules ? breachOf(*check.rules, message, field) : std::string();
    addBreach(breach, here);
    if (check.isDuration) {
        if (breach.empty()) visitDuration(reflection->GetMessage(message, field), here);
    } else if (check.descend) visit(reflection->GetMessage(message, field), here);
}

void Walker::visitList(const Message& message, const FieldCheck& check, const Trail& trail)
{
    const Reflection* reflection = message.GetReflection();
    if (check.rules) addBreach(sizeBreachOf(*check.rules, message, check.field), {&trail, {}, check.field});
    const ValueRules* items = check.rules ? check.rules->items.get() : nullptr;
    if (items == nullptr && !check.descend) return;
    for (int i = 0; i < reflection->FieldSize(message, check.field); ++i) {
        const Trail here{&trail, {}, check.field, i};
        if (items != nullptr) addBreach(breachOf(*items, message, check.field, i), here);
        if (check.descend) visit(reflection->GetRepeatedMessage(message, check.field, i), here);
    }
}

void Walker::visitMap(const Message& message, const FieldCheck& check, const Trail& trail)
{
    const Reflection* reflection = message.GetReflection();
    if (check.rules) addBreach(sizeBreachOf(*check.rules, message, check.field), {&trail, {}, check.field});
    const FieldDescriptor* keyField = check.field->message_type()->FindFieldByNumber(1);
    const FieldDescriptor* valueField = check.field->message_type()->FindFieldByNumber(2);
    for (int i = 0; i < reflection->FieldSize(message, check.field); ++i) {
        const Message& entry = reflection->GetRepeatedMessage(message, check.field, i);
        const bool isText = keyField->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
        const std::string key = isText ? entry.GetReflection()->GetString(entry, keyField) : std::to_string(i);
        const Trail here{&trail, {}, check.field, -1, &key};
        if (check.rules && check.rules->keys) addBreach(breachOf(*check.rules->keys, entry, keyField), here);
        if (check.rules && check.rules->values) addBreach(breachOf(*check.rules->values, entry, valueField), here);
        if (check.descend) visit(entry.GetReflection()->GetMessage(entry, valueField), here);
    }
}

void Walker::visitAny(const Message& any, const Trail& trail)
{
    const Reflection* reflection = any.GetReflection();
    const Descriptor* type = m_schema.forTypeUrl(reflection->GetString(any, any.GetDescriptor()->FindFieldByNumber(1)));
    if (type == nullptr) return; // the loader tells unknown types
    const auto inner = m_schema.create(type);
    if (!inner->ParsePartialFromString(reflection->GetString(any, any.GetDescriptor()->FindFieldByNumber(2)))) return;
    if (m_facts != nullptr) visitExtension(type->full_name(), trail);
    visit(*inner, Trail{&trail, {}, nullptr});
}

/// Envoy refuses a negative duration wherever it reads one ("Expected positive duration").
void Walker::visitDuration(const Message& duration, const Trail& trail)
{
    const Reflection* reflection = duration.GetReflection();
    const auto* type = duration.GetDescriptor();
    if (reflection->GetInt64(duration, type->FindFieldByNumber(1)) < 0 ||
        reflection->GetInt32(duration, type->FindFieldByNumber(2)) < 0)
        addBreach("must not be negative: Expected positive duration", trail);
}

/// An extension of another kind than its place takes: Envoy has no factory of that name and kind.
void Walker::visitExtension(const std::string& type, const Trail& trail)
{
    const FieldDescriptor* field = trail.field;
    // What is named typed_config stands for the message around it, unless the field itself says what it takes.
    if (field != nullptr && field->name() == "typed_config" && m_book.kindsOf(field, m_schema).empty())
        field = field->containing_type()->name() == "TransportSocket" ? nullptr : trail.up->field;
    if (field == nullptr) return;
    const auto& kinds = m_book.kindsOf(field, m_schema);
    if (kinds.empty()) return;
    const auto isOne = [](const std::string& category, const std::string& kind) {
        return kind.ends_with('*') ? category.starts_with(kind.substr(0, kind.size() - 1)) : category == kind;
    };
    bool hasSome = false, isKnown = false; // some kinds have no registry of types
    for (const api::Extension& extension : m_schema.extensions()) {
        const bool isIt = std::ranges::find(extension.typeUrls, type) != extension.typeUrls.end();
        const bool fits =
            std::ranges::any_of(kinds, [&](const std::string& kind) { return isOne(extension.category, kind); });
        if (isIt && fits) return;
        isKnown = isKnown || isIt;
        hasSome = hasSome || (fits && !extension.typeUrls.empty());
    }
    const bool isWhole =
        !kinds.front().starts_with("envoy.matching."); // actions of routes and RBAC stand in no registry
    const bool isGeneral = type.starts_with("google.protobuf.") || type.ends_with(".TypedStruct") ||
                           type.starts_with("envoy.extensions."); // some of these are not in the registry either
    if (isKnown || (hasSome && isWhole && !isGeneral))
        add("S03", trail.path() + ".@type",
            fmt::format("Didn't find a registered implementation with type URL '{}': it is no extension of the kind {}",
                        type, kinds.front()));
}

} // namespace

std::vector<Finding> constraintFindings(const Message& message, const api::SchemaPtr& schema, std::string_view basePath)
{
    const auto book = RuleBook::of(schema);
    Walker walker(*schema, *book, nullptr);
    walker.visit(message, Trail{nullptr, basePath});
    return walker.take();
}

std::vector<Finding> typeFindings(const Message& message, const Facts& facts)
{
    const auto book = RuleBook::of(facts.revision.schema());
    Walker walker(*facts.revision.schema(), *book, &facts);
    walker.visit(message, Trail{nullptr, {}});
    return walker.take();
}

} // namespace model::check
