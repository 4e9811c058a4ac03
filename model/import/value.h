// Value: a mutable configuration tree, used while a document is rewritten from one API version to another.
#pragma once

#include "model/source/tree.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace model::import {

/// A scalar, list or mapping with its place in the original. Mappings keep their order.
struct Value {
    enum class Kind { Null, Scalar, List, Map };
    Kind kind = Kind::Null;
    std::string text;    ///< Scalar.
    bool quoted = false; ///< Scalar that must stay text.
    std::vector<Value> items;
    std::vector<std::pair<std::string, Value>> entries;
    Range range;

    static Value of(const source::Node& node);
    static Value map() { return withKind(Kind::Map); }
    static Value list() { return withKind(Kind::List); }
    static Value plain(std::string text);  ///< Number, bool, enum: written as it is.
    static Value string(std::string text); ///< Written in quotes where it would be read as something else.

    bool isMap() const { return kind == Kind::Map; }
    bool isList() const { return kind == Kind::List; }
    bool isScalar() const { return kind == Kind::Scalar; }
    Value* find(std::string_view key);
    const Value* find(std::string_view key) const;
    /// Text of a scalar entry, or "".
    std::string textOf(std::string_view key) const;
    /// Removes and returns an entry; Null when there is none.
    Value take(std::string_view key);
    /// Replaces or appends; returns the stored value.
    Value& set(std::string key, Value value);
    /// Entry of that key, made as an empty mapping when missing.
    Value& at(std::string_view key);

private:
    static Value withKind(Kind kind);
};

/// Writes block-style YAML, two spaces deep, that Envoy's loader reads back as the same values.
std::string toYaml(const Value& value);

} // namespace model::import
