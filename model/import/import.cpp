#include "model/import/import.h"

#include "model/import/v1.h"
#include "model/import/v2.h"
#include "model/import/value.h"

#include <algorithm>

namespace model::import {

Result<Imported> toV3(const source::Revision& revision)
{
    const auto& root = revision.tree().root;
    if (revision.kind() == source::DocumentKind::Bootstrap) return Imported{revision.text(), {}};
    const bool v1 = revision.kind() == source::DocumentKind::EnvoyV1;
    if (!v1 && revision.kind() != source::DocumentKind::EnvoyV2)
        return fail(ErrorCode::Unsupported, revision.options().fileName,
                    std::string("this is no Envoy v1 or v2 configuration but ") + name(revision.kind()));
    if (!root || hasErrors(revision.tree().findings))
        return fail(ErrorCode::Malformed, revision.options().fileName,
                    "the text cannot be read; mend its syntax first");
    Report report;
    Value value = Value::of(*root);
    if (v1) value = v1ToV2(std::move(value), report);
    upgradeV2(value, "envoy.config.bootstrap.v2.Bootstrap", report);
    Imported imported{toYaml(value), report.take()};
    std::ranges::stable_sort(imported.report, {}, [](const Finding& f) { return f.range.begin.offset; });
    return imported;
}

} // namespace model::import
