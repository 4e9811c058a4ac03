#include "ui/graph/minimap.h"

#include "ui/graph/graph_scene.h"
#include "ui/graph/graph_view.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

namespace ui {

namespace {

void paintPlate(QWidget& widget, QPainter& painter)
{
    const Theme& theme = Theme::current();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color("line"));
    painter.setBrush(theme.color("raised"));
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

} // namespace

Minimap::Minimap(GraphView& view) : QWidget(&view), m_view(view)
{
    setFixedSize(sizeHint());
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Overview of the graph"));
}

QRectF Minimap::area() const { return m_view.content().adjusted(-40, -40, 40, 40); }

void Minimap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintPlate(*this, painter);
    const QRectF whole = area();
    if (whole.isEmpty()) return;
    const QRectF inner = QRectF(rect()).adjusted(5, 5, -5, -5);
    const double scale = std::min(inner.width() / whole.width(), inner.height() / whole.height());
    painter.translate(inner.center());
    painter.scale(scale, scale);
    painter.translate(-whole.center());
    const Theme& theme = Theme::current();
    const double hair = 1 / scale;
    for (const BoxItem* box : m_view.graphScene().boxItems()) {
        painter.setPen(QPen(box->nacked ? theme.severity(model::Severity::Error) : theme.color("lineStrong"), hair));
        painter.setBrush(box->nacked ? theme.severityTint(model::Severity::Error) : theme.color("sunken"));
        painter.drawRoundedRect(box->rect(), 8, 8);
    }
    if (m_view.graphScene().boxItems().empty())
        for (const NodeItem* item : m_view.graphScene().nodeItems())
            painter.fillRect(item->mapRectToScene(item->body()), theme.color("lineStrong"));
    painter.setPen(QPen(theme.color("accent"), hair * 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(m_view.visibleArea().intersected(whole.adjusted(-hair, -hair, hair, hair)));
}

void Minimap::moveTo(const QPointF& position)
{
    const QRectF whole = area();
    const QRectF inner = QRectF(rect()).adjusted(5, 5, -5, -5);
    const double scale = std::min(inner.width() / whole.width(), inner.height() / whole.height());
    m_view.centerOn(whole.center() + (position - inner.center()) / scale);
}

void Minimap::mousePressEvent(QMouseEvent* event) { moveTo(event->position()); }
void Minimap::mouseMoveEvent(QMouseEvent* event) { moveTo(event->position()); }

ZoomControl::ZoomControl(GraphView& view) : QWidget(&view), m_view(view)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(1, 1, 1, 1);
    row->setSpacing(0);
    const auto button = [&](const QString& text, const QString& glyph, const QString& tip, auto&& action) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setAutoRaise(true);
        made->setFixedHeight(24);
        made->setFocusPolicy(Qt::NoFocus);
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        if (!glyph.isEmpty()) made->setIcon(glyphIcon(glyph));
        made->setToolButtonStyle(glyph.isEmpty() ? Qt::ToolButtonTextOnly : Qt::ToolButtonIconOnly);
        connect(made, &QToolButton::clicked, &view, action);
        row->addWidget(made);
        return made;
    };
    button({}, QStringLiteral("minus"), tr("Zoom out (Ctrl+-)"), [&view] { view.zoomBy(1 / 1.25); });
    m_value = button(QStringLiteral("100%"), {}, tr("Zoom to 100 % (Ctrl+0)"), [&view] { view.setZoom(1); });
    m_value->setMinimumWidth(48);
    button({}, QStringLiteral("plus"), tr("Zoom in (Ctrl++)"), [&view] { view.zoomBy(1.25); });
    button(tr("Fit"), {}, tr("Show the whole graph (Ctrl+1)"), [&view] { view.fit(); });
    connect(&view, &GraphView::viewChanged, this,
            [this] { m_value->setText(QString::number(qRound(m_view.zoom() * 100)) + u'%'); });
    adjustSize();
}

void ZoomControl::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintPlate(*this, painter);
}

} // namespace ui
