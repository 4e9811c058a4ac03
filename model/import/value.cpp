#include "model/import/value.h"

#include "model/source/edit.h"

#include <algorithm>

namespace model::import {

Value Value::withKind(Kind kind)
{
    Value value;
    value.kind = kind;
    return value;
}

Value Value::plain(std::string text)
{
    Value value = withKind(Kind::Scalar);
    value.text = std::move(text);
    return value;
}

Value Value::string(std::string text)
{
    Value value = plain(std::move(text));
    value.quoted = true;
    return value;
}

Value Value::of(const source::Node& node)
{
    Value value;
    value.range = node.range;
    switch (node.kind) {
    case source::Node::Kind::Null: break;
    case source::Node::Kind::Scalar:
        value.kind = Kind::Scalar;
        value.text = node.value;
        value.quoted = node.quoted;
        break;
    case source::Node::Kind::Sequence:
        value.kind = Kind::List;
        for (const source::Node& item : node.items) value.items.push_back(of(item));
        break;
    case source::Node::Kind::Mapping:
        value.kind = Kind::Map;
        for (const auto& entry : node.entries)
            if (entry.value.tag != "!ignore") value.set(entry.key.value, of(entry.value));
        break;
    }
    return value;
}

Value* Value::find(std::string_view key)
{
    const auto found = std::ranges::find(entries, key, [](const auto& entry) { return std::string_view(entry.first); });
    return found == entries.end() ? nullptr : &found->second;
}

const Value* Value::find(std::string_view key) const { return const_cast<Value*>(this)->find(key); }

std::string Value::textOf(std::string_view key) const
{
    const Value* value = find(key);
    return value != nullptr && value->isScalar() ? value->text : std::string();
}

Value Value::take(std::string_view key)
{
    const auto found = std::ranges::find(entries, key, [](const auto& entry) { return std::string_view(entry.first); });
    if (found == entries.end()) return {};
    Value value = std::move(found->second);
    entries.erase(found);
    return value;
}

Value& Value::set(std::string key, Value value)
{
    kind = Kind::Map;
    if (Value* known = find(key)) return *known = std::move(value);
    return entries.emplace_back(std::move(key), std::move(value)).second;
}

Value& Value::at(std::string_view key)
{
    if (Value* known = find(key)) return *known;
    return set(std::string(key), map());
}

namespace {

std::string scalar(const Value& value) { return value.quoted ? source::quoted(value.text) : value.text; }

void write(const Value& value, int depth, std::string& out);

std::string indentation(int depth) { return std::string(static_cast<std::size_t>(depth) * 2, ' '); }

bool isEmpty(const Value& value)
{
    return (value.isMap() && value.entries.empty()) || (value.isList() && value.items.empty());
}

/// What stands behind "key:" or "-" on the same line; false when the value goes on the following lines.
bool writeInline(const Value& value, std::string& out)
{
    if (value.isScalar()) out += " " + scalar(value);
    else if (isEmpty(value)) out += value.isMap() ? " {}" : " []";
    else if (value.isMap() || value.isList()) return false;
    out += "\n";
    return true;
}

void writeMap(const Value& value, int depth, std::string& out, bool firstIsIndented)
{
    bool indented = firstIsIndented;
    for (const auto& [key, entry] : value.entries) {
        if (!indented) out += indentation(depth);
        indented = false;
        out += source::quoted(key) + ":";
        if (writeInline(entry, out)) continue;
        out += "\n";
        write(entry, entry.isList() ? depth : depth + 1, out);
    }
}

void writeList(const Value& value, int depth, std::string& out)
{
    for (const Value& item : value.items) {
        out += indentation(depth) + "-";
        if (writeInline(item, out)) continue;
        if (item.isMap()) {
            out += " ";
            writeMap(item, depth + 1, out, true);
        } else {
            out += "\n";
            write(item, depth + 1, out);
        }
    }
}

void write(const Value& value, int depth, std::string& out)
{
    if (value.isMap()) writeMap(value, depth, out, false);
    else if (value.isList()) writeList(value, depth, out);
    else out += indentation(depth) + scalar(value) + "\n";
}

} // namespace

std::string toYaml(const Value& value)
{
    if (isEmpty(value)) return value.isMap() ? "{}\n" : "[]\n";
    std::string out;
    write(value, 0, out);
    return out;
}

} // namespace model::import
