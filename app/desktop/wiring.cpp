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
    QObject::connect(&window, &ui::MainWindow::pushRequested, &session, [&window, &session] {
        if (const auto version = session.push(); !version) tell(window, version.error());
    });
    QObject::connect(&window, &ui::MainWindow::rollbackRequested, &session, [&window, &session](int version) {
        if (const auto made = session.rollback(version); !made) tell(window, made.error());
    });
}

void wireFiles(ui::MainWindow& window, Session& session)
{
    QObject::connect(&window, &ui::MainWindow::openRequested, &session, &Session::open);
    QObject::connect(&window, &ui::MainWindow::demoRequested, &session, [&window, &session] {
        if (const auto started = session.startDemo(); !started) tell(window, started.error());
    });
    window.offerDemo();
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
    QObject::connect(&session, &Session::pushed, &window, &ui::MainWindow::showPushed);
    QObject::connect(&session, &Session::imported, &window, &ui::MainWindow::showConverted);
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
