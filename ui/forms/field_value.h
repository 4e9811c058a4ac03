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
QString shownValue(const google::protobuf::Message* owner, const google::protobuf::FieldDescriptor* field, int index = -1);
/// What holds while the field is unset: "0", "false", the first enum value; empty when nothing does.
QString defaultValue(const google::protobuf::FieldDescriptor* field);
/// What was typed as flow YAML, or nullopt when it is no value of that field ("3 apples"). Durations: 3, 3s, 250ms.
std::optional<std::string> yamlOf(const google::protobuf::FieldDescriptor* field, const QString& typed);
/// Why yamlOf refuses, as a sentence.
QString expected(const google::protobuf::FieldDescriptor* field);
/// The constraint that the API puts on the field ("uint32 { lte: 128 gte: 1 }"); empty when there is none.
QString constraint(const model::api::SchemaPtr& schema, const google::protobuf::FieldDescriptor* field);
/// A title for an item of a list: its name, prefix, address or type.
QString titleOf(const google::protobuf::Message& item);

} // namespace ui::forms
