#include "ui/window/regions.h"

#include "ui/window/panel_stack.h"
#include "ui/window/rail.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLayout>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>

#include <algorithm>
#include <tuple>
#include <utility>

namespace ui {

namespace {
constexpr int stateVersion = 2;
constexpr int narrowWidth = 1100, railWidth = 28, leftWidth = 220, overWidth = 264;
constexpr int sideWidth = 288, sideNarrow = 264, bottomHeight = 244, bottomNarrow = 212;

/// A larger window gives about a quarter of what it has more to the side regions (ui README section 2).
int grown(int least, int more, int percent) { return least + std::max(0, more) * percent / 100; }
} // namespace

Regions::Regions(Parts parts, QWidget* window)
    : QObject(window)
    , m_parts(parts)
    , m_window(window)
    , m_escape(new QShortcut(QKeySequence(Qt::Key_Escape), window))
{
    const std::tuple<QSplitter*, int, int> shares[] = {
        {parts.outer, 85, 15}, {parts.inner, 73, 27}, {parts.upper, 12, 88}, {parts.lower, 56, 44}};
    for (const auto& [splitter, first, second] : shares) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(1);
        splitter->setStretchFactor(0, first);
        splitter->setStretchFactor(1, second);
    }
    for (PanelStack* stack : {parts.left, parts.bottomLeft, parts.bottomRight}) {
        stack->setMovable(true);
        connect(stack, &PanelStack::emptied, stack, [this, stack](bool isEmpty) {
            if (stack != m_parts.left) stack->setVisible(!isEmpty);
            else showLeft(!isEmpty && m_leftWanted && !m_narrow);
        });
    }
    for (PanelStack* stack : stacks())
        connect(stack, &PanelStack::maximiseRequested, this, [this, stack] { maximise(stack); });
    parts.rail->hide();
    connect(parts.rail, &Rail::chosen, this, &Regions::openLeft);
    parts.canvasArea->installEventFilter(this);
    m_escape->setEnabled(false);
    connect(m_escape, &QShortcut::activated, this, &Regions::restore);
    connect(m_escape, &QShortcut::activatedAmbiguously, this, &Regions::restore);
    defaultSizes();
}

std::vector<PanelStack*> Regions::stacks() const
{
    return {m_parts.left, m_parts.canvas, m_parts.bottomLeft, m_parts.bottomRight};
}

void Regions::defaultSizes()
{
    const int width = m_window->width(), height = m_window->height();
    const int side = m_narrow ? sideNarrow : grown(sideWidth, width - 1280, 15);
    const int left = grown(leftWidth, width - 1280, 10);
    const int bottom = m_narrow ? bottomNarrow : grown(bottomHeight, height - 800, 27);
    m_parts.outer->setSizes({width - side, side});
    m_parts.inner->setSizes({height - 104 - bottom, bottom});
    m_parts.upper->setSizes({left, width - side - left});
    m_parts.lower->setSizes({(width - side) * 56 / 100, (width - side) * 44 / 100});
}

// A small window gives the room of the left region to the graph; a larger one gives it back, unless the user hid it.
void Regions::fitWindow()
{
    const bool narrow = m_window->width() < narrowWidth;
    if (narrow == m_narrow) return placeLeft();
    restore();
    closeLeft();
    m_narrow = narrow;
    showLeft(!narrow && m_leftWanted);
    joinBottom(narrow);
    defaultSizes();
}

void Regions::joinBottom(bool join)
{
    if (join) {
        QWidget* shown = m_parts.bottomLeft->current();
        while (m_parts.bottomRight->count() > 0) {
            m_joined.emplace_back(m_parts.bottomRight->panel(0));
            m_parts.bottomLeft->adopt(m_parts.bottomRight->panel(0));
        }
        m_parts.bottomLeft->setCurrent(shown);
        return;
    }
    for (const auto& panel : m_joined)
        if (panel && PanelStack::of(panel) == m_parts.bottomLeft) m_parts.bottomRight->adopt(panel);
    m_joined.clear();
    if (m_parts.bottomRight->count() > 0) m_parts.bottomRight->setCurrent(m_parts.bottomRight->panel(0));
}

void Regions::showLeft(bool shown)
{
    if (m_over) closeLeft();
    m_parts.left->setVisible(shown);
    m_parts.rail->setVisible(!shown && m_parts.left->count() > 0);
}

void Regions::openLeft(int tab)
{
    m_parts.left->tabs().setCurrentIndex(tab);
    if (!m_narrow) {
        m_leftWanted = true;
        showLeft(true);
    } else if (!m_over) {
        m_over = true;
        m_parts.left->setParent(m_parts.canvasArea);
        m_parts.left->layout()->setContentsMargins(0, 0, 1, 0);
        placeLeft();
        m_parts.left->show();
        m_parts.left->raise();
        qApp->installEventFilter(this);
    }
    if (m_parts.left->current()) m_parts.left->current()->setFocus(Qt::OtherFocusReason);
}

void Regions::placeLeft()
{
    if (m_over) m_parts.left->setGeometry(railWidth, 0, overWidth, m_parts.canvasArea->height());
}

void Regions::closeLeft()
{
    if (!m_over) return;
    m_over = false;
    qApp->removeEventFilter(this);
    m_parts.left->hide();
    m_parts.left->layout()->setContentsMargins(0, 0, 0, 0);
    m_parts.upper->insertWidget(0, m_parts.left);
}

