#include "model/check/value_rules.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <compare>
#include <set>

namespace model::check {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using validate::FieldRules;

/// A Duration or Timestamp as its two numbers, compared in this order.
struct Moment {
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    Moment() = default;
    Moment(std::int64_t s, std::int64_t n) : seconds(s), nanos(n) {}
    template <class M> explicit Moment(const M& message) : seconds(message.seconds()), nanos(message.nanos()) {}
    friend auto operator<=>(const Moment&, const Moment&) = default;
};

std::string print(const Moment& moment)
{
    if (moment.nanos == 0) return fmt::format("{}s", moment.seconds);
    return fmt::format("{}s", static_cast<double>(moment.seconds) + static_cast<double>(moment.nanos) / 1e9);
}

template <class T> std::string print(T number) { return fmt::format("{}", number); }

/// "must be greater than 0 and at most 10"; of an inverted range (gt above lt) "… or …".
template <class T, class R> std::string rangeBreach(const R& rules, const T& value)
{
    const bool hasLower = rules.has_gt() || rules.has_gte();
    const bool hasUpper = rules.has_lt() || rules.has_lte();
    const T lower = rules.has_gt() ? T(rules.gt()) : hasLower ? T(rules.gte()) : T();
    const T upper = rules.has_lt() ? T(rules.lt()) : hasUpper ? T(rules.lte()) : T();
    const bool above = !hasLower || (rules.has_gt() ? value > lower : value >= lower);
    const bool below = !hasUpper || (rules.has_lt() ? value < upper : value <= upper);
    const bool inverted = hasLower && hasUpper && lower > upper;
    if (inverted ? above || below : above && below) return {};
    std::string text = "must be ";
    if (hasLower) text += (rules.has_gt() ? "greater than " : "at least ") + print(lower);
    if (hasLower && hasUpper) text += inverted ? " or " : " and ";
    if (hasUpper) text += (rules.has_lt() ? "less than " : "at most ") + print(upper);
    return text;
}

template <class T, class R> std::string listBreach(const R& rules, const T& value)
{
    const auto isValue = [&](const auto& one) { return T(one) == value; };
    if (rules.in_size() > 0 && std::ranges::none_of(rules.in(), isValue)) {
        std::string list;
        for (const auto& one : rules.in()) list += (list.empty() ? "" : ", ") + print(T(one));
        return "must be one of " + list;
    }
    if (std::ranges::any_of(rules.not_in(), isValue)) return "must not be " + print(value);
    return {};
}

template <class R, class T> std::string numberBreach(const R& rules, T value)
{
    if (rules.ignore_empty() && value == T()) return {};
    if (rules.has_const_() && value != rules.const_()) return "must be " + print(T(rules.const_()));
    std::string breach = rangeBreach<T>(rules, value);
    return breach.empty() ? listBreach<T>(rules, value) : breach;
}

template <class R> std::string momentBreach(const R& rules, const Moment& value)
{
    if (rules.has_const_() && value != Moment(rules.const_())) return "must be " + print(Moment(rules.const_()));
    return rangeBreach<Moment>(rules, value);
}

Moment momentOf(const Message& message)
{
    const auto* reflection = message.GetReflection();
    return {reflection->GetInt64(message, message.GetDescriptor()->FindFieldByNumber(1)),
            reflection->GetInt32(message, message.GetDescriptor()->FindFieldByNumber(2))};
}

std::string durationBreach(const validate::DurationRules& rules, const Message& message)
{
    const Moment value = momentOf(message);
    constexpr std::int64_t limit = 315'576'000'000; // google/protobuf/duration.proto
    if (value.seconds < -limit || value.seconds > limit) return "must be a duration of at most 315576000000s";
    const std::string breach = momentBreach(rules, value);
    return breach.empty() ? listBreach<Moment>(rules, value) : breach;
}

std::string timestampBreach(const validate::TimestampRules& rules, const Message& message)
{
    const Moment value = momentOf(message);
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    if (rules.lt_now() && value.seconds >= now.count()) return "must be in the past";
    if (rules.gt_now() && value.seconds <= now.count()) return "must be in the future";
    if (rules.has_within() && std::abs(value.seconds - now.count()) > rules.within().seconds())
        return "must be within " + print(Moment(rules.within())) + " of now";
    return momentBreach(rules, value);
}

std::string anyBreach(const validate::AnyRules& rules, const Message& message)
{
    const std::string url = message.GetReflection()->GetString(message, message.GetDescriptor()->FindFieldByNumber(1));
    if (rules.in_size() > 0 && std::ranges::find(rules.in(), url) == rules.in().end())
        return "must be of another type than '" + url + "'";
    if (std::ranges::find(rules.not_in(), url) != rules.not_in().end()) return "must not be of the type '" + url + "'";
    return {};
}

std::string enumBreach(const validate::EnumRules& rules, const FieldDescriptor* field, int value)
{
    const auto* known = field->enum_type()->FindValueByNumber(value);
    const auto nameOf = [&](int number) {
        const auto* found = field->enum_type()->FindValueByNumber(number);
        return found == nullptr ? std::to_string(number) : found->name();
    };
    if (rules.has_const_() && value != rules.const_()) return "must be " + nameOf(rules.const_());
    if (rules.defined_only() && known == nullptr)
        return "must be a value that " + field->enum_type()->name() + " defines";
    if (rules.in_size() > 0 && std::ranges::find(rules.in(), value) == rules.in().end()) {
        std::string list;
        for (const int one : rules.in()) list += (list.empty() ? "" : ", ") + nameOf(one);
        return "must be one of " + list;
    }
    if (std::ranges::find(rules.not_in(), value) != rules.not_in().end()) return "must not be " + nameOf(value);
    return {};
}

#define GET(TYPE) (index < 0 ? r->Get##TYPE(owner, field) : r->GetRepeated##TYPE(owner, field, index))

/// Rules for numbers; the kind of rule fits the type of the field, protoc-gen-validate saw to it.
std::string anyNumberBreach(const FieldRules& rules, const Message& owner, const FieldDescriptor* field, int index)
{
    const auto* r = owner.GetReflection();
    switch (rules.type_case()) {
    case FieldRules::kFloat: return numberBreach(rules.float_(), GET(Float));
    case FieldRules::kDouble: return numberBreach(rules.double_(), GET(Double));
    case FieldRules::kInt32: return numberBreach(rules.int32(), GET(Int32));
    case FieldRules::kInt64: return numberBreach(rules.int64(), GET(Int64));
    case FieldRules::kUint32: return numberBreach(rules.uint32(), GET(UInt32));
    case FieldRules::kUint64: return numberBreach(rules.uint64(), GET(UInt64));
    case FieldRules::kSint32: return numberBreach(rules.sint32(), GET(Int32));
    case FieldRules::kSint64: return numberBreach(rules.sint64(), GET(Int64));
    case FieldRules::kFixed32: return numberBreach(rules.fixed32(), GET(UInt32));
    case FieldRules::kFixed64: return numberBreach(rules.fixed64(), GET(UInt64));
    case FieldRules::kSfixed32: return numberBreach(rules.sfixed32(), GET(Int32));
    case FieldRules::kSfixed64: return numberBreach(rules.sfixed64(), GET(Int64));
    default: return {};
    }
}

std::string scalarBreach(const ValueRules& compiled, const Message& owner, const FieldDescriptor* field, int index)
{
    const FieldRules& rules = compiled.rules;
    const auto* r = owner.GetReflection();
    switch (rules.type_case()) {
    case FieldRules::kBool:
        if (!rules.bool_().has_const_() || GET(Bool) == rules.bool_().const_()) return {};
        return rules.bool_().const_() ? "must be true" : "must be false";
    case FieldRules::kString: return textBreach(rules.string(), compiled.pattern.get(), GET(String));
    case FieldRules::kBytes: return bytesBreach(rules.bytes(), compiled.pattern.get(), GET(String));
    case FieldRules::kEnum: return enumBreach(rules.enum_(), field, GET(EnumValue));
    default: return anyNumberBreach(rules, owner, field, index);
    }
}

std::string keyOf(const Message& owner, const FieldDescriptor* field, int index)
{
    const auto* r = owner.GetReflection();
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: return GET(String);
    case FieldDescriptor::CPPTYPE_ENUM: return std::to_string(GET(EnumValue));
    case FieldDescriptor::CPPTYPE_BOOL: return std::to_string(GET(Bool));
    case FieldDescriptor::CPPTYPE_INT32: return std::to_string(GET(Int32));
    case FieldDescriptor::CPPTYPE_INT64: return std::to_string(GET(Int64));
    case FieldDescriptor::CPPTYPE_UINT32: return std::to_string(GET(UInt32));
    case FieldDescriptor::CPPTYPE_UINT64: return std::to_string(GET(UInt64));
    case FieldDescriptor::CPPTYPE_FLOAT: return std::to_string(GET(Float));
    case FieldDescriptor::CPPTYPE_DOUBLE: return std::to_string(GET(Double));
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
    }
    return std::to_string(index); // messages are never compared
}

