#include "ui/plot/plot_legend.h"

#include "ui/style/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace ui::plot {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int rowHeight = 20;
constexpr int strokeWidth = 12;
constexpr int gap = 16;

double advance(const QFont& font, const QString& text)
{
    return text.isEmpty() ? 0 : QFontMetricsF(font).horizontalAdvance(text) + 5;
}

} // namespace

Legend::Legend(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Legend of the plots"));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void Legend::show(std::vector<Entry> entries, int others)
{
    m_entries = std::move(entries);
    m_others = others;
    QStringList words;
    for (const Entry& entry : m_entries) words << entry.name % u" "_s % entry.upper % u" "_s % entry.lower;
    setAccessibleDescription(words.join(u", "_s));
    update();
}

QSize Legend::sizeHint() const { return {300, rowHeight}; }

double Legend::width(const Entry& entry) const
{
    return strokeWidth + 5 + advance(Theme::font(11), entry.name) + advance(Theme::font(11, true), entry.upper) +
           advance(Theme::font(11), entry.lower);
}

std::vector<QRectF> Legend::boxes(const QRect& box) const
{
    std::vector<QRectF> result;
    double left = box.left();
    for (const Entry& entry : m_entries) {
        const double wide = width(entry);
        const double reserve = result.size() + 1 < m_entries.size() || m_others > 0 ? 60 : 0;
        if (left + wide > box.right() - reserve && !result.empty()) break;
        result.emplace_back(left, box.top(), wide, rowHeight);
        left += wide + gap;
    }
    return result;
}

int Legend::paint(QPainter& painter, const QRect& box) const
{
    const Theme& theme = Theme::current();
    const auto places = boxes(box);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Entry& entry = m_entries[i];
        QRectF rest = places[i];
        const double middle = rest.center().y();
        painter.setPen(QPen(entry.color, 2, entry.dashed ? Qt::DotLine : Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(rest.left(), middle), QPointF(rest.left() + strokeWidth, middle));
        rest.setLeft(rest.left() + strokeWidth + 5);
        const auto put = [&](const QString& text, const char* token, bool bold) {
            painter.setFont(Theme::font(11, bold));
            painter.setPen(theme.color(token));
            painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, text);
            rest.setLeft(rest.left() + advance(painter.font(), text));
        };
        put(entry.name, "text", false);
        put(entry.upper, "text", true);
        put(entry.lower, "muted", false);
    }
    const int hidden = static_cast<int>(m_entries.size() - places.size()) + m_others;
    if (hidden > 0 && !places.empty()) {
        painter.setFont(Theme::font(11));
        painter.setPen(theme.color("muted"));
        painter.drawText(QRectF(places.back().right() + gap, box.top(), 80, rowHeight), Qt::AlignVCenter,
                         tr("and %1 more").arg(hidden));
    }
    return rowHeight;
}

void Legend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, rect());
}

void Legend::mousePressEvent(QMouseEvent* event)
{
    const auto places = boxes(rect());
    for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i].contains(event->position())) Q_EMIT activated(static_cast<int>(i));
}

} // namespace ui::plot
