// The demo without a display: what a person would see, printed and written to files.
#pragma once

#include "app/desktop/session.h"
#include "ui/window/main_window.h"

#include <QObject>
#include <QTimer>

#include <map>

namespace app::desktop {

/// Waits until every proxy runs what was pushed and traffic flows, prints the endpoint table, writes graph.svg, window.png
/// and plots.png, stops everything and ends the program: exit code 0, or 1 when the mesh did not come up in 60 s. GUI thread.
class HeadlessReport final : public QObject {
    Q_OBJECT
public:
    HeadlessReport(Session& session, ui::MainWindow& window, QString folder, QObject* parent = nullptr);

private:
    void take(const model::stats::RatesStep& step);
    void look();
    bool isEverythingEffective() const;
    void printTable() const;
    bool writePictures();
    void finish();

    Session& m_session;
    ui::MainWindow& m_window;
    QString m_folder;
    QTimer m_timer;
    int m_seconds = 0, m_effectiveSeconds = 0;
    std::map<model::stats::EndpointKey, model::stats::EndpointRates> m_latest;
};

} // namespace app::desktop
