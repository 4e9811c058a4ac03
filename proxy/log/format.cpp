#include "proxy/log/format.h"

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>

#include <algorithm>

namespace proxy::log {

using model::ErrorCode;
using model::fail;
using model::Result;

const char* const defaultFormat =
    "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
    "%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" "
    "\"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

Result<Format> Format::compile(std::string_view text, bool omitEmpty)
{
    auto operators = log::compile(text);
    if (!operators) return operators.unexpected();
    Format result;
    result.m_text = std::move(*operators);
    result.m_omitEmpty = omitEmpty;
    return result;
}

Result<Format> Format::compile(const google::protobuf::Struct& json, bool omitEmpty)
{
    auto node = compileObject(json);
    if (!node) return node.unexpected();
    Format result;
    result.m_json = std::move(*node);
    result.m_isJson = true;
    result.m_omitEmpty = omitEmpty;
    return result;
}

Result<Format> Format::compile(const envoy::config::core::v3::SubstitutionFormatString& format)
{
    using Message = envoy::config::core::v3::SubstitutionFormatString;
    if (format.formatters_size() > 0)
        return fail(ErrorCode::Unsupported, "formatters", "'formatters' is not supported");
    switch (format.format_case()) {
    case Message::kJsonFormat: return compile(format.json_format(), format.omit_empty_values());
    case Message::kTextFormatSource: {
        if (!format.text_format_source().has_inline_string())
            return fail(ErrorCode::Unsupported, "text_format_source", "only 'inline_string' is supported");
        return compile(format.text_format_source().inline_string(), format.omit_empty_values());
    }
    default: break;
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return compile(format.text_format(), format.omit_empty_values());
#pragma GCC diagnostic pop
}

Result<Format::Node> Format::compileObject(const google::protobuf::Struct& object)
{
    Node result;
    result.kind = Node::Kind::Object;
    for (const auto& [key, value] : object.fields()) {
        auto node = compileNode(value);
        if (!node) return node;
        result.fields.emplace(key, std::move(*node));
    }
    return result;
}

Result<Format::Node> Format::compileNode(const google::protobuf::Value& value)
{
    using google::protobuf::Value;
    Node result;
    switch (value.kind_case()) {
    case Value::kStructValue: return compileObject(value.struct_value());
    case Value::kListValue:
        result.kind = Node::Kind::List;
        for (const auto& item : value.list_value().values()) {
            auto node = compileNode(item);
            if (!node) return node;
            result.items.push_back(std::move(*node));
        }
        return result;
    case Value::kStringValue: {
        auto text = log::compile(value.string_value());
        if (!text) return text.unexpected();
        result.text = std::move(*text);
        return result;
    }
    case Value::kNumberValue: result.literal = fmt::format("{}", value.number_value()); break;
    case Value::kBoolValue: result.literal = value.bool_value() ? "true" : "false"; break;
    default: result.literal = "null"; break;
    }
    result.kind = Node::Kind::Literal;
    return result;
}

void Format::printText(const std::vector<Operator>& text, const Entry& entry, std::string& out) const
{
    for (const Operator& op : text) {
        if (!op.print) {
            out += op.text;
            continue;
        }
        const std::size_t begin = out.size();
        if (!op.print(entry, op, out) && (!m_omitEmpty || op.keepsDash)) out += '-';
        if (out.size() - begin > op.limit) out.resize(begin + op.limit);
    }
}

bool Format::printLeaf(const Node& node, const Entry& entry, std::string& out) const
{
    if (node.text.size() == 1 && node.text[0].print) { // A single operator keeps its type, and may be absent.
        const Operator& op = node.text[0];
        thread_local std::string value;
        value.clear();
        const bool isKnown = op.print(entry, op, value);
        if (!isKnown && op.keepsDash) value = "-";
        if (!isKnown && !op.keepsDash && m_omitEmpty) return false;
        if (!isKnown && !op.keepsDash) {
            out += "null";
        } else if (op.isNumber) {
            out += value;
        } else {
            out += '"';
            appendJsonText(out, std::string_view(value).substr(0, op.limit));
            out += '"';
        }
        return true;
    }
    thread_local std::string text;
    text.clear();
    printText(node.text, entry, text);
    out += '"';
    appendJsonText(out, text);
    out += '"';
    return true;
}

bool Format::printNode(const Node& node, const Entry& entry, std::string& out) const
{
    if (node.kind == Node::Kind::Text) return printLeaf(node, entry, out);
    if (node.kind == Node::Kind::Literal) {
        out += node.literal;
        return true;
    }
    const bool isObject = node.kind == Node::Kind::Object;
    out += isObject ? '{' : '[';
    bool first = true;
    const auto element = [&](const std::string* key, const Node& child) {
        const std::size_t before = out.size();
        if (!first) out += ',';
        if (key) {
            out += '"';
            appendJsonText(out, *key);
            out += "\":";
        }
        if (printNode(child, entry, out)) first = false;
        else out.resize(before);
    };
    for (const auto& [key, child] : node.fields) element(&key, child);
    for (const Node& child : node.items) element(nullptr, child);
    out += isObject ? '}' : ']';
    return true;
}

std::optional<std::string> Format::literal() const
{
    if (m_isJson || std::any_of(m_text.begin(), m_text.end(), [](const Operator& op) { return op.print; }))
        return std::nullopt;
    std::string text;
    for (const Operator& op : m_text) text += op.text;
    return text;
}

void Format::print(const Entry& entry, std::string& out) const
{
    if (!m_isJson) return printText(m_text, entry, out);
    printNode(m_json, entry, out);
    out += '\n';
}

} // namespace proxy::log
