#include "ui/push/push_flow.h"

#include "ui/push/proxy_card.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::State;

namespace {
constexpr int headerHeight = 50, stepHeight = 27;
}

/// The five steps below each other, joined by a line: glyph, name, what is known.
class PushFlow::Stepper final : public QWidget {
public:
    explicit Stepper(QWidget* parent) : QWidget(parent) { setFixedHeight(5 * stepHeight + 16); }
    void show(std::vector<FlowStep> steps)
    {
        m_steps = std::move(steps);
        QStringList words;
        for (const FlowStep& step : m_steps) words << step.name + u": "_s + step.text;
        setAccessibleName(words.join(u", "_s));
        setToolTip(words.join(u'\n'));
        update();
    }
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        for (std::size_t i = 0; i < m_steps.size(); ++i) paintStep(painter, static_cast<int>(i), m_steps[i]);
    }

private:
    void paintStep(QPainter& painter, int index, const FlowStep& step)
    {
        const Theme& theme = Theme::current();
        const int top = 8 + index * stepHeight;
        constexpr const char* glyphs[] = {"minus", "timeout", "ok", "error"};
        constexpr const char* inks[] = {"muted", "accent", "health.healthy", "severity.error"};
        const auto state = static_cast<std::size_t>(step.state);
        painter.setPen(QPen(theme.color("line"), 1));
        if (index + 1 < static_cast<int>(m_steps.size())) painter.drawLine(20, top + 21, 20, top + stepHeight + 4);
        paintGlyph(painter, QString::fromLatin1(glyphs[state]), QRectF(13, top + 6, 14, 14), theme.color(inks[state]));
        const bool isNow = step.state == FlowStep::State::Active || step.state == FlowStep::State::Failed;
        painter.setFont(Theme::font(12.5, isNow));
        painter.setPen(theme.color(step.state == FlowStep::State::Waiting ? "muted" : "text"));
        painter.drawText(QRect(38, top, 76, stepHeight), Qt::AlignVCenter, step.name);
        painter.setFont(Theme::font(11));
        painter.setPen(theme.color(step.state == FlowStep::State::Failed ? "severity.error" : "muted"));
        const QRect room(118, top, width() - 126, stepHeight);
        painter.drawText(room, Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(step.text, Qt::ElideRight, room.width()));
    }
    std::vector<FlowStep> m_steps;
};

PushFlow::PushFlow(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Push"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildHeader(*column);
    m_stepper = new Stepper(this);
    column->addWidget(m_stepper);
    buildCards(*column);
    buildButtons(*column);
    m_age.setInterval(1000);
    connect(&m_age, &QTimer::timeout, this, &PushFlow::refresh);
    refresh();
}

void PushFlow::buildHeader(QVBoxLayout& column)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(51, 6, 6, 6);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    m_title = new QLabel(this);
    m_title->setFont(Theme::font(13.5, true));
    m_summary = new QLabel(this);
    m_summary->setFont(Theme::font(11));
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {m_title, m_summary}) {
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        words->addWidget(label);
    }
    auto* close = new QToolButton(this);
    close->setAutoRaise(true);
    close->setIcon(glyphIcon(u"x"_s));
    close->setToolTip(tr("Back to what is selected (Esc)"));
    close->setAccessibleName(tr("Close the push"));
    connect(close, &QToolButton::clicked, this, &PushFlow::left);
    row->addLayout(words, 1);
    row->addWidget(close);
    column.addLayout(row);
}

void PushFlow::buildCards(QVBoxLayout& column)
{
    auto* heading = new QLabel(tr("Proxies, upstream first"), this);
    heading->setFont(Theme::font(11, true));
    heading->setForegroundRole(QPalette::PlaceholderText);
    heading->setContentsMargins(12, 8, 12, 2);
    column.addWidget(heading);
    auto* area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setAccessibleName(tr("Proxies"));
    auto* page = new QWidget(area);
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins(12, 4, 12, 8);
    m_column->setSpacing(8);
    m_column->addStretch();
    area->setWidget(page);
    m_area = area;
    column.addWidget(area, 1);
}

