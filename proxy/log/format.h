// A compiled access log format: text or JSON, from the configuration message.
#pragma once

#include "proxy/log/operators.h"

#include "envoy/config/core/v3/substitution_format_string.pb.h"

#include <map>
#include <optional>

namespace google::protobuf {
class Struct;
class Value;
} // namespace google::protobuf

namespace proxy::log {

/// Envoy's default line.
extern const char* const defaultFormat;

/// Immutable once compiled; used by all workers.
class Format {
public:
    static model::Result<Format> compile(std::string_view text, bool omitEmpty = false);
    static model::Result<Format> compile(const google::protobuf::Struct& json, bool omitEmpty);
    static model::Result<Format> compile(const envoy::config::core::v3::SubstitutionFormatString& format);

    /// Appends one line, or whatever the format makes.
    void print(const Entry& entry, std::string& out) const;
    /// The text that it always makes; nothing when it depends on the entry.
    std::optional<std::string> literal() const;

private:
    /// A JSON value: an object, a list, or a leaf that is a compiled text or literal JSON.
    struct Node {
        enum class Kind { Text, Literal, Object, List } kind = Kind::Text;
        std::vector<Operator> text;
        std::string literal;
        std::map<std::string, Node> fields;
        std::vector<Node> items;
    };
    static model::Result<Node> compileNode(const google::protobuf::Value& value);
    static model::Result<Node> compileObject(const google::protobuf::Struct& object);
    void printText(const std::vector<Operator>& text, const Entry& entry, std::string& out) const;
    /// False when nothing was printed, as omit_empty_values asks.
    bool printNode(const Node& node, const Entry& entry, std::string& out) const;
    bool printLeaf(const Node& node, const Entry& entry, std::string& out) const;

    std::vector<Operator> m_text;
    Node m_json;
    bool m_isJson = false;
    bool m_omitEmpty = false;
};

} // namespace proxy::log
