#include "ui/window/info_bar.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace ui {

InfoBar::InfoBar(QWidget* parent)
    : QFrame(parent)
    , m_row(new QHBoxLayout(this))
    , m_text(new QLabel(this))
{
    setFixedHeight(static_cast<int>(Theme::number("size.infoBar")));
    m_row->setContentsMargins(32, 0, 6, 0);
    m_row->setSpacing(12);
    m_text->setFont(Theme::font(12));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_row->addWidget(m_text, 1);
    auto* close = new QToolButton(this);
    close->setAutoRaise(true);
    close->setIcon(glyphIcon(QStringLiteral("x")));
    close->setToolTip(tr("Hide"));
    close->setAccessibleName(tr("Hide this message"));
    close->setFixedSize(24, 24);
    m_row->addWidget(close);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void InfoBar::tell(model::Severity severity, const QString& topic, const QString& message, std::vector<Link> links)
{
    m_severity = severity;
    m_topic = topic;
    m_text->setText(message);
    m_text->setToolTip(message);
    setAccessibleName(message);
    for (QWidget* old : m_links) old->deleteLater();
    m_links.clear();
    for (Link& link : links) {
        auto* button = new QToolButton(this);
        button->setAutoRaise(true);
        button->setText(link.text);
        QPalette palette = button->palette();
        palette.setColor(QPalette::ButtonText, Theme::current().color("accent"));
        button->setPalette(palette);
        connect(button, &QToolButton::clicked, this, [follow = std::move(link.follow)] { follow(); });
        m_row->insertWidget(m_row->count() - 1, button);
        m_links.push_back(button);
    }
    show();
    update();
}

void InfoBar::cured(const QString& topic)
{
    if (m_topic == topic) hide();
}

QString InfoBar::message() const { return m_text->text(); }

void InfoBar::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.severityTint(m_severity));
    painter.fillRect(QRect(0, 0, width(), 1), theme.severity(m_severity));
    const QString glyph = QString::fromLatin1(model::name(m_severity));
    paintGlyph(painter, glyph, QRectF(10, height() / 2.0 - 7, 14, 14), theme.severity(m_severity));
}

} // namespace ui
