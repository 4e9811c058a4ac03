// A look at a message of any schema by the names of its fields, through typed_config too.
#pragma once

#include "model/api/schema.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace model::check {

/// Points into a message of a schema, or at one that it unpacked from an Any and shares. What is not set reads as the
/// default, and a View of it is false. Names may be steps: "common_tls_context.tls_params". Cheap to copy; one thread.
class View {
public:
    View() = default;
    View(const google::protobuf::Message* message, std::string path, const api::Schema& schema)
        : m_message(message)
        , m_path(std::move(path))
        , m_schema(&schema)
    {}
    explicit operator bool() const { return m_message != nullptr; }
    const std::string& path() const { return m_path; }
    /// Path of a field of this message, set or not.
    std::string at(std::string_view name) const;
    /// Full name of the message's type; empty of a false View.
    std::string_view type() const;
    /// Type name of an Any field, also when the schema does not know it.
    std::string_view typeIn(std::string_view name) const;

    bool has(std::string_view name) const;
    /// The message in a field, out of its Any; false when it is not set or of an unknown type.
    View in(std::string_view name) const;
    std::vector<View> all(std::string_view name) const;
    std::vector<std::pair<std::string, View>> entries(std::string_view map) const;
    /// Of a string or bytes field or a StringValue; an enum's name.
    std::string text(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    /// Of a number, boolean, enum, or a wrapper of one.
    std::int64_t number(std::string_view name) const;
    bool flag(std::string_view name) const { return number(name) != 0; }
    double real(std::string_view name) const;
    /// A Duration in nanoseconds; nullopt when it is not set.
    std::optional<std::int64_t> nanoseconds(std::string_view name) const;
    int count(std::string_view name) const;
    const google::protobuf::Message* message() const { return m_message; }
    const api::Schema& schema() const { return *m_schema; }

private:
    const google::protobuf::FieldDescriptor* field(std::string_view name) const;
    /// The view that the last step of `name` is a field of, and that step.
    std::pair<View, std::string_view> owner(std::string_view name) const;
    View child(const google::protobuf::Message& message, std::string path) const;

    const google::protobuf::Message* m_message = nullptr;
    std::string m_path;
    const api::Schema* m_schema = nullptr;
    std::shared_ptr<const google::protobuf::Message> m_unpacked; ///< Keeps m_message alive when it came out of an Any.
};

} // namespace model::check
