// The plots of the window: requests and latency (or errors) of several endpoints over time.
#pragma once

#include "ui/plot/plot_series.h"

#include <QString>
#include <QWidget>

#include <memory>

class QAction;

namespace ui::plot {

/// Something that happened, drawn over the plots at its time.
struct Event {
    enum class Kind { Push, Health, Restart };
    Kind kind = Kind::Push;
    double time = 0;
    QString label; ///< "Push v17", the endpoint's address, the proxy's name.
    QString id;    ///< Handed back by eventActivated.
    model::stats::Health health = model::stats::Health::Unknown; ///< Kind Health.
    double end = 0;                                              ///< Kind Restart: end of the band.
};

/// Two plots on one time axis with one crosshair, and the legend that is the read-out. Fed with steps, which it keeps in
/// rings of fixed size. Draws at most once per frame and never while hidden. GUI thread.
class PlotPanel final : public QWidget {
    Q_OBJECT
public:
    explicit PlotPanel(QWidget* parent = nullptr);
    ~PlotPanel() override;

    void append(const model::stats::RatesStep& step);
    void addEvent(const Event& event);
    /// Shows these series only (the rows selected in the endpoint table); an empty list shows all.
    void show(const std::vector<model::stats::EndpointKey>& keys);
    using QWidget::show;
    /// Latency or Errors in the lower plot.
    void setLower(Metric metric);
    void setSpan(double seconds);

    bool isPaused() const;
    void setPaused(bool paused);
    /// True while the axis follows the data.
    bool isLive() const;
    void returnToLive();
    /// Visible stretch of time, seconds since the epoch.
    std::pair<double, double> timeRange() const;
    const History& history() const;
    /// Number of times the plots were really drawn.
    int drawings() const;

    /// Pause, time span and lower plot as a small row that the owner may place into a tab row; else it stands above the plots.
    QWidget* corner() const;
    /// Writes plots and legend as PNG. False when the file could not be written.
    bool exportPng(const QString& fileName, QSize size = {900, 480}, double scale = 1.0);

Q_SIGNALS:
    void pausedChanged(bool paused);
    void eventActivated(const QString& id);
    /// The legend was clicked: this endpoint shall be selected.
    void seriesActivated(const QString& proxy, const QString& cluster, const QString& address);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class View;
    std::unique_ptr<View> m_view;
};

} // namespace ui::plot
