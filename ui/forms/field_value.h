// Values of fields as the form writes and reads them: what is shown, what is typed, what becomes YAML.
#pragma once

#ifndef Q_MOC_RUN
#include "model/api/schema.h"
#endif

#include <QString>

#include <optional>
#include <string>

namespace ui::forms {

/// How a field is edited.
enum class Shape { Text, Number, Boolean, Choice, Duration, Message, Any, List, Map };
Shape shapeOf(const google::protobuf::FieldDescriptor* field);
/// True for messages that are written as one value (Duration, the wrappers).
bool isScalarMessage(const google::protobuf::Descriptor* type);

/// The value as shown in a field; empty when unset. `index` chooses an item of a list.
QString shownValue(const google::protobuf::Message* owner, const google::protobuf::FieldDescriptor* field,
                   int index = -1);
/// What holds while the field is unset: "0", "false", the first enum value; empty when nothing does.
QString defaultValue(const google::protobuf::FieldDescriptor* field);
/// YAML for a value that has just been chosen but not written: "true", "0", "{}".
QString emptyValue(const google::protobuf::FieldDescriptor* field);
/// What was typed as flow YAML, or nullopt when it is no value of that field ("3 apples"). Durations: 3, 3s, 250ms.
std::optional<std::string> yamlOf(const google::protobuf::FieldDescriptor* field, const QString& typed);
/// Why yamlOf refuses, as a sentence.
QString expected(const google::protobuf::FieldDescriptor* field);
/// What the API demands of the field, in words ("at least 1, at most 128"); empty when nothing.
QString constraint(const model::api::SchemaPtr& schema, const google::protobuf::FieldDescriptor* field);
/// One of its cases must be set.
bool isRequired(const google::protobuf::OneofDescriptor* oneof);
/// The API's documentation without the marks of reStructuredText, for people: ":ref:`this <x>`" is "this".
QString plain(const std::string& documentation);
/// A title for an item of a list: its name, prefix, address or type.
QString titleOf(const google::protobuf::Message& item);

} // namespace ui::forms
