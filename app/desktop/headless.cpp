#include "app/desktop/headless.h"

#include <QCoreApplication>
#include <QDir>

#include <fmt/core.h>

#include <algorithm>

namespace app::desktop {
namespace {

constexpr int secondsToShow = 8; ///< So that the plots have something to show.
constexpr int secondsAtMost = 60;

std::string number(const std::optional<double>& value, double factor = 1)
{
    return value ? fmt::format("{:.1f}", *value * factor) : "-";
}

} // namespace

HeadlessReport::HeadlessReport(Session& session, ui::MainWindow& window, QString folder, QObject* parent)
    : QObject(parent)
    , m_session(session)
    , m_window(window)
    , m_folder(std::move(folder))
{
    connect(&session, &Session::rates, this, &HeadlessReport::take);
    connect(&session, &Session::message, this, [](model::Severity severity, const QString& text) {
        fmt::print(stderr, "{}: {}\n", name(severity), text.toStdString());
    });
    connect(&m_timer, &QTimer::timeout, this, &HeadlessReport::look);
    m_timer.start(1000);
}

void HeadlessReport::take(const model::stats::RatesStep& step)
{
    for (const auto& endpoint : step.endpoints) m_latest[endpoint.key] = endpoint;
}

bool HeadlessReport::isEverythingEffective() const
{
    const auto statuses = m_session.controlPlane().statuses();
    return statuses.size() >= m_session.demo()->documents().size() && std::ranges::all_of(statuses, [](const auto& s) {
               return s.connected && s.state == model::push::State::Effective;
           });
}

void HeadlessReport::look()
{
    if (isEverythingEffective()) ++m_effectiveSeconds;
    fmt::print("{:2} s: {} of {} proxies connected, {} requests answered\n", ++m_seconds,
               std::ranges::count_if(m_session.controlPlane().statuses(), [](const auto& s) { return s.connected; }),
               m_session.demo()->documents().size(), m_session.answered());
    std::fflush(stdout);
    if (m_effectiveSeconds >= secondsToShow || m_seconds >= secondsAtMost) finish();
}

void HeadlessReport::printTable() const
{
    for (const auto& status : m_session.controlPlane().statuses())
        fmt::print("{:<12} version {} {}\n", status.name, status.version, name(status.state));
    fmt::print("\n{:<12} {:<10} {:<18} {:<9} {:>7} {:>6} {:>6} {:>7}\n", "proxy", "cluster", "endpoint", "health",
               "rq/s", "active", "err %", "p95 ms");
    for (const auto& [key, e] : m_latest)
        fmt::print("{:<12} {:<10} {:<18} {:<9} {:>7} {:>6} {:>6} {:>7}\n", key.proxy, key.cluster, key.address,
                   name(e.health), number(e.requestsPerSecond), e.active, number(e.errorShare, 100), number(e.p95Ms));
}

bool HeadlessReport::writePictures()
{
    QDir().mkpath(m_folder);
    const QDir folder(m_folder);
    const bool written = m_window.writeGraph(folder.filePath(QStringLiteral("graph.svg"))) &&
                         m_window.writePlots(folder.filePath(QStringLiteral("plots.png"))) &&
                         m_window.grab().save(folder.filePath(QStringLiteral("window.png")));
    fmt::print("\n{} graph.svg, window.png and plots.png in {}\n", written ? "Wrote" : "Could not write",
               folder.absolutePath().toStdString());
    return written;
}

void HeadlessReport::finish()
{
    m_timer.stop();
    printTable();
    const bool written = writePictures();
    const bool up = m_effectiveSeconds >= secondsToShow && m_session.answered() > 0;
    if (!up) fmt::print(stderr, "error: the demo mesh did not come up within {} s\n", secondsAtMost);
    m_session.demo()->stop();
    QCoreApplication::exit(up && written ? 0 : 1);
}

} // namespace app::desktop
