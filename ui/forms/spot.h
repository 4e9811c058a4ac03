// Where a field path leads in a revision: type, value and field, inside typed_config too.
#pragma once

#ifndef Q_MOC_RUN // moc cannot read the generated API headers.
#include "model/source/revision.h"
#endif

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ui::forms {

/// What stands at a path, or would stand there. Keeps the unpacked messages alive, and the revision with them.
struct Spot {
    model::source::RevisionPtr revision;
    const google::protobuf::Descriptor* type = nullptr; ///< Message type at the path; nullptr for scalars and lists.
    const google::protobuf::Message* message = nullptr; ///< Its value; nullptr when unset or not a message.
    const google::protobuf::FieldDescriptor* field = nullptr; ///< Field that the path names; nullptr at the root.
    std::vector<std::shared_ptr<const google::protobuf::Message>> unpacked;

    bool isValid() const { return revision && (type || field); }
};

/// Follows `path`. An Any becomes its content (type and message of what is packed). Invalid when a step does not exist.
Spot spotAt(const model::source::RevisionPtr& revision, std::string_view path);
/// Full name of the message packed in an Any; empty when it is unset.
std::string packedType(const google::protobuf::Message* any);
/// Replaces an Any in `spot` by its content; leaves others alone. False when the type is unknown.
bool unpack(Spot& spot);

} // namespace ui::forms
