#include "app/desktop/wiring.h"

#include "app/desktop/session.h"
#include "ui/window/main_window.h"

namespace app::desktop {
namespace {

void tell(ui::MainWindow& window, const model::Error& error)
{
    window.showMessage(model::Severity::Error, QString::fromStdString(error.text()));
}

void wireRequests(ui::MainWindow& window, Session& session)
{
    QObject::connect(&window, &ui::MainWindow::reviewRequested, &session,
                     [&window, &session](const QString& only) { window.showReview(session.review(only)); });
    QObject::connect(&window, &ui::MainWindow::rollbackRequested, &session, [&window, &session](int version) {
        if (const auto review = session.reviewRollback(version)) window.showReview(*review);
        else tell(window, review.error());
    });
    QObject::connect(&window, &ui::MainWindow::pushRequested, &session, [&window, &session](const QString& only) {
        if (const auto version = session.push(only); !version) tell(window, version.error());
    });
    QObject::connect(&window, &ui::MainWindow::rollbackConfirmed, &session, [&window, &session](int version) {
        if (const auto made = session.rollback(version); !made) tell(window, made.error());
    });
}

void wireFiles(ui::MainWindow& window, Session& session)
{
    QObject::connect(&window, &ui::MainWindow::openRequested, &session, &Session::open);
    QObject::connect(&window, &ui::MainWindow::demoRequested, &session, [&window, &session] {
        if (const auto started = session.startDemo(); !started) tell(window, started.error());
    });
    QObject::connect(&window, &ui::MainWindow::attachRequested, &session, &Session::attach);
    QObject::connect(&window, &ui::MainWindow::liveRequested, &session, &Session::setSampleInterval);
    QObject::connect(&window, &ui::MainWindow::restartRequested, &session, &Session::restart);
    QObject::connect(&window, &ui::MainWindow::adsBootstrapRequested, &session,
                     [&window, &session](const QString& proxy, const QString& file) {
                         if (const auto written = session.writeAdsBootstrap(proxy, file); !written)
                             tell(window, written.error());
                     });
    window.offerDemo();
    window.offerAttach();
}

void wireControlPlane(ui::MainWindow& window, Session& session)
{
    auto& control = session.controlPlane();
    QObject::connect(&control, &control::ControlPlane::statusChanged, &window, &ui::MainWindow::showStatuses);
    QObject::connect(&control, &control::ControlPlane::nacked, &window, &ui::MainWindow::showNack);
    QObject::connect(&control, &control::ControlPlane::historyChanged, &window,
                     [&window, &session] { window.showHistory(session.controlPlane().history()); });
}

void wireLife(ui::MainWindow& window, Session& session)
{
    QObject::connect(&session, &Session::rates, &window, &ui::MainWindow::showRates);
    QObject::connect(&session, &Session::message, &window, &ui::MainWindow::showMessage);
    QObject::connect(&session, &Session::unreachable, &window, &ui::MainWindow::showUnreachable);
    QObject::connect(&session, &Session::reachableAgain, &window, &ui::MainWindow::showReachable);
    QObject::connect(&session, &Session::pushed, &window, &ui::MainWindow::showPushed);
    QObject::connect(&session, &Session::imported, &window, &ui::MainWindow::showConverted);
    QObject::connect(&session, &Session::drafted, &window, &ui::MainWindow::showDraft);
    QObject::connect(&session, &Session::attached, &window, &ui::MainWindow::showAttached);
    QObject::connect(&session, &Session::attachFailed, &window, &ui::MainWindow::showAttachFailed);
    QObject::connect(&session, &Session::processEnded, &window, &ui::MainWindow::showEnded);
}

} // namespace

void wire(ui::MainWindow& window, Session& session)
{
    wireRequests(window, session);
    wireFiles(window, session);
    wireControlPlane(window, session);
    wireLife(window, session);
}

} // namespace app::desktop
