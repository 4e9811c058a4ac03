#include "ui/plot/plot_view.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace ui::plot {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t mostSeries = 8; ///< From the ninth on the rest is one grey band (ui README section 3).

/// The smallest of 1, 2, 4, 6, 10, 20, … that is not below `value`: its half is a round number too.
double roundUp(double value)
{
    if (value <= 0 || !std::isfinite(value)) return 1;
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 4.0, 6.0, 8.0})
        if (value <= step * power) return step * power;
    return 10 * power;
}

QString written(double value) { return std::isnan(value) ? u"–"_s : QString::number(value, 'f', 1); }

} // namespace

PlotPanel::View::View(PlotPanel& owner) : panel(owner)
{
    buildPlot();
    legend = new Legend(&panel);
    auto* column = new QVBoxLayout(&panel);
    column->setContentsMargins(12, 4, 12, 2);
    column->setSpacing(0);
    buildCorner();
    column->addWidget(corner, 0, Qt::AlignRight);
    column->addWidget(plot, 1);
    column->addWidget(legend);
    frame.setSingleShot(true);
    frame.setInterval(16);
    QObject::connect(&frame, &QTimer::timeout, &panel, [this] { draw(); });
    restyle();
}

void PlotPanel::View::buildPlot()
{
    plot = new QCustomPlot(&panel);
    plot->setFocusPolicy(Qt::StrongFocus);
    plot->setMouseTracking(true);
    plot->plotLayout()->clear();
    plot->plotLayout()->setRowSpacing(0);
    buildAxisRect(0);
    buildAxisRect(1);
    auto* margins = new QCPMarginGroup(plot);
    for (int i = 0; i < 2; ++i) rect(i)->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    plot->layer(u"overlay"_s)->setMode(QCPLayer::lmBuffered);
    overlay = new Overlay(plot);
    overlay->setLayer(u"overlay"_s);
    overlay->upperTitle = tr("Requests");
    overlay->upperUnit = tr("per s");
    for (auto& band : m_band)
        for (int i = 0; i < 2; ++i) {
            const int index = &band == &m_band[0] ? 0 : 1;
            band[i] = plot->addGraph(rect(index)->axis(QCPAxis::atBottom), rect(index)->axis(QCPAxis::atLeft));
            band[i]->setSelectable(QCP::stNone);
        }
    for (auto& band : m_band) band[1]->setChannelFillGraph(band[0]);
}

void PlotPanel::View::buildAxisRect(int index)
{
    auto* rect = new QCPAxisRect(plot, false);
    rect->addAxes(QCPAxis::atLeft | QCPAxis::atBottom);
    plot->plotLayout()->addElement(index, 0, rect);
    rect->setAutoMargins(QCP::msNone);
    rect->setMargins(QMargins(34, 22, 6, index == 0 ? 6 : 22));
    auto* ticker = new QCPAxisTickerDateTime;
    ticker->setDateTimeFormat(u"HH:mm"_s);
    ticker->setTickCount(5);
    rect->axis(QCPAxis::atBottom)->setTicker(QSharedPointer<QCPAxisTicker>(ticker));
    rect->axis(QCPAxis::atBottom)->setTickLabels(index == 1);
    rect->axis(QCPAxis::atLeft)->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTickerFixed));
    for (QCPAxis* axis : rect->axes()) {
        axis->setLayer(u"axes"_s);
        axis->grid()->setLayer(u"grid"_s);
        axis->grid()->setVisible(true);
        axis->setSubTicks(false);
        axis->setTickLength(0);
    }
}

void PlotPanel::View::buildCorner()
{
    corner = new QWidget(&panel);
    corner->setObjectName(u"corner"_s);
    auto* row = new QHBoxLayout(corner);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    lower = new QComboBox(corner);
    lower->addItem(tr("Latency"), static_cast<int>(Metric::Latency));
    lower->addItem(tr("Errors"), static_cast<int>(Metric::Errors));
    lower->setAccessibleName(tr("Lower plot"));
    span = new QComboBox(corner);
    for (const int minutes : {1, 5, 15, 60}) span->addItem(tr("%1 min").arg(minutes), minutes * 60);
    span->setCurrentIndex(1);
    span->setAccessibleName(tr("Time shown"));
    pause = new QToolButton(corner);
    pause->setCheckable(true);
    pause->setAccessibleName(tr("Pause the plots"));
    pause->setToolTip(tr("Pause (Space): the data go on being recorded"));
    for (QWidget* widget : std::initializer_list<QWidget*>{lower, span, pause}) {
        widget->setFont(Theme::font(11));
        row->addWidget(widget);
    }
}

