#include "proxy/filter/header_ops.h"

#include <algorithm>

namespace proxy::filter {
namespace {

using envoy::config::core::v3::HeaderValueOption;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

HeaderOp::Kind kindOf(const HeaderValueOption& option)
{
    if (option.has_append()) return option.append().value() ? HeaderOp::Kind::Append : HeaderOp::Kind::Overwrite;
    switch (option.append_action()) {
    case HeaderValueOption::ADD_IF_ABSENT: return HeaderOp::Kind::AddIfAbsent;
    case HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD: return HeaderOp::Kind::Overwrite;
    case HeaderValueOption::OVERWRITE_IF_EXISTS: return HeaderOp::Kind::OverwriteIfExists;
    default: return HeaderOp::Kind::Append;
    }
}

} // namespace

model::Result<void> HeaderOps::add(const google::protobuf::RepeatedPtrField<HeaderValueOption>& added,
                                   const google::protobuf::RepeatedPtrField<std::string>& removed, http::Side side,
                                   const std::string& where)
{
    for (const auto& name : removed) {
        if (name.starts_with(':') || lower(name) == "host")
            return model::fail(model::ErrorCode::Invalid, where, ":-prefixed or host headers may not be removed");
        ops.push_back({HeaderOp::Kind::Remove, lower(name), ""});
    }
    const auto begin = static_cast<std::ptrdiff_t>(ops.size());
    for (const auto& option : added) {
        if (option.header().key().starts_with(':') || lower(option.header().key()) == "host")
            return model::fail(model::ErrorCode::Invalid, where, ":-prefixed or host headers may not be modified");
        auto format = log::Format::compile(option.header().value(), true);
        if (!format) return model::fail(format.error().code, where, option.header().key() + ": " + format.error().what);
        HeaderOp op{kindOf(option), lower(option.header().key()), ""};
        op.keepEmpty = option.keep_empty_value();
        op.onePlace = http::hasOnePlace(op.name, side);
        if (auto text = format->literal()) op.value = std::move(*text);
        else op.format = std::make_shared<log::Format>(std::move(*format));
        if (op.format || !op.value.empty() || op.keepEmpty) ops.push_back(std::move(op));
    }
    // Within a level Envoy overwrites first, then adds (source/common/router/header_parser.cc, evaluateHeaders).
    std::stable_partition(ops.begin() + begin, ops.end(), [](const HeaderOp& op) {
        return op.kind == HeaderOp::Kind::Overwrite || op.kind == HeaderOp::Kind::OverwriteIfExists;
    });
    return {};
}

} // namespace proxy::filter
