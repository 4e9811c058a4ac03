#include "model/source/revision.h"

#include "model/source/builder.h"
#include "model/source/lines.h"

namespace model::source {

const char* name(DocumentKind kind)
{
    switch (kind) {
    case DocumentKind::Empty: return "empty";
    case DocumentKind::Bootstrap: return "bootstrap";
    case DocumentKind::Resources: return "resources";
    case DocumentKind::Message: return "message";
    case DocumentKind::ConfigDump: return "config dump";
    case DocumentKind::EnvoyV2: return "Envoy v2";
    case DocumentKind::EnvoyV1: return "Envoy v1";
    case DocumentKind::Kubernetes: return "Kubernetes";
    case DocumentKind::Unknown: break;
    }
    return "unknown";
}

RevisionPtr Revision::of(std::string text, ReadOptions options)
{
    return RevisionBuilder(std::move(text), std::move(options)).build();
}

RevisionPtr Revision::next(const RevisionPtr& before, std::string text)
{
    if (text == before->text()) return before;
    const RevisionPtr& sound = static_cast<const Standing&>(*before).sound; // null for a sound one
    const RevisionPtr base = sound != nullptr ? sound : before;
    if (text == base->text()) return base;
    RevisionBuilder builder(std::move(text), before->options());
    if (RevisionPtr quick = builder.buildFrom(*base)) return quick;
    if (RevisionPtr rest = builder.buildFromItem(base)) return rest;
    return builder.build(base->tree().findings.empty() ? base : nullptr);
}

Position Revision::position(std::size_t offset) const { return positionAt(m_text, m_lineStarts, offset); }

std::size_t Revision::offset(int line, int column) const { return offsetAt(m_text, m_lineStarts, line, column); }

} // namespace model::source
