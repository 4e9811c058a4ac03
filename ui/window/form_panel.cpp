#include "ui/window/form_panel.h"

#include "ui/forms/node_form.h"

#include <QTimer>
#include <QVBoxLayout>

namespace ui {

namespace source = model::source;
using forms::NodeForm;
using model::graph::NodeKind;

QStringList clusterNames(const Project& project, const Document* document)
{
    QStringList names;
    const int index = project.indexOf(document);
    for (const auto& node : project.graph()->nodes)
        if (node.document == index && node.kind == NodeKind::Cluster && !node.unresolved)
            names << QString::fromStdString(node.resource);
    names.removeDuplicates();
    return names;
}

FormPanel::FormPanel(Project& project, QWidget* parent)
    : QWidget(parent)
    , m_project(project)
    , m_form(new NodeForm(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_form);
    setFocusProxy(m_form);
    connectForm();
    connect(&project.selection(), &Selection::changed, this, &FormPanel::schedule);
    connect(&project, &Project::graphChanged, this, &FormPanel::schedule);
    connect(&project, &Project::findingsChanged, this, &FormPanel::schedule);
    connect(&project, &Project::documentAdded, this,
            [this](Document* document) { connect(document, &Document::revisionChanged, this, &FormPanel::schedule); });
    for (Document* document : project.documents())
        connect(document, &Document::revisionChanged, this, &FormPanel::schedule);
    follow();
}

void FormPanel::connectForm()
{
    connect(m_form, &NodeForm::spliceRequested, this,
            [this](const QString& label, const QString& path, const QString& yaml) {
                edit(label, [&](const auto& revision) {
                    return source::set(revision, path.toStdString(), yaml.toStdString());
                });
            });
    connect(m_form, &NodeForm::clearRequested, this, [this](const QString& label, const QString& path) {
        edit(label, [&](const auto& revision) { return source::clear(revision, path.toStdString()); });
    });
    connect(m_form, &NodeForm::insertRequested, this,
            [this](const QString& label, const QString& list, int position, const QString& yaml) {
                edit(label, [&](const auto& revision) {
                    return source::insert(revision, list.toStdString(), position, yaml.toStdString());
                });
            });
    connect(m_form, &NodeForm::moveRequested, this, [this](const QString& label, const QString& item, int position) {
        edit(label, [&](const auto& revision) { return source::move(revision, item.toStdString(), position); });
    });
    connect(m_form, &NodeForm::fixRequested, this, [this](const model::Fix& fix) {
        edit(QString::fromStdString(fix.label), [&](const auto& revision) { return source::fix(revision, fix); });
    });
    connect(m_form, &NodeForm::switchRequested, this, &FormPanel::change);
    connect(m_form, &NodeForm::goToClusterRequested, this, &FormPanel::goToCluster);
}

void FormPanel::edit(const QString& label, const Document::Edit& edit)
{
    if (!m_document) return;
    const auto done = m_document->edit(edit, label);
    if (!done) Q_EMIT refused(QString::fromStdString(done.error().text()));
    schedule();
}

// A oneof changes its case: what stood there goes and the other comes, as one step.
void FormPanel::change(const QString& label, const QString& from, const QString& to, const QString& yaml)
{
    if (!m_document) return;
    source::RevisionPtr revision = m_document->settle();
    if (!from.isEmpty()) {
        const auto cleared = source::clear(*revision, from.toStdString());
        if (!cleared) return Q_EMIT refused(QString::fromStdString(cleared.error().text()));
        revision = source::Revision::next(revision, source::apply(revision->text(), *cleared));
    }
    std::string text = revision->text();
    if (!to.isEmpty()) {
        const auto set = source::set(*revision, to.toStdString(), yaml.toStdString());
        if (!set) return Q_EMIT refused(QString::fromStdString(set.error().text()));
        text = source::apply(text, *set);
    }
    m_document->apply(std::move(text), label);
}

void FormPanel::goToCluster(const QString& name)
{
    const auto& nodes = m_project.graph()->nodes;
    const int document = m_project.indexOf(m_document);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].kind == NodeKind::Cluster && nodes[i].document == document &&
            nodes[i].resource == name.toStdString())
            return m_project.selectNode(static_cast<int>(i));
    Q_EMIT refused(tr("No cluster is named '%1'").arg(name));
}

// Later, because the form must not be rebuilt while one of its fields still speaks.
void FormPanel::schedule()
{
    if (m_scheduled) return;
    m_scheduled = true;
    QTimer::singleShot(0, this, [this] {
        m_scheduled = false;
        follow();
    });
}

void FormPanel::follow()
{
    m_document = m_project.selection().document();
    m_form->setEnabled(m_document);
    if (!m_document) return m_form->show(nullptr, {});
    QString path = m_project.selection().path();
    const int node = m_project.selectedNode();
    if (node >= 0) path = QString::fromStdString(m_project.graph()->nodes[static_cast<std::size_t>(node)].path);
    m_form->setFileName(m_document->title());
    m_form->setClusters(clusterNames(m_project, m_document));
    QString told;
    for (const auto& finding : m_document->findings())
        told += QString::fromStdString(finding.code + ' ' + finding.path + ' ' + finding.message + '\n');
    if (told != m_told) m_form->setFindings(m_document->findings());
    m_told = told;
    m_form->setDifferences(m_running.value(m_document->isReadOnly() ? QString() : m_document->proxyName()));
    m_form->show(m_document->revision(), path);
}

void FormPanel::setDifferences(const QHash<QString, QHash<QString, QString>>& running)
{
    m_running = running;
    schedule();
}

void FormPanel::focusSelection()
{
    follow();
    m_form->focusField(m_project.selection().path());
    if (m_form->isAncestorOf(m_form->focusWidget())) return;
    for (QWidget* child : m_form->findChildren<QWidget*>())
        if (child->focusPolicy() & Qt::TabFocus && child->isVisible()) return child->setFocus(Qt::OtherFocusReason);
}

} // namespace ui