void PushFlow::buildButtons(QVBoxLayout& column)
{
    m_rollBack = new QPushButton(this);
    m_again = new QPushButton(tr("Push again"), this);
    m_again->setIcon(glyphIcon(u"push"_s));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 10, 12, 10);
    row->addWidget(m_rollBack);
    row->addStretch(1);
    row->addWidget(m_again);
    column.addLayout(row);
    connect(m_rollBack, &QPushButton::clicked, this, [this] { Q_EMIT rollBackRequested(m_rollBackTo); });
    connect(m_again, &QPushButton::clicked, this, &PushFlow::reviewRequested);
}

void PushFlow::showReview(const Review& review)
{
    m_flow.review = review;
    m_flow.seen = QTime::currentTime();
    m_flow.pushed = 0;
    refresh();
}

void PushFlow::showPushed(int version)
{
    m_flow.pushed = version;
    refresh();
}

void PushFlow::showStatuses(const std::vector<model::push::ProxyStatus>& statuses)
{
    m_flow.statuses = statuses;
    refresh();
}

void PushFlow::setActions(int rollBackTo, const QString& obstacle)
{
    m_rollBackTo = rollBackTo;
    m_rollBack->setVisible(rollBackTo > 0);
    m_rollBack->setText(tr("Roll back to v%1").arg(rollBackTo));
    m_again->setEnabled(obstacle.isEmpty());
    m_again->setToolTip(obstacle.isEmpty() ? tr("Shows the changes again, then pushes them") : obstacle);
}

void PushFlow::refresh()
{
    const Review& review = m_flow.review;
    const int version = m_flow.pushed > 0 ? m_flow.pushed : review.version;
    m_title->setText(review.contentOf > 0 ? tr("Roll back to v%1, as v%2").arg(review.contentOf).arg(version)
                                          : tr("Push v%1").arg(version));
    m_summary->setText(summaryOf(m_flow));
    m_stepper->show(stepsOf(m_flow));
    m_rollBack->setProperty("primary", m_flow.pushed > 0 && m_flow.count(State::Nacked) > 0);
    m_rollBack->update();
    m_again->setVisible(m_flow.pushed > 0);
    const auto proxies = m_flow.inOrder();
    while (m_cards.size() > proxies.size()) {
        delete m_cards.back();
        m_cards.pop_back();
    }
    const double now = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
    bool open = false;
    for (std::size_t i = 0; i < proxies.size(); ++i) {
        if (i == m_cards.size()) {
            m_cards.push_back(new ProxyCard(m_column->parentWidget()));
            m_column->insertWidget(static_cast<int>(i), m_cards.back());
            connect(m_cards.back(), &ProxyCard::activated, this, &PushFlow::proxyActivated);
        }
        m_cards[i]->show(proxies[i], now);
        open |= proxies[i].state == State::Sent || proxies[i].state == State::Warming;
    }
    if (open != m_age.isActive()) open ? m_age.start() : m_age.stop();
    update();
}

void PushFlow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) return Q_EMIT left();
    QWidget::keyPressEvent(event);
}

void PushFlow::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color("raised"));
    painter.fillRect(QRect(0, 0, width(), headerHeight), theme.color("surface"));
    painter.fillRect(QRect(0, headerHeight, width(), 1), theme.color("line"));
    painter.fillRect(QRect(0, m_stepper->geometry().bottom(), width(), 1), theme.color("line"));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.color("severityTint.advice"));
    painter.drawRoundedRect(QRectF(12, 10, 30, 30), 5, 5);
    paintGlyph(painter, u"push"_s, QRectF(19, 17, 16, 16), theme.color("accent"));
    const int foot = m_area->geometry().bottom() + 1;
    painter.fillRect(QRect(0, foot, width(), height() - foot), theme.color("surface"));
    painter.fillRect(QRect(0, foot, width(), 1), theme.color("line"));
}

} // namespace ui::push