void PlotPanel::View::invalidate()
{
    dirty = true;
    if (panel.isVisible() && !frame.isActive()) frame.start();
}

void PlotPanel::View::restyle()
{
    const Theme& theme = Theme::current();
    plot->setBackground(theme.color("raised"));
    for (int i = 0; i < 2; ++i)
        for (QCPAxis* axis : rect(i)->axes()) {
            axis->setBasePen(axis->axisType() == QCPAxis::atBottom ? QPen(theme.color("grid")) : QPen(Qt::NoPen));
            axis->setTickPen(Qt::NoPen);
            axis->setTickLabelColor(theme.color("muted"));
            axis->setTickLabelFont(Theme::font(10.5));
            axis->setTickLabelPadding(5);
            axis->grid()->setPen(QPen(theme.color("grid"), 1));
            axis->grid()->setZeroLinePen(QPen(theme.color("grid"), 1));
        }
    pause->setIcon(glyphIcon(paused ? u"play"_s : u"pause"_s, paused ? u"accent"_s : u"text"_s));
    QColor band = theme.color("muted");
    band.setAlpha(45);
    for (auto& pair : m_band) {
        pair[0]->setPen(Qt::NoPen);
        pair[1]->setPen(Qt::NoPen);
        pair[1]->setBrush(band);
    }
    invalidate();
}

std::vector<const Series*> PlotPanel::View::drawn() const
{
    std::vector<const Series*> result;
    for (const Series& series : history.series())
        if (series.shown) result.push_back(&series);
    return result;
}

QPen PlotPanel::View::pen(const Series& series) const
{
    QPen pen(Theme::current().series(series.colour % static_cast<int>(mostSeries)), 1.6);
    pen.setJoinStyle(Qt::RoundJoin);
    if (series.colour >= 6) pen.setDashPattern({4, 2});
    return pen;
}

void PlotPanel::View::fill(QCPGraph* graph, const Ring& samples, Metric metric) const
{
    const auto range = timeAxis()->range();
    const std::size_t first = samples.lowerBound(range.lower);
    QVector<QCPGraphData> points;
    double before = 0;
    for (std::size_t i = first > 0 ? first - 1 : 0; i < samples.size(); ++i) {
        const Sample& sample = samples[i];
        if (before > 0 && sample.time - before > 15) // Nothing heard for long: a gap is a gap.
            points.append({(before + sample.time) / 2, std::numeric_limits<double>::quiet_NaN()});
        points.append({sample.time, sample.at(metric)});
        before = sample.time;
        if (sample.time > range.upper) break;
    }
    graph->data()->set(points, true);
}

void PlotPanel::View::fillBand()
{
    const auto all = drawn();
    m_others = std::max(0, static_cast<int>(all.size()) - static_cast<int>(mostSeries));
    for (int r = 0; r < 2; ++r) {
        const Metric metric = r == 0 ? Metric::Requests : lowerMetric;
        std::map<double, std::pair<double, double>> bounds; // By whole second: steps of several proxies fall together.
        for (std::size_t i = mostSeries; i < all.size(); ++i) {
            const Ring& ring = all[i]->samples;
            for (std::size_t k = ring.lowerBound(timeAxis()->range().lower); k < ring.size(); ++k) {
                const double value = ring[k].at(metric);
                if (std::isnan(value)) continue;
                const auto [at, isNew] = bounds.try_emplace(std::floor(ring[k].time), value, value);
                at->second = {std::min(at->second.first, value), std::max(at->second.second, value)};
            }
        }
        QVector<QCPGraphData> low, high;
        for (const auto& [time, pair] : bounds) {
            low.append({time, pair.first});
            high.append({time, pair.second});
        }
        m_band[r][0]->data()->set(low, true);
        m_band[r][1]->data()->set(high, true);
    }
}

