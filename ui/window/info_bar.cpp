#include "ui/window/info_bar.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace ui {

namespace {
constexpr std::size_t rowLimit = 2;

/// A sentence that gives way to the links: elided at its end, whole as tooltip.
class Sentence final : public QLabel {
public:
    using QLabel::QLabel;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(rect(), Qt::AlignVCenter, fontMetrics().elidedText(text(), Qt::ElideRight, width()));
    }
};
} // namespace

/// One message.
class InfoBar::Row final : public QWidget {
public:
    Row(InfoBar& bar, model::Severity severity, QString topic, const QString& message, std::vector<Link> links)
        : QWidget(&bar)
        , m_severity(severity)
        , m_topic(std::move(topic))
        , m_text(new Sentence(message, this))
    {
        setFixedHeight(static_cast<int>(Theme::number("size.infoBar")));
        setAccessibleName(message);
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(32, 0, 6, 0);
        row->setSpacing(8);
        m_text->setFont(Theme::font(12));
        m_text->setTextFormat(Qt::PlainText);
        m_text->setToolTip(message);
        m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        row->addWidget(m_text, 1);
        for (Link& link : links) row->addWidget(button(link.text, std::move(link.follow)));
        auto* close = new QToolButton(this);
        close->setAutoRaise(true);
        close->setIcon(glyphIcon(QStringLiteral("x")));
        close->setToolTip(tr("Hide"));
        close->setAccessibleName(tr("Hide this message"));
        close->setFixedSize(24, 24);
        row->addWidget(close);
        connect(close, &QToolButton::clicked, &bar, [&bar, this] { bar.remove(m_topic); });
    }
    const QString& topic() const { return m_topic; }
    QString message() const { return m_text->text(); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = Theme::current();
        QPainter painter(this);
        painter.fillRect(rect(), theme.severityTint(m_severity));
        painter.fillRect(QRect(0, 0, width(), 1), theme.severity(m_severity));
        paintGlyph(painter, QString::fromLatin1(model::name(m_severity)), QRectF(10, height() / 2.0 - 7, 14, 14),
                   theme.severity(m_severity));
    }

private:
    QToolButton* button(const QString& text, std::function<void()> follow)
    {
        auto* made = new QToolButton(this);
        made->setAutoRaise(true);
        made->setText(text);
        QPalette palette = made->palette();
        palette.setColor(QPalette::ButtonText, Theme::current().color("accent"));
        made->setPalette(palette);
        connect(made, &QToolButton::clicked, made, [follow = std::move(follow)] { follow(); });
        return made;
    }

    model::Severity m_severity;
    QString m_topic;
    QLabel* m_text;
};

InfoBar::InfoBar(QWidget* parent) : QFrame(parent), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    hide();
}

InfoBar::~InfoBar() = default;

void InfoBar::tell(model::Severity severity, const QString& topic, const QString& message, std::vector<Link> links)
{
    remove(topic);
    while (m_rows.size() >= rowLimit) remove(m_rows.back()->topic());
    auto* row = new Row(*this, severity, topic, message, std::move(links));
    m_column->insertWidget(0, row);
    m_rows.insert(m_rows.begin(), row);
    setAccessibleName(message);
    row->show();
    show();
}

void InfoBar::cured(const QString& topic) { remove(topic); }

void InfoBar::remove(const QString& topic)
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const Row* row) { return row->topic() == topic; });
    if (found == m_rows.end()) return;
    Row* row = *found;
    m_rows.erase(found);
    m_column->removeWidget(row);
    row->hide();
    row->deleteLater(); // One of its own buttons may be speaking.
    if (m_rows.empty()) hide();
}

QString InfoBar::message() const { return m_rows.empty() ? QString() : m_rows.front()->message(); }

QStringList InfoBar::messages() const
{
    QStringList all;
    for (const Row* row : m_rows) all << row->message();
    return all;
}

bool InfoBar::follow(const QString& text)
{
    for (const Row* row : m_rows)
        for (QToolButton* button : row->findChildren<QToolButton*>())
            if (button->text() == text) return button->click(), true;
    return false;
}

} // namespace ui
