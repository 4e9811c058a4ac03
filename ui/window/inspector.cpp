#include "ui/window/inspector.h"

#include "ui/style/glyph.h"
#include "ui/style/theme.h"
#include "ui/window/form_panel.h"
#include "ui/window/panel_stack.h"

#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

namespace ui {

namespace {
constexpr int headerHeight = 50;
}

Inspector::Inspector(Project& project, QWidget* parent)
    : QWidget(parent)
    , m_project(project)
    , m_title(new QLabel(this))
    , m_where(new QLabel(this))
    , m_panels(new PanelStack(tr("Inspector"), this))
    , m_form(new FormPanel(project))
    , m_references(new QListWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* header = new QVBoxLayout;
    header->setContentsMargins(51, 6, 12, 6);
    header->setSpacing(0);
    m_title->setFont(Theme::font(13.5, true));
    m_where->setFont(Theme::font(11));
    m_where->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {m_title, m_where}) {
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        header->addWidget(label);
    }
    column->addLayout(header);
    column->addWidget(m_panels, 1);
    m_references->setFrameShape(QFrame::NoFrame);
    m_panels->addPanel(tr("Form"), m_form);
    m_panels->addPanel(tr("References"), m_references);
    connect(m_references, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { m_project.selectNode(item->data(Qt::UserRole).toInt()); });
    connect(&project.selection(), &Selection::changed, this, &Inspector::follow);
    connect(&project, &Project::graphChanged, this, &Inspector::follow);
    follow();
}

void Inspector::follow()
{
    const int index = m_project.selectedNode();
    const Document* document = m_project.selection().document();
    m_kind.clear();
    if (index >= 0) {
        const auto& node = m_project.graph()->nodes[static_cast<std::size_t>(index)];
        m_kind = QString::fromLatin1(model::graph::name(node.kind));
        const QString title = QString::fromStdString(node.title);
        m_title->setText(node.order >= 0 ? tr("Route %1 · %2").arg(node.order + 1).arg(title) : title);
        m_where->setText(QString::fromStdString(node.proxy) + QStringLiteral(" › ") +
                         QString::fromStdString(node.subtitle));
    } else {
        m_title->setText(document ? document->title() : tr("Nothing selected"));
        m_where->setText(document ? document->fileName() : tr("Choose a node, a row or a line"));
    }
    m_where->setToolTip(m_project.selection().path());
    fillReferences();
    update();
}

void Inspector::openForm()
{
    m_panels->setCurrent(m_form);
    m_form->focusSelection();
}

void Inspector::fillReferences()
{
    m_references->clear();
    const int index = m_project.selectedNode();
    const auto& graph = *m_project.graph();
    for (const auto& edge : graph.edges) {
        if (index < 0 || (edge.from != index && edge.to != index)) continue;
        const int other = edge.from == index ? edge.to : edge.from;
        const auto& node = graph.nodes[static_cast<std::size_t>(other)];
        const QString kind = QString::fromLatin1(model::graph::name(node.kind));
        const QString arrow = edge.from == index ? QStringLiteral("→ ") : QStringLiteral("← ");
        auto* item = new QListWidgetItem(glyphIcon(kind, u"kind." + kind),
                                         arrow + QString::fromStdString(node.title) + QStringLiteral("  ") +
                                             QString::fromStdString(node.proxy),
                                         m_references);
        item->setData(Qt::UserRole, other);
    }
}

void Inspector::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color("raised"));
    painter.fillRect(QRect(0, 0, width(), headerHeight), theme.color("surface"));
    if (m_kind.isEmpty()) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.kindTint(m_kind));
    painter.drawRoundedRect(QRectF(12, 10, 30, 30), 5, 5);
    paintGlyph(painter, m_kind, QRectF(19, 17, 16, 16), theme.kind(m_kind), theme.kindTint(m_kind));
}

} // namespace ui
