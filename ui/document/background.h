// Work off the GUI thread whose result comes back to an object of the GUI thread.
#pragma once

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QFutureWatcher>

#include <type_traits>
#include <utility>

namespace ui {

/// Runs `work` on the global thread pool; `done` gets its result on the thread of `owner`, or never, if `owner` is gone
/// by then. A watcher owned by `owner` carries it: QFuture::then(context) of Qt 6.4 asserts when its context has gone.
template <class Work, class Done> void runInBackground(QObject* owner, Work work, Done done)
{
    using Value = std::invoke_result_t<Work>;
    auto* watcher = new QFutureWatcher<Value>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner, [watcher, done = std::move(done)]() mutable {
        watcher->deleteLater();
        done(watcher->result());
    });
    watcher->setFuture(QtConcurrent::run(std::move(work)));
}

} // namespace ui
