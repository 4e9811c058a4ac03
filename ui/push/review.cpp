#include "ui/push/review.h"

#include <QObject>

#include <algorithm>

namespace ui::push {

int Review::changes() const
{
    std::size_t sum = 0;
    for (const auto& proxy : proxies) sum += proxy.changes.size();
    return static_cast<int>(sum);
}

int Review::changedProxies() const
{
    return static_cast<int>(std::ranges::count_if(proxies, [](const auto& proxy) { return !proxy.changes.empty(); }));
}

int Review::count(model::Severity severity) const
{
    if (contentOf > 0) return 0; // The documents are not what is pushed.
    std::ptrdiff_t sum = 0;
    for (const auto& proxy : proxies) sum += std::ranges::count(proxy.findings, severity, &model::Finding::severity);
    return static_cast<int>(sum);
}

QString Review::repeated() const
{
    QStringList names;
    for (const auto& proxy : proxies) {
        if (proxy.changes.empty() && !proxy.rejected) continue;
        if (!proxy.same) return {};
        if (proxy.rejected) names << proxy.name;
    }
    return names.join(QStringLiteral(", "));
}

QString Review::obstacle() const
{
    const int errors = count(model::Severity::Error);
    if (errors > 0)
        return errors == 1 ? QObject::tr("One error must be mended first.")
                           : QObject::tr("%1 errors must be mended first.").arg(errors);
    if (proxies.empty()) return QObject::tr("No document configures a proxy.");
    if (std::ranges::none_of(proxies, &ReviewedProxy::connected))
        return QObject::tr("No proxy is connected to this control plane.");
    if (const QString names = repeated(); !names.isEmpty())
        return QObject::tr("%1 has rejected just this already. Change it, or roll back.").arg(names);
    if (changes() == 0 && std::ranges::none_of(proxies, &ReviewedProxy::rejected))
        return QObject::tr("Nothing has changed since the last push.");
    return {};
}

} // namespace ui::push