#undef GET

std::string countBreach(std::uint64_t count, bool hasMin, std::uint64_t min, bool hasMax, std::uint64_t max,
                        const char* unit)
{
    const auto text = [&](const char* bound, std::uint64_t n) {
        return fmt::format("must have {} {} {}{}", bound, n, unit,
                           n == 1                         ? ""
                           : unit == std::string("entry") ? ""
                                                          : "s");
    };
    if (hasMin && count < min) return text("at least", min);
    if (hasMax && count > max) return text("at most", max);
    return {};
}

} // namespace

std::unique_ptr<ValueRules> ValueRules::of(const FieldRules& rules)
{
    auto compiled = std::make_unique<ValueRules>();
    compiled->rules = rules;
    if (rules.string().has_pattern()) compiled->pattern = std::make_unique<RE2>(rules.string().pattern(), RE2::Quiet);
    if (rules.bytes().has_pattern()) compiled->pattern = std::make_unique<RE2>(rules.bytes().pattern(), RE2::Quiet);
    if (compiled->pattern && !compiled->pattern->ok()) compiled->pattern = nullptr;
    if (rules.repeated().has_items()) compiled->items = of(rules.repeated().items());
    if (rules.map().has_keys()) compiled->keys = of(rules.map().keys());
    if (rules.map().has_values()) compiled->values = of(rules.map().values());
    return compiled;
}

