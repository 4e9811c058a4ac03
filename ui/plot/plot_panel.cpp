#include "ui/plot/plot_panel.h"

#include "ui/plot/plot_view.h"
#include "ui/style/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QSignalBlocker>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace ui::plot {

using namespace Qt::Literals::StringLiterals;

PlotPanel::PlotPanel(QWidget* parent) : QWidget(parent), m_view(std::make_unique<View>(*this))
{
    setAccessibleName(tr("Plots"));
    setFocusProxy(m_view->plot);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_view->plot->installEventFilter(this);
    m_view->plot->setAccessibleName(tr("Requests and latency over time"));
    connect(m_view->pause, &QToolButton::toggled, this, &PlotPanel::setPaused);
    connect(m_view->span, &QComboBox::currentIndexChanged, this,
            [this] { setSpan(m_view->span->currentData().toDouble()); });
    connect(m_view->lower, &QComboBox::currentIndexChanged, this,
            [this] { setLower(static_cast<Metric>(m_view->lower->currentData().toInt())); });
    connect(m_view->legend, &Legend::activated, this, [this](int entry) {
        int shown = 0;
        for (const Series& series : history().series())
            if (series.shown && shown++ == entry)
                Q_EMIT seriesActivated(QString::fromStdString(series.key.proxy),
                                       QString::fromStdString(series.key.cluster),
                                       QString::fromStdString(series.key.address));
    });
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, [this] { m_view->restyle(); });
}

PlotPanel::~PlotPanel() = default;

void PlotPanel::append(const model::stats::RatesStep& step)
{
    m_view->history.append(step);
    m_view->invalidate();
}

void PlotPanel::addEvent(const Event& event)
{
    auto& events = m_view->overlay->events;
    if (events.size() >= 200) events.erase(events.begin());
    events.push_back(event);
    m_view->invalidate();
}

void PlotPanel::show(const std::vector<model::stats::EndpointKey>& keys)
{
    m_view->history.show(keys);
    m_view->invalidate();
}

void PlotPanel::setLower(Metric metric)
{
    m_view->lowerMetric = metric == Metric::Errors ? Metric::Errors : Metric::Latency;
    m_view->lower->setCurrentIndex(m_view->lower->findData(static_cast<int>(m_view->lowerMetric)));
    m_view->invalidate();
}

void PlotPanel::setSpan(double seconds)
{
    m_view->spanSeconds = seconds;
    const QSignalBlocker quiet(m_view->span);
    if (const int index = m_view->span->findData(static_cast<int>(seconds)); index >= 0)
        m_view->span->setCurrentIndex(index);
    if (!m_view->paused) returnToLive();
}

bool PlotPanel::isPaused() const { return m_view->paused; }
bool PlotPanel::isLive() const { return m_view->live && !m_view->paused; }
const History& PlotPanel::history() const { return m_view->history; }
int PlotPanel::drawings() const { return m_view->drawings; }
QWidget* PlotPanel::corner() const { return m_view->corner; }

std::pair<double, double> PlotPanel::timeRange() const
{
    const auto range = m_view->timeAxis()->range();
    return {range.lower, range.upper};
}

void PlotPanel::setPaused(bool paused)
{
    if (m_view->paused == paused) return;
    m_view->paused = paused;
    m_view->pause->setChecked(paused);
    if (!paused) m_view->live = true;
    m_view->restyle();
    Q_EMIT pausedChanged(paused);
}

void PlotPanel::returnToLive()
{
    m_view->live = true;
    m_view->spanSeconds = m_view->span->currentData().toDouble();
    setPaused(false);
    m_view->invalidate();
}

bool PlotPanel::exportPng(const QString& fileName, QSize size, double scale)
{
    m_view->draw();
    QPixmap picture = m_view->plot->toPixmap(size.width() - 24, size.height() - 28, scale);
    QPixmap whole(size * scale);
    whole.setDevicePixelRatio(scale);
    whole.fill(Theme::current().color("raised"));
    QPainter painter(&whole);
    painter.drawPixmap(QRect(12, 4, size.width() - 24, size.height() - 28), picture);
    m_view->legend->paint(painter, QRect(12, size.height() - 23, size.width() - 24, 20));
    painter.end();
    m_view->invalidate();
    return whole.save(fileName, "PNG");
}

void PlotPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_view) m_view->restyle();
    QWidget::changeEvent(event);
}

void PlotPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_view->dirty) m_view->invalidate();
}

void PlotPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_view->invalidate();
}

void PlotPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space) setPaused(!isPaused());
    else if (event->key() == Qt::Key_Escape && !isLive()) returnToLive();
    else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
        m_view->pan(event->key() == Qt::Key_Left ? -0.1 : 0.1);
    else if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Minus)
        m_view->zoom(event->key() == Qt::Key_Plus ? 0.8 : 1.25, 1.0);
    else QWidget::keyPressEvent(event);
}

bool PlotPanel::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseButtonDblClick: returnToLive(); return true;
    case QEvent::MouseButtonPress: m_view->press(static_cast<QMouseEvent*>(event)->position()); return false;
    case QEvent::MouseButtonRelease:
        if (const Event* hit = m_view->release(static_cast<QMouseEvent*>(event)->position()))
            Q_EMIT eventActivated(hit->id);
        return false;
    case QEvent::MouseMove: m_view->hover(*static_cast<QMouseEvent*>(event)); return false;
    case QEvent::Leave: m_view->setCrosshair(std::nullopt); return false;
    case QEvent::Wheel: {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        const auto& rect = m_view->rect(0)->rect();
        const double share = std::clamp((wheel->position().x() - rect.left()) / std::max(1, rect.width()), 0.0, 1.0);
        m_view->zoom(std::pow(0.85, wheel->angleDelta().y() / 120.0), share);
        return true;
    }
    case QEvent::KeyPress: keyPressEvent(static_cast<QKeyEvent*>(event)); return event->isAccepted();
    default: return QWidget::eventFilter(watched, event);
    }
}

} // namespace ui::plot
