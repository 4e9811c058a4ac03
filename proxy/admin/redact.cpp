// As Envoy's MessageUtil::redact: marked strings and bytes become "[redacted]", marked numbers are cleared, a marked message
// is redacted whole; Any is opened and closed again.
#include "proxy/admin/page.h"

#include "udpa/annotations/sensitive.pb.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace proxy::admin {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void redact(Message& message, bool all);

void redactAny(google::protobuf::Any& any, bool all)
{
    const std::string& url = any.type_url();
    const auto* type =
        google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
    if (!type) return;
    const std::unique_ptr<Message> inner(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
    if (!any.UnpackTo(inner.get())) return;
    redact(*inner, all);
    inner->SerializeToString(any.mutable_value());
}

void redactScalar(Message& message, const FieldDescriptor* field)
{
    const auto* reflection = message.GetReflection();
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return reflection->ClearField(&message, field);
    if (!field->is_repeated()) return reflection->SetString(&message, field, "[redacted]");
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
        reflection->SetRepeatedString(&message, field, i, "[redacted]");
}

void redact(Message& message, bool all)
{
    if (message.GetDescriptor() == google::protobuf::Any::descriptor())
        return redactAny(static_cast<google::protobuf::Any&>(message), all);
    const auto* reflection = message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        const bool sensitive = all || field->options().GetExtension(udpa::annotations::sensitive);
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
            if (sensitive) redactScalar(message, field);
        } else if (field->is_repeated()) {
            for (int i = 0; i < reflection->FieldSize(message, field); ++i)
                redact(*reflection->MutableRepeatedMessage(&message, field, i), sensitive);
        } else {
            redact(*reflection->MutableMessage(&message, field), sensitive);
        }
    }
}

} // namespace

void redact(google::protobuf::Message& message) { redact(message, false); }

} // namespace proxy::admin