std::string breachOf(const ValueRules& rules, const Message& owner, const FieldDescriptor* field, int index)
{
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return scalarBreach(rules, owner, field, index);
    const auto* reflection = owner.GetReflection();
    const Message& value =
        index < 0 ? reflection->GetMessage(owner, field) : reflection->GetRepeatedMessage(owner, field, index);
    switch (rules.rules.type_case()) {
    case FieldRules::kDuration: return durationBreach(rules.rules.duration(), value);
    case FieldRules::kTimestamp: return timestampBreach(rules.rules.timestamp(), value);
    case FieldRules::kAny: return anyBreach(rules.rules.any(), value);
    case FieldRules::TYPE_NOT_SET: return {};
    default: break;
    }
    const FieldDescriptor* wrapped = value.GetDescriptor()->FindFieldByName("value");
    return wrapped == nullptr ? std::string() : scalarBreach(rules, value, wrapped, -1);
}

std::string sizeBreachOf(const ValueRules& compiled, const Message& owner, const FieldDescriptor* field)
{
    const int count = owner.GetReflection()->FieldSize(owner, field);
    if (field->is_map()) {
        const auto& rules = compiled.rules.map();
        if (rules.ignore_empty() && count == 0) return {};
        return countBreach(static_cast<std::uint64_t>(count), rules.has_min_pairs(), rules.min_pairs(),
                           rules.has_max_pairs(), rules.max_pairs(), "entry");
    }
    const auto& rules = compiled.rules.repeated();
    if (rules.ignore_empty() && count == 0) return {};
    std::string breach = countBreach(static_cast<std::uint64_t>(count), rules.has_min_items(), rules.min_items(),
                                     rules.has_max_items(), rules.max_items(), "item");
    if (!breach.empty() || !rules.unique()) return breach;
    std::set<std::string> seen;
    for (int i = 0; i < count; ++i)
        if (!seen.insert(keyOf(owner, field, i)).second) return "must not hold the same item twice";
    return {};
}

} // namespace model::check
