// The five steps of a push as values: Draft, Checks, Diff, Push, Effective.
#pragma once

#include "ui/push/review.h"

#include "model/push/status.h"

#include <QTime>

#include <vector>

namespace ui::push {

/// A push from the moment its diff is shown until all proxies run it.
struct Flow {
    Review review;
    QTime seen;     ///< When the diff was shown.
    int pushed = 0; ///< The version it became; 0: not confirmed yet.
    std::vector<model::push::ProxyStatus> statuses;

    /// Proxies that the push concerns, upstream first, then the others that are known.
    std::vector<model::push::ProxyStatus> inOrder() const;
    /// How many of those the push concerns are in that state.
    int count(model::push::State state) const;
    int concerned() const;
};

struct FlowStep {
    enum class State { Waiting, Active, Done, Failed };
    QString name, text;
    State state = State::Waiting;
};

std::vector<FlowStep> stepsOf(const Flow& flow);
/// "stopped: 1 of 3 proxies rejected it", for the heading.
QString summaryOf(const Flow& flow);

} // namespace ui::push
