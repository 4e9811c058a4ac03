#include "model/api/diff.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <tuple>

namespace model::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Kind = SchemaChange::Kind;

void diffFields(const Descriptor* before, const Descriptor* after, std::vector<SchemaChange>& changes)
{
    for (int i = 0; i < before->field_count(); ++i) {
        const FieldDescriptor* old = before->field(i);
        const FieldDescriptor* now = after->FindFieldByName(old->name());
        if (now == nullptr) changes.push_back({Kind::FieldRemoved, old->full_name()});
        else if (now->options().deprecated() && !old->options().deprecated())
            changes.push_back({Kind::FieldDeprecated, old->full_name()});
    }
    for (int i = 0; i < after->field_count(); ++i)
        if (before->FindFieldByName(after->field(i)->name()) == nullptr)
            changes.push_back({Kind::FieldAdded, after->field(i)->full_name()});
}

} // namespace

const char* name(Kind kind)
{
    constexpr const char* names[] = {"message gone", "message added", "field gone", "field added", "field deprecated"};
    return names[static_cast<int>(kind)];
}

std::vector<SchemaChange> diff(const Schema& before, const Schema& after)
{
    std::vector<SchemaChange> changes;
    for (const Descriptor* old : before.messages()) {
        const Descriptor* now = after.message(old->full_name());
        if (now == nullptr) changes.push_back({Kind::MessageRemoved, old->full_name()});
        else diffFields(old, now, changes);
    }
    for (const Descriptor* now : after.messages())
        if (before.message(now->full_name()) == nullptr) changes.push_back({Kind::MessageAdded, now->full_name()});
    std::ranges::sort(changes, {}, [](const SchemaChange& c) { return std::tie(c.kind, c.name); });
    return changes;
}

} // namespace model::api
