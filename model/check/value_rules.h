// Rules of protoc-gen-validate (validate/validate.proto, reference protocols D1) for single values, compiled.
#pragma once

#include "validate/validate.pb.h"

#include <google/protobuf/message.h>
#include <re2/re2.h>

#include <memory>
#include <string>

namespace model::check {

/// The rules of one field, of a list's items, of a map's keys or values. Immutable once made; any thread.
struct ValueRules {
    validate::FieldRules rules;
    std::unique_ptr<RE2> pattern;       ///< Of string and bytes rules; nullptr when there is none.
    std::unique_ptr<ValueRules> items;  ///< Of repeated.items.
    std::unique_ptr<ValueRules> keys;   ///< Of map.keys.
    std::unique_ptr<ValueRules> values; ///< Of map.values.

    static std::unique_ptr<ValueRules> of(const validate::FieldRules& rules);
};

/// Says what one value should be ("must be at least 1"); empty when it is right. `index` is -1 for a singular field.
/// The value is a scalar, an enum, a wrapper (UInt32Value), a Duration, a Timestamp or an Any.
std::string breachOf(const ValueRules& rules, const google::protobuf::Message& owner,
                     const google::protobuf::FieldDescriptor* field, int index = -1);

/// Says what the number of items of a list or map, or their uniqueness, should be; empty when it is right.
std::string sizeBreachOf(const ValueRules& rules, const google::protobuf::Message& owner,
                         const google::protobuf::FieldDescriptor* field);

/// Rules of strings and bytes; `text` is the value.
std::string textBreach(const validate::StringRules& rules, const RE2* pattern, const std::string& text);
std::string bytesBreach(const validate::BytesRules& rules, const RE2* pattern, const std::string& bytes);

} // namespace model::check