void PlotPanel::View::fitValues()
{
    for (int r = 0; r < 2; ++r) {
        double most = 0;
        for (QCPGraph* graph : rect(r)->graphs())
            if (graph->visible())
                for (const auto& point : *graph->data())
                    if (std::isfinite(point.value)) most = std::max(most, point.value);
        const double top = roundUp(most * 1.05);
        QCPAxis* axis = rect(r)->axis(QCPAxis::atLeft);
        axis->setRange(0, top);
        axis->ticker().staticCast<QCPAxisTickerFixed>()->setTickStep(top / 2);
    }
}

void PlotPanel::View::draw()
{
    if (!panel.isVisible() && frame.isActive()) return;
    dirty = false;
    ++drawings;
    if (live && !paused && history.lastTime() > 0)
        timeAxis()->setRange(history.lastTime() - spanSeconds, history.lastTime());
    rect(1)->axis(QCPAxis::atBottom)->setRange(timeAxis()->range());
    overlay->pausedAt = paused ? std::optional(history.lastTime()) : std::nullopt;
    overlay->lowerTitle = lowerMetric == Metric::Errors ? tr("Errors") : tr("Latency p95");
    overlay->lowerUnit = lowerMetric == Metric::Errors ? tr("per s") : tr("ms");
    for (auto& [key, curves] : m_curves)
        for (QCPGraph* graph : curves.rects) graph->setVisible(false);
    const auto all = drawn();
    for (std::size_t i = 0; i < std::min(all.size(), mostSeries); ++i) {
        Curves& curves = m_curves[all[i]->key];
        for (int r = 0; r < 2; ++r) {
            if (!curves.rects[r])
                curves.rects[r] = plot->addGraph(rect(r)->axis(QCPAxis::atBottom), rect(r)->axis(QCPAxis::atLeft));
            curves.rects[r]->setVisible(true);
            curves.rects[r]->setPen(pen(*all[i]));
            fill(curves.rects[r], all[i]->samples, r == 0 ? Metric::Requests : lowerMetric);
        }
    }
    fillBand();
    fitValues();
    readOut();
    const double seconds = timeAxis()->range().size();
    rect(1)
        ->axis(QCPAxis::atBottom)
        ->ticker()
        .staticCast<QCPAxisTickerDateTime>()
        ->setDateTimeFormat(seconds < 180 ? u"HH:mm:ss"_s : u"HH:mm"_s);
    plot->replot(QCustomPlot::rpImmediateRefresh);
}

void PlotPanel::View::readOut()
{
    overlay->dots.clear();
    std::vector<Legend::Entry> entries;
    const auto all = drawn();
    const double time = overlay->crosshair.value_or(paused || !live ? timeAxis()->range().upper : history.lastTime());
    for (std::size_t i = 0; i < std::min(all.size(), mostSeries); ++i) {
        const Series& series = *all[i];
        const Sample* sample = series.samples.nearest(time, std::max(5.0, timeAxis()->range().size() / 60));
        const double upper = sample ? sample->at(Metric::Requests) : std::numeric_limits<double>::quiet_NaN();
        const double below = sample ? sample->at(lowerMetric) : std::numeric_limits<double>::quiet_NaN();
        const QString unit = std::isnan(below) ? QString() : lowerMetric == Metric::Errors ? tr(" err/s") : tr(" ms");
        const QColor color = pen(series).color();
        entries.push_back({color, series.colour >= 6, QString::fromStdString(history.label(series)), written(upper),
                           written(below) + unit});
        if (!overlay->crosshair || !sample) continue;
        if (!std::isnan(upper)) overlay->dots.push_back({0, upper, color});
        if (!std::isnan(below)) overlay->dots.push_back({1, below, color});
    }
    legend->show(std::move(entries), m_others);
}

void PlotPanel::View::setCrosshair(std::optional<double> time)
{
    if (overlay->crosshair == time) return;
    overlay->crosshair = time;
    readOut();
    plot->layer(u"overlay"_s)->replot();
}

} // namespace ui::plot
