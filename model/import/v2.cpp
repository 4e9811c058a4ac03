// v2 -> v3, driven by the descriptors of both (protocols E1).
//
// v3 kept the field numbers of v2, so a field goes over by its number: same number, maybe another name. What v3 dropped is
// rewritten first, inside v2, by the rules of v2_rules.cpp. Then each field is
// 1. looked up by either spelling in the v2 message; unknown ones are kept and told;
// 2. wrapped into a list where the message wants one (Envoy took a lone mapping as a list of one);
// 3. renamed to the v3 field of its number;
// 4. descended into with the types of both sides; a typed_config by its type URL.
#include "model/import/v2.h"

#include "model/api/schema.h"
#include "model/import/names.h"
#include "model/import/v2_rules.h"
#include "model/source/path.h"

namespace model::import {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
namespace path = source::path;

class Upgrade {
public:
    explicit Upgrade(Report& report) : m_report(report) {}

    void message(Value& value, const Descriptor* v2, const std::string& where)
    {
        if (value.isList() && value.items.size() == 1) value = Value(value.items.front());
        if (!value.isMap()) return;
        if (v2->full_name() == "google.protobuf.Any") return any(value, where);
        if (v2->full_name().starts_with("google.protobuf.")) return;
        canonicalKeys(value, v2);
        applyRules(value, v2->full_name(), where, m_report);
        const std::string successor = successorOf(v2->full_name());
        const Descriptor* v3 = api::builtIn()->message(successor.empty() ? v2->full_name() : successor);
        Value result = Value::map();
        result.range = value.range;
        for (auto& [key, entry] : value.entries) field(key, entry, v2, v3, where, result);
        value = std::move(result);
    }

private:
    static const FieldDescriptor* fieldOf(const Descriptor* type, const std::string& key)
    {
        if (const FieldDescriptor* field = type->FindFieldByName(key)) return field;
        return type->FindFieldByCamelcaseName(key);
    }

    static void canonicalKeys(Value& value, const Descriptor* type)
    {
        for (auto& [key, entry] : value.entries)
            if (const FieldDescriptor* field = fieldOf(type, key)) key = field->name();
    }

    void field(const std::string& key, Value& entry, const Descriptor* v2, const Descriptor* v3,
               const std::string& where, Value& result)
    {
        const std::string here = path::field(where, key);
        const FieldDescriptor* before = v2->FindFieldByName(key);
        if (before == nullptr) { // written by a rule, or unknown to v2: v3 decides
            result.set(key, std::move(entry));
            return;
        }
        const FieldDescriptor* after = v3 == nullptr ? before : v3->FindFieldByNumber(before->number());
        if (after == nullptr) {
            m_report.dropped(entry.range, here, "'" + key + "' is gone in v3 and has no successor; it was dropped");
            return;
        }
        if (after->name() != key)
            m_report.changed(entry.range, here, "'" + key + "' is called '" + after->name() + "' in v3");
        content(entry, before, here);
        result.set(after->name(), std::move(entry));
    }

    void content(Value& entry, const FieldDescriptor* field, const std::string& here)
    {
        if (field->is_map()) return mapEntries(entry, field, here);
        if (field->is_repeated() && !entry.isList() && entry.kind != Value::Kind::Null) wrap(entry, field, here);
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
        if (!field->is_repeated()) return message(entry, field->message_type(), here);
        for (std::size_t i = 0; i < entry.items.size(); ++i)
            message(entry.items[i], field->message_type(), path::index(here, static_cast<int>(i)));
    }

    void wrap(Value& entry, const FieldDescriptor* field, const std::string& here)
    {
        m_report.changed(entry.range, here, "'" + field->name() + "' is a list; the single value became a list of one");
        Value list = Value::list();
        list.range = entry.range;
        list.items.push_back(std::move(entry));
        entry = std::move(list);
    }

    void mapEntries(Value& entry, const FieldDescriptor* field, const std::string& here)
    {
        const FieldDescriptor* value = field->message_type()->FindFieldByNumber(2);
        if (value->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
        for (auto& [key, item] : entry.entries) message(item, value->message_type(), path::key(here, key));
    }

    void any(Value& value, const std::string& where)
    {
        const std::string url = value.textOf("@type");
        const std::string name = url.substr(url.rfind('/') + 1);
        const std::string successor = successorOf(name);
        const Descriptor* v2 = api::builtInV2()->message(name);
        if (successor.empty() || v2 == nullptr) return; // already v3, or unknown: loading will tell
        const Value type = value.take("@type");
        message(value, v2, where);
        m_report.changed(type.range, where, "type '" + name + "' is '" + successor + "' in v3");
        value.entries.insert(value.entries.begin(), {"@type", Value::string("type.googleapis.com/" + successor)});
    }

    Report& m_report;
};

} // namespace

void upgradeV2(Value& value, const std::string& v2Type, Report& report)
{
    if (const Descriptor* type = api::builtInV2()->message(v2Type)) Upgrade(report).message(value, type, {});
}

} // namespace model::import
