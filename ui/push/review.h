// What a push would do, as the window shows it before it is done.
#pragma once

#include "model/base/finding.h"
#include "model/diff/change.h"

#include <QString>

#include <vector>

namespace ui::push {

/// One proxy of a review: what would change there, and what the checks say about its document.
struct ReviewedProxy {
    QString name;
    QString document; ///< Title of its file; empty when none is open.
    bool connected = false;
    std::vector<model::diff::ResourceChange> changes;
    std::vector<model::Finding> findings;
    bool rejected = false; ///< It rejected the last push: pushing what it runs withdraws that.
    bool same = false;     ///< It rejected just this already, or this waits for an upstream: nothing new.
    bool runs = false;     ///< What it runs is known.
};

/// A push that is not made yet.
struct Review {
    int version = 1;                    ///< The number it would get.
    int contentOf = 0;                  ///< Roll back: whose content it has; 0: the documents'.
    std::vector<ReviewedProxy> proxies; ///< Upstream first.
    QString only;                       ///< Push to one first: that proxy; empty: to all.

    int changes() const;
    int changedProxies() const;
    int count(model::Severity severity) const;
    /// Who rejected just this already, when there is nothing else to push; else empty.
    QString repeated() const;
    /// Why it cannot be pushed, as a sentence; empty when it can.
    QString obstacle() const;
};

} // namespace ui::push
