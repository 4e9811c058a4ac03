// Reads the descriptors that a program carries in clear: every FileDescriptorProto that protoc's C++ code embeds.
#pragma once

#include "model/base/result.h"

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <string_view>
#include <vector>

namespace model::api {

/// Returns the files found in `bytes` (a program image), closed over dependencies, in dependency order.
/// Files whose dependencies are missing are left out. Empty when there is none. Pure; any thread.
google::protobuf::FileDescriptorSet descriptorsIn(std::string_view bytes);

/// Maps `path` into memory and reads it. Errors: NotFound, Unreadable, Malformed (no Envoy API in the file).
Result<google::protobuf::FileDescriptorSet> descriptorsOfBinary(const std::string& path);

/// Returns the runtime flags that guard changes of behaviour ("envoy.reloadable_features.x"), sorted. Errors as above, but none
/// when there is no flag.
Result<std::vector<std::string>> runtimeFlagsOfBinary(const std::string& path);
/// The same of a program image. Pure; any thread.
std::vector<std::string> runtimeFlagsIn(std::string_view bytes);

/// Returns the names of `roots` and of all they need, in dependency order. Unknown roots are skipped.
std::vector<std::string> closureOf(const google::protobuf::FileDescriptorSet& set,
                                   const std::vector<std::string>& roots);

} // namespace model::api
