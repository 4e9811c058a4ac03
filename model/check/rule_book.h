// The constraint rules of every message type of a schema, compiled when first asked for.
#pragma once

#include "model/api/schema.h"
#include "model/check/rule.h"
#include "model/check/value_rules.h"

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace model::check {

/// A field that has rules, or that leads to messages which may have some.
struct FieldCheck {
    const google::protobuf::FieldDescriptor* field = nullptr;
    std::unique_ptr<ValueRules> rules; ///< nullptr: none of its own.
    bool required = false;             ///< message.required, any.required, duration.required, timestamp.required.
    bool isRefused = false;            ///< Envoy refuses the field unless a runtime flag allows it.
    bool isRefusedDefault = false;     ///< An enum whose default value Envoy refuses.
    bool isDuration = false;           ///< A google.protobuf.Duration: Envoy takes no negative one.
    bool descend = false;              ///< Holds messages (also inside an Any) that are to be checked.
};

/// What to look at in a message of one type.
struct MessageCheck {
    std::vector<FieldCheck> fields;
    std::vector<const google::protobuf::OneofDescriptor*> requiredOneofs;
    std::vector<const TypeRule*> rules; ///< Semantic ones about messages of this type.
};

/// One per schema, for as long as the schema lives. Any thread.
class RuleBook {
public:
    /// Returns the book of `schema`; kept for the next caller.
    static std::shared_ptr<RuleBook> of(const api::SchemaPtr& schema);
    const MessageCheck& of(const google::protobuf::Descriptor* type);
    /// Kinds of extensions that a field with an Any or a TypedExtensionConfig takes, as the schema's documentation says; empty
    /// when it does not say. "envoy.matching.*" stands for all that begin so.
    const std::vector<std::string>& kindsOf(const google::protobuf::FieldDescriptor* field, const api::Schema& schema);

private:
    std::mutex m_mutex;
    std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<const MessageCheck>> m_checks;
    std::unordered_map<const google::protobuf::FieldDescriptor*, std::vector<std::string>> m_kinds;
};

} // namespace model::check
