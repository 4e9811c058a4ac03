#include "ui/window/panel_stack.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPointer>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>

#include <utility>

namespace ui {

namespace {

/// A window around one detached panel; gives it back to the stack that it came from.
class DetachedPanel final : public QWidget {
public:
    DetachedPanel(PanelStack& home, const QString& title) : QWidget(home.window(), Qt::Window), m_home(&home)
    {
        setAttribute(Qt::WA_DeleteOnClose);
        setWindowTitle(title);
        resize(720, 420);
        m_stack = new PanelStack(title, this);
        m_stack->setMovable(true);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->addWidget(m_stack);
        connect(m_stack, &PanelStack::emptied, this, [this](bool isEmpty) {
            if (isEmpty) close();
        });
    }
    PanelStack& stack() { return *m_stack; }

protected:
    void closeEvent(QCloseEvent* event) override
    {
        while (m_home && m_stack->count() > 0) m_home->adopt(m_stack->panel(0));
        QWidget::closeEvent(event);
    }

private:
    QPointer<PanelStack> m_home;
    PanelStack* m_stack;
};

} // namespace

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
    m_tabs->setElideMode(Qt::ElideNone); // Rather scrolled than "P…t".
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
    m_tabs->installEventFilter(this);
    m_tabs->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tabs, &QWidget::customContextMenuRequested, this, &PanelStack::showMenu);
}

int PanelStack::addPanel(const QString& title, QWidget* panel, QWidget* corner, const QIcon& icon)
{
    put(panel, {title, icon, corner ? corner : new QWidget}, -1);
    return m_stack->indexOf(panel);
}

void PanelStack::removePanel(QWidget* panel)
{
    if (m_stack->indexOf(panel) < 0) return;
    take(panel).corner->deleteLater();
    panel->deleteLater();
}

// Tabs, panels and corners keep one order; the tab goes last and comes last, so that what it shows is there.
PanelStack::Part PanelStack::take(QWidget* panel)
{
    const int index = m_stack->indexOf(panel);
    Part part{m_tabs->tabText(index), m_tabs->tabIcon(index), m_corners->widget(index)};
    m_stack->removeWidget(panel);
    m_corners->removeWidget(part.corner);
    m_tabs->removeTab(index);
    if (count() == 0) Q_EMIT emptied(true);
    return part;
}

void PanelStack::put(QWidget* panel, const Part& part, int index)
{
    const int at = index < 0 || index > count() ? count() : index;
    m_stack->insertWidget(at, panel);
    m_corners->insertWidget(at, part.corner);
    m_tabs->insertTab(at, part.icon, part.title);
    m_stack->setCurrentIndex(m_tabs->currentIndex());
    m_corners->setCurrentIndex(m_tabs->currentIndex());
    if (count() == 1) Q_EMIT emptied(false);
}

PanelStack* PanelStack::of(const QWidget* panel)
{
    for (QWidget* up = panel ? panel->parentWidget() : nullptr; up; up = up->parentWidget())
        if (auto* stack = qobject_cast<PanelStack*>(up)) return stack;
    return nullptr;
}

void PanelStack::adopt(QWidget* panel, int index)
{
    PanelStack* from = of(panel);
    if (!from || from->m_stack->indexOf(panel) < 0) return;
    const Part part = from->take(panel);
    put(panel, part, index);
    setCurrent(panel);
}

QWidget* PanelStack::detach(QWidget* panel)
{
    const int index = m_stack->indexOf(panel);
    if (index < 0) return nullptr;
    auto* own = new DetachedPanel(*this, m_tabs->tabText(index));
    own->stack().adopt(panel);
    own->show();
    return own;
}

void PanelStack::showMenu(const QPoint& at)
{
    const int index = m_tabs->tabAt(at);
    if (index < 0) return;
    QMenu menu(this);
    menu.addAction(tr("Maximise or restore"), this, &PanelStack::maximiseRequested);
    QAction* detachAction = menu.addAction(tr("Detach"), this, [this, index] { detach(panel(index)); });
    detachAction->setVisible(m_movable);
    menu.exec(m_tabs->mapToGlobal(at));
}

PanelStack* PanelStack::movableAt(const QPoint& global)
{
    for (QWidget* at = QApplication::widgetAt(global); at; at = at->parentWidget())
        if (auto* stack = qobject_cast<PanelStack*>(at)) return stack->m_movable ? stack : nullptr;
    return nullptr;
}

void PanelStack::setTarget(bool isTarget)
{
    m_isTarget = isTarget;
    update();
}

void PanelStack::dragTo(const QPoint& global)
{
    PanelStack* over = movableAt(global);
    if (m_over && m_over != over) m_over->setTarget(false);
    m_over = over == this ? nullptr : over;
    if (m_over) m_over->setTarget(true);
    m_tabs->setCursor(m_over || over == this ? Qt::ClosedHandCursor : Qt::ForbiddenCursor);
}

void PanelStack::drop(const QPoint& global)
{
    QWidget* panel = std::exchange(m_dragged, nullptr);
    m_tabs->unsetCursor();
    if (m_over) m_over->setTarget(false);
    m_over = nullptr;
    PanelStack* target = movableAt(global);
    if (!panel || !target || target == this) return;
    target->adopt(panel, target->m_tabs->tabAt(target->m_tabs->mapFromGlobal(global)));
}

// The pointer is grabbed from press to release: all moves come here, wherever it is.
bool PanelStack::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_tabs || !m_movable) return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::MouseButtonPress) {
        m_pressed = static_cast<QMouseEvent*>(event)->position().toPoint();
        m_dragged = nullptr;
    } else if (event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const bool far =
            (mouse->position().toPoint() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
        if (!m_dragged && far && mouse->buttons() & Qt::LeftButton) m_dragged = panel(m_tabs->tabAt(m_pressed));
        if (m_dragged) dragTo(mouse->globalPosition().toPoint());
    } else if (event->type() == QEvent::MouseButtonRelease && m_dragged) {
        drop(static_cast<QMouseEvent*>(event)->globalPosition().toPoint());
    }
    return QWidget::eventFilter(watched, event);
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
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme.color("line")); // Seen where it lies over the canvas.
    if (m_isTarget) painter.fillRect(QRect(0, bottom - 1, width(), 2), theme.color("accent"));
}

} // namespace ui
