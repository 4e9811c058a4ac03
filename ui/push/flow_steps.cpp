#include "ui/push/flow_steps.h"

#include <QObject>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;
using Step = FlowStep::State;

namespace {

bool isConcerned(const Flow& flow, const ProxyStatus& status)
{
    if (flow.pushed > 0 && status.version != flow.pushed) return false;
    const auto found =
        std::ranges::find(flow.review.proxies, QString::fromStdString(status.name), &ReviewedProxy::name);
    return found != flow.review.proxies.end() && !(found->changes.empty() && !found->rejected);
}

QString number(int count, const QString& one, const QString& many) { return count == 1 ? one : many.arg(count); }

FlowStep draft(const Flow& flow)
{
    const QString name = QObject::tr("Draft");
    if (flow.review.contentOf > 0) return {name, QObject::tr("content of v%1").arg(flow.review.contentOf), Step::Done};
    const QString changes = number(flow.review.changes(), QObject::tr("1 change"), QObject::tr("%1 changes"));
    const QString where = number(flow.review.changedProxies(), QObject::tr("1 proxy"), QObject::tr("%1 proxies"));
    return {name, QObject::tr("%1 for %2").arg(changes, where), Step::Done};
}

FlowStep checks(const Flow& flow)
{
    if (flow.review.contentOf > 0)
        return {QObject::tr("Checks"), QObject::tr("passed as v%1").arg(flow.review.contentOf), Step::Done};
    const int errors = flow.review.count(model::Severity::Error),
              warnings = flow.review.count(model::Severity::Warning);
    const QString text = number(errors, QObject::tr("1 error"), QObject::tr("%1 errors")) + u", "_s +
                         number(warnings, QObject::tr("1 warning"), QObject::tr("%1 warnings"));
    return {QObject::tr("Checks"), text, errors > 0 ? Step::Failed : Step::Done};
}

QString counts(const Flow& flow)
{
    const std::pair<State, QString> words[] = {
        {State::Effective, QObject::tr("%1 effective")}, {State::Acked, QObject::tr("%1 ACK")},
        {State::Nacked, QObject::tr("%1 NACK")},         {State::Held, QObject::tr("%1 held")},
        {State::Warming, QObject::tr("%1 warming")},     {State::Sent, QObject::tr("%1 applying")}};
    QStringList parts;
    for (const auto& [state, text] : words)
        if (const int count = flow.count(state); count > 0) parts << text.arg(count);
    return parts.isEmpty() ? QObject::tr("nothing to send") : parts.join(u", "_s);
}

FlowStep push(const Flow& flow)
{
    const QString name = QObject::tr("Push");
    if (flow.pushed == 0) {
        const QString obstacle = flow.review.obstacle();
        if (obstacle.isEmpty()) return {name, QObject::tr("Enter sends it"), Step::Active};
        const bool wrong = flow.review.count(model::Severity::Error) > 0 || !flow.review.repeated().isEmpty();
        return {name, obstacle, wrong ? Step::Failed : Step::Waiting};
    }
    const bool stopped = flow.count(State::Nacked) > 0;
    const bool open = flow.count(State::Sent) + flow.count(State::Warming) + flow.count(State::Held) > 0;
    return {name, counts(flow), stopped ? Step::Failed : open ? Step::Active : Step::Done};
}

FlowStep effective(const Flow& flow)
{
    const QString name = QObject::tr("Effective");
    if (flow.pushed == 0) return {name, QObject::tr("after read back"), Step::Waiting};
    QStringList rest;
    for (const ProxyStatus& status : flow.inOrder())
        if (isConcerned(flow, status) && status.state != State::Effective && status.state != State::Unchanged)
            rest << QString::fromStdString(status.name);
    if (!rest.isEmpty()) return {name, QObject::tr("waits for %1").arg(rest.join(u", "_s)), Step::Waiting};
    return {name,
            number(flow.concerned(), QObject::tr("read back from 1 proxy"), QObject::tr("read back from %1 proxies")),
            Step::Done};
}

} // namespace

std::vector<ProxyStatus> Flow::inOrder() const
{
    std::vector<ProxyStatus> ordered;
    const auto take = [&](const QString& name) {
        const auto found = std::ranges::find(statuses, name.toStdString(), &ProxyStatus::name);
        if (found != statuses.end()) ordered.push_back(*found);
    };
    for (const auto& proxy : review.proxies) take(proxy.name);
    for (const auto& status : statuses)
        if (std::ranges::find(ordered, status.name, &ProxyStatus::name) == ordered.end()) ordered.push_back(status);
    return ordered;
}

int Flow::count(State state) const
{
    return static_cast<int>(std::ranges::count_if(
        statuses, [&](const auto& status) { return status.state == state && isConcerned(*this, status); }));
}

int Flow::concerned() const
{
    return static_cast<int>(
        std::ranges::count_if(statuses, [&](const auto& status) { return isConcerned(*this, status); }));
}

std::vector<FlowStep> stepsOf(const Flow& flow)
{
    const bool seen = flow.seen.isValid();
    return {draft(flow),
            checks(flow),
            {QObject::tr("Diff"),
             seen ? QObject::tr("seen %1").arg(flow.seen.toString(u"HH:mm:ss"_s)) : QObject::tr("not seen"),
             seen ? Step::Done : Step::Waiting},
            push(flow),
            effective(flow)};
}

QString summaryOf(const Flow& flow)
{
    if (flow.pushed == 0) return QObject::tr("not pushed yet");
    const int rejected = flow.count(State::Nacked), all = flow.concerned();
    if (rejected > 0) return QObject::tr("stopped: %1 of %2 proxies rejected it").arg(rejected).arg(all);
    const int done = flow.count(State::Effective);
    return done == all ? QObject::tr("all proxies run it") : QObject::tr("%1 of %2 proxies run it").arg(done).arg(all);
}

} // namespace ui::push
