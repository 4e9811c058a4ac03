#include "ui/window/panel_stack.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>

namespace ui {

PanelStack::PanelStack(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabBar(this))
    , m_stack(new QStackedWidget(this))
    , m_corners(new QStackedWidget(this))
{
    setAccessibleName(name);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_row = new QHBoxLayout;
    m_row->setContentsMargins(2, 0, 6, 0);
    m_row->setSpacing(4);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_row->addWidget(m_tabs, 1);
    m_row->addWidget(m_corners, 0);
    m_corners->setFixedHeight(static_cast<int>(Theme::number("size.tabBar")) - 1);
    m_corners->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    column->addLayout(m_row);
    column->addWidget(m_stack, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        if (index < 0) return;
        m_stack->setCurrentIndex(index);
        m_corners->setCurrentIndex(index);
        Q_EMIT currentChanged(m_stack->currentWidget());
    });
    connect(m_tabs, &QTabBar::tabBarDoubleClicked, this, &PanelStack::maximiseRequested);
}

int PanelStack::addPanel(const QString& title, QWidget* panel, QWidget* corner, const QIcon& icon)
{
    m_stack->addWidget(panel);
    m_corners->addWidget(corner ? corner : new QWidget);
    return icon.isNull() ? m_tabs->addTab(title) : m_tabs->addTab(icon, title);
}

void PanelStack::removePanel(QWidget* panel)
{
    const int index = m_stack->indexOf(panel);
    if (index < 0) return;
    m_stack->removeWidget(panel);
    QWidget* corner = m_corners->widget(index);
    m_corners->removeWidget(corner);
    corner->deleteLater();
    m_tabs->removeTab(index);
    panel->deleteLater();
}

void PanelStack::setClosable(QWidget* panel, std::function<void()> close)
{
    auto* cross = new QToolButton(m_tabs);
    cross->setAutoRaise(true);
    cross->setIcon(glyphIcon(QStringLiteral("x"), QStringLiteral("muted")));
    cross->setIconSize(QSize(10, 10));
    cross->setFixedSize(18, 18);
    cross->setToolTip(tr("Close"));
    cross->setAccessibleName(tr("Close %1").arg(m_tabs->tabText(m_stack->indexOf(panel))));
    connect(cross, &QToolButton::clicked, this, [close = std::move(close)] { QTimer::singleShot(0, close); });
    m_tabs->setTabButton(m_stack->indexOf(panel), QTabBar::RightSide, cross);
}

void PanelStack::setTitle(QWidget* panel, const QString& title)
{
    const int index = m_stack->indexOf(panel);
    if (index >= 0 && m_tabs->tabText(index) != title) m_tabs->setTabText(index, title);
}

void PanelStack::setCurrent(QWidget* panel)
{
    const int index = m_stack->indexOf(panel);
    if (index >= 0) m_tabs->setCurrentIndex(index);
}

void PanelStack::setTabShown(QWidget* panel, bool shown)
{
    const int index = m_stack->indexOf(panel);
    if (index >= 0) m_tabs->setTabVisible(index, shown);
}

QWidget* PanelStack::current() const { return m_stack->currentWidget(); }
int PanelStack::count() const { return m_stack->count(); }
QWidget* PanelStack::panel(int index) const { return m_stack->widget(index); }
void PanelStack::addCorner(QWidget* widget) { m_row->addWidget(widget); }

void PanelStack::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme& theme = Theme::current();
    const int bottom = m_stack->geometry().top() - 1;
    painter.fillRect(QRect(0, 0, width(), bottom + 1), theme.color("surface"));
    painter.fillRect(QRect(0, bottom, width(), 1), theme.color("line"));
    painter.fillRect(QRect(0, bottom + 1, width(), height()), theme.color("raised"));
}

} // namespace ui
