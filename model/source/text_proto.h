// Bootstraps in protobuf's text format: Envoy reads files named .pb_text so.
#pragma once

#include "model/source/load.h"

#include <string_view>

namespace model::source {

/// True for names of files that Envoy reads as text format.
bool isTextProto(std::string_view fileName);

/// Reads `text` as one message of `type`, Any in its expanded form too. Never fails: what could not be read is told.
Loaded loadTextProto(const std::string& text, const google::protobuf::Descriptor* type, const api::SchemaPtr& schema);

} // namespace model::source
