#include "ui/graph/graph_accessible.h"

#include "ui/graph/graph_view.h"

namespace ui {

namespace {

QString kindName(model::graph::NodeKind kind)
{
    using model::graph::NodeKind;
    switch (kind) {
    case NodeKind::Listener: return QObject::tr("Listener");
    case NodeKind::FilterChain: return QObject::tr("Filter chain");
    case NodeKind::Manager: return QObject::tr("HTTP manager");
    case NodeKind::TcpProxy: return QObject::tr("TCP proxy");
    case NodeKind::VirtualHost: return QObject::tr("Virtual host");
    case NodeKind::Route: return QObject::tr("Route");
    case NodeKind::Cluster: return QObject::tr("Cluster");
    case NodeKind::Endpoint: return QObject::tr("Endpoint");
    case NodeKind::Secret: return QObject::tr("Secret");
    case NodeKind::Proxy: return QObject::tr("Proxy");
    default: return QObject::tr("Client");
    }
}

} // namespace

/// One node: its name says kind, title, proxy and what is wrong; it can be selected, edited and shown in the text.
class GraphAccessible::Node final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    Node(GraphView& view, int index) : m_view(view), m_index(index) {}
    bool isValid() const override { return m_index < static_cast<int>(scene().nodeItems().size()); }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_view.window()->windowHandle(); }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(&m_view); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    void setText(QAccessible::Text, const QString&) override {}
    int index() const { return m_index; }

    QString text(QAccessible::Text what) const override
    {
        const auto& node = scene().node(m_index);
        if (what == QAccessible::Description) {
            const QString live = item().state.live;
            return QString::fromStdString(node.subtitle) + (live.isEmpty() ? QString() : QStringLiteral(", ") + live);
        }
        if (what != QAccessible::Name) return {};
        QStringList words{node.order >= 0 ? kindName(node.kind) + u' ' + QString::number(node.order + 1)
                                          : kindName(node.kind),
                          QString::fromStdString(node.title), QString::fromStdString(node.proxy)};
        if (node.unresolved) words << QObject::tr("not defined");
        if (item().state.nacked) words << QObject::tr("rejected by the proxy");
        if (item().state.severity)
            words << QString::number(item().state.problems) + u' ' +
                         QString::fromLatin1(model::name(*item().state.severity));
        return words.join(QStringLiteral(", "));
    }

    QRect rect() const override
    {
        const QRect inView = m_view.mapFromScene(item().mapRectToScene(item().body())).boundingRect();
        return {m_view.viewport()->mapToGlobal(inView.topLeft()), inView.size()};
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.selectable = state.focusable = true;
        state.selected = item().isSelected();
        state.focused = m_view.hasFocus() && scene().currentNode() == m_index;
        state.offscreen = !m_view.visibleArea().intersects(item().mapRectToScene(item().body()));
        return state;
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction(), editName(), textName()}; }
    QStringList keyBindingsForAction(const QString& name) const override
    {
        return {name == editName() ? QStringLiteral("Return") : QString()};
    }
    QString localizedActionName(const QString& name) const override
    {
        return name == editName()   ? QObject::tr("Edit in form")
               : name == textName() ? QObject::tr("Go to text")
                                    : QObject::tr("Select");
    }
    void doAction(const QString& name) override
    {
        m_view.graphScene().choose(m_index);
        if (name == editName()) Q_EMIT m_view.editRequested();
        if (name == textName()) Q_EMIT m_view.textRequested();
    }

private:
    static QString editName() { return QStringLiteral("edit"); }
    static QString textName() { return QStringLiteral("goToText"); }
    const GraphScene& scene() const { return m_view.graphScene(); }
    const NodeItem& item() const { return *scene().nodeItems()[static_cast<std::size_t>(m_index)]; }

    GraphView& m_view;
    int m_index;
};

GraphAccessible::GraphAccessible(GraphView& view) : QAccessibleWidget(&view, QAccessible::List), m_view(view)
{
    QObject::connect(&view.graphScene(), &GraphScene::laidOut, &view, [&view] {
        auto* self = dynamic_cast<GraphAccessible*>(QAccessible::queryAccessibleInterface(&view));
        if (self) self->forget();
    });
}

GraphAccessible::~GraphAccessible() { forget(); }

void GraphAccessible::install()
{
    static const bool once = [] {
        QAccessible::installFactory([](const QString&, QObject* object) -> QAccessibleInterface* {
            auto* view = qobject_cast<GraphView*>(object);
            return view ? new GraphAccessible(*view) : nullptr;
        });
        return true;
    }();
    Q_UNUSED(once)
}

void GraphAccessible::forget()
{
    for (const QAccessible::Id id : m_children)
        if (id) QAccessible::deleteAccessibleInterface(id);
    m_children.clear();
}

int GraphAccessible::childCount() const { return static_cast<int>(m_view.graphScene().nodeItems().size()); }

QAccessibleInterface* GraphAccessible::child(int index) const
{
    if (index < 0 || index >= childCount()) return nullptr;
    m_children.resize(static_cast<std::size_t>(childCount()), 0);
    QAccessible::Id& id = m_children[static_cast<std::size_t>(index)];
    if (!id) id = QAccessible::registerAccessibleInterface(new Node(m_view, index));
    return QAccessible::accessibleInterface(id);
}

int GraphAccessible::indexOfChild(const QAccessibleInterface* child) const
{
    const auto* node = dynamic_cast<const Node*>(child);
    return node ? node->index() : -1;
}

QAccessibleInterface* GraphAccessible::childAt(int x, int y) const
{
    for (int i = 0; i < childCount(); ++i)
        if (child(i)->rect().contains(x, y)) return child(i);
    return nullptr;
}

QAccessibleInterface* GraphAccessible::focusChild() const { return child(m_view.graphScene().currentNode()); }

QString GraphAccessible::text(QAccessible::Text what) const
{
    if (what == QAccessible::Description) return QObject::tr("%1 nodes; arrows move between them").arg(childCount());
    return QAccessibleWidget::text(what);
}

} // namespace ui