// What lies over the canvas goes when the user turns to something else.
bool Regions::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_parts.canvasArea && event->type() == QEvent::Resize) placeLeft();
    if (!m_over) return QObject::eventFilter(watched, event);
    auto* widget = qobject_cast<QWidget*>(watched);
    const bool inside = widget && (widget == m_parts.left || m_parts.left->isAncestorOf(widget) ||
                                   widget == m_parts.rail || widget->window() != m_window);
    if (event->type() == QEvent::MouseButtonPress && widget && !inside) closeLeft();
    if (event->type() == QEvent::KeyPress && inside && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        closeLeft();
        return true;
    }
    return QObject::eventFilter(watched, event);
}

void Regions::toggleSides()
{
    restore();
    const bool shown = m_parts.left->isVisible() || m_parts.side->isVisible() || m_parts.lower->isVisible();
    m_parts.side->setVisible(!shown);
    m_parts.lower->setVisible(!shown);
    m_leftWanted = !shown;
    showLeft(m_leftWanted && !m_narrow);
}

void Regions::toggleBottom()
{
    restore();
    m_parts.lower->setVisible(!m_parts.lower->isVisible());
}

void Regions::maximise(PanelStack* stack)
{
    if (isMaximised()) return restore();
    const bool isBottom = stack == m_parts.bottomLeft || stack == m_parts.bottomRight;
    std::vector<QWidget*> others{m_parts.side};
    if (isBottom) {
        others.push_back(m_parts.upper);
        others.push_back(stack == m_parts.bottomLeft ? m_parts.bottomRight : m_parts.bottomLeft);
    } else {
        others.insert(others.end(), {m_parts.lower, m_parts.rail});
        others.push_back(stack == m_parts.canvas ? static_cast<QWidget*>(m_parts.left) : m_parts.canvasArea);
    }
    for (QWidget* other : others) {
        m_before.emplace_back(other, !other->isHidden());
        other->hide();
    }
    m_escape->setEnabled(true);
}

void Regions::restore()
{
    m_escape->setEnabled(false);
    for (const auto& [widget, shown] : std::exchange(m_before, {}))
        if (widget) widget->setVisible(shown);
}

void Regions::reset()
{
    restore();
    const std::pair<const char*, PanelStack*> places[] = {
        {"project", m_parts.left},        {"outline", m_parts.left},         {"changes", m_parts.left},
        {"problems", m_parts.bottomLeft}, {"endpoints", m_parts.bottomLeft}, {"chains", m_parts.bottomLeft},
        {"plots", m_parts.bottomRight},   {"pushes", m_parts.bottomRight}};
    joinBottom(false);
    for (const auto& [name, stack] : places)
        if (QWidget* found = panel(QLatin1String(name))) stack->adopt(found);
    joinBottom(m_narrow);
    for (PanelStack* stack : stacks())
        if (stack->count() > 0) stack->setCurrent(stack->panel(0));
    for (QWidget* region : std::initializer_list<QWidget*>{m_parts.side, m_parts.lower, m_parts.bottomLeft})
        region->show();
    m_leftWanted = true;
    showLeft(!m_narrow);
    defaultSizes();
}

QWidget* Regions::panel(const QString& name) const
{
    for (QWidget* widget : m_window->findChildren<QWidget*>(name))
        if (PanelStack::of(widget)) return widget;
    return nullptr;
}

void Regions::store(QSettings& settings)
{
    restore();
    settings.setValue(QStringLiteral("version"), stateVersion);
    settings.setValue(QStringLiteral("narrow"), m_narrow);
    const std::pair<const char*, QSplitter*> splitters[] = {
        {"outer", m_parts.outer}, {"inner", m_parts.inner}, {"upper", m_parts.upper}, {"lower", m_parts.lower}};
    for (const auto& [name, splitter] : splitters) settings.setValue(QLatin1String(name), splitter->saveState());
    settings.setValue(QStringLiteral("shown"),
                      QVariantList{m_leftWanted, !m_parts.side->isHidden(), !m_parts.lower->isHidden()});
    const auto all = stacks();
    for (std::size_t i = 0; i < all.size(); ++i) {
        QStringList names;
        for (int at = 0; at < all[i]->count(); ++at) names << all[i]->panel(at)->objectName();
        if (all[i]->current()) settings.setValue(QStringLiteral("current/%1").arg(i), all[i]->current()->objectName());
        if (all[i]->isMovable()) settings.setValue(QStringLiteral("panels/%1").arg(i), names);
    }
}

// A narrow window has another arrangement: what was stored of the other width is left alone.
bool Regions::load(QSettings& settings)
{
    if (settings.value(QStringLiteral("version")).toInt() != stateVersion) return false;
    if (settings.value(QStringLiteral("narrow")).toBool() != m_narrow) return false;
    const auto all = stacks();
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const QString& name : settings.value(QStringLiteral("panels/%1").arg(i)).toStringList())
            if (QWidget* found = panel(name); found && all[i]->isMovable()) all[i]->adopt(found);
    for (std::size_t i = 0; i < all.size(); ++i)
        if (QWidget* found = panel(settings.value(QStringLiteral("current/%1").arg(i)).toString());
            found && PanelStack::of(found) == all[i])
            all[i]->setCurrent(found);
    const QVariantList shown = settings.value(QStringLiteral("shown")).toList();
    m_leftWanted = shown.value(0, true).toBool();
    showLeft(m_leftWanted && !m_narrow);
    m_parts.side->setVisible(shown.value(1, true).toBool());
    m_parts.lower->setVisible(shown.value(2, true).toBool());
    const std::pair<const char*, QSplitter*> splitters[] = {
        {"outer", m_parts.outer}, {"inner", m_parts.inner}, {"upper", m_parts.upper}, {"lower", m_parts.lower}};
    for (const auto& [name, splitter] : splitters)
        splitter->restoreState(settings.value(QLatin1String(name)).toByteArray());
    return true;
}

} // namespace ui
