// The inside of PlotPanel: the plot widget and what is drawn into it.
#pragma once

#include "ui/plot/plot_legend.h"
#include "ui/plot/plot_overlay.h"
#include "ui/plot/plot_panel.h"

#include <QComboBox>
#include <QMouseEvent>
#include <QTimer>
#include <QToolButton>

namespace ui::plot {

/// Owns the curves; turns a History into what QCustomPlot draws. Zooms and pans.
class PlotPanel::View final {
public:
    explicit View(PlotPanel& panel);

    /// Asks for a drawing with the next frame; several requests become one, none is served while hidden.
    void invalidate();
    void draw();
    void restyle();
    void setCrosshair(std::optional<double> time);
    /// Changes the time shown by that factor, keeping the time at `share` (0 left, 1 right) in place.
    void zoom(double factor, double share);
    /// Moves the time shown by a share of its length.
    void pan(double share);
    void press(const QPointF& point);
    /// Returns the event that was clicked, or nullptr.
    const Event* release(const QPointF& point);
    void hover(const QMouseEvent& event);
    QCPAxis* timeAxis() const { return plot->axisRect(0)->axis(QCPAxis::atBottom); }
    QCPAxisRect* rect(int i) const { return plot->axisRect(i); }

    PlotPanel& panel;
    History history;
    QCustomPlot* plot = nullptr;
    Overlay* overlay = nullptr; ///< Owned by the plot.
    Legend* legend = nullptr;
    QWidget* corner = nullptr;
    QToolButton* pause = nullptr;
    QComboBox* span = nullptr;
    QComboBox* lower = nullptr;
    QTimer frame;
    Metric lowerMetric = Metric::Latency;
    double spanSeconds = 300;
    bool paused = false;
    bool live = true;
    bool dirty = false;
    int drawings = 0;

private:
    /// Curves of one series, made once it is shown; the plot owns the graphs.
    struct Curves {
        QCPGraph* rects[2] = {};
    };
    void buildPlot();
    void buildAxisRect(int index);
    void buildCorner();
    void fill(QCPGraph* graph, const Ring& samples, Metric metric) const;
    void fillBand();
    void fitValues();
    void readOut();
    std::vector<const Series*> drawn() const;
    QPen pen(const Series& series) const;

    std::map<model::stats::EndpointKey, Curves> m_curves;
    QCPGraph* m_band[2][2] = {}; ///< Lowest and highest of the others, by rect.
    int m_others = 0;
    std::optional<QPointF> m_pressed; ///< Where the button went down, moved along by a drag.
    bool m_dragged = false;
};

} // namespace ui::plot
