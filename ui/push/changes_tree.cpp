#include "ui/push/changes_tree.h"

#include "ui/push/change_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHeaderView>
#include <QPainter>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::diff::ResourceChange;

namespace {

enum Column { What, Sign, ColumnCount };
enum Role { ProxyRole = Qt::UserRole, PathRole };

QString keyOf(const QTreeWidgetItem* item)
{
    return item ? item->data(What, ProxyRole).toString() + u'|' + item->data(What, PathRole).toString() : QString();
}

} // namespace

ChangesTree::ChangesTree(QWidget* parent) : QTreeWidget(parent)
{
    setColumnCount(ColumnCount);
    setHeaderHidden(true);
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setIndentation(13);
    setIconSize(QSize(14, 14));
    setAccessibleName(tr("Changes"));
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(20);
    header()->setSectionResizeMode(What, QHeaderView::Stretch);
    header()->resizeSection(Sign, 24);
    connect(this, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        if (item && !m_building)
            Q_EMIT placeActivated(item->data(What, ProxyRole).toString(), item->data(What, PathRole).toString());
    });
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this, &ChangesTree::rebuild);
}

void ChangesTree::show(const Review& review)
{
    m_review = review;
    rebuild();
}

void ChangesTree::rebuild()
{
    const QString chosen = keyOf(currentItem());
    QStringList folded;
    for (QTreeWidgetItemIterator at(this); *at; ++at)
        if ((*at)->childCount() > 0 && !(*at)->isExpanded()) folded << keyOf(*at);
    m_building = true;
    clear();
    for (const ReviewedProxy& proxy : m_review.proxies) {
        if (proxy.changes.empty()) continue;
        auto* item = new QTreeWidgetItem(this, {proxy.name});
        item->setFont(What, Theme::font(12.5, true));
        item->setIcon(What, glyphIcon(u"proxy"_s, u"kind.proxy"_s));
        item->setData(What, ProxyRole, proxy.name);
        for (const ResourceChange& change : proxy.changes) addChange(proxy, change, item);
    }
    expandAll();
    for (QTreeWidgetItemIterator at(this); *at; ++at) {
        if (folded.contains(keyOf(*at))) (*at)->setExpanded(false);
        if (!chosen.isEmpty() && keyOf(*at) == chosen) setCurrentItem(*at);
    }
    m_building = false;
}

void ChangesTree::addChange(const ReviewedProxy& proxy, const ResourceChange& change, QTreeWidgetItem* parent)
{
    const ChangeLook look = lookOf(change.kind);
    const QString path = QString::fromStdString(change.path);
    const QColor ink = Theme::current().color(look.token);
    auto* item = new QTreeWidgetItem(parent, {QString::fromStdString(change.name), look.sign});
    item->setIcon(What, glyphIcon(glyphOf(change.type), u"kind."_s + glyphOf(change.type)));
    item->setToolTip(What, noun(change.type) + u' ' + item->text(What) + u", "_s + look.word);
    item->setForeground(Sign, ink);
    item->setFont(Sign, Theme::font(12.5, true));
    item->setData(What, ProxyRole, proxy.name);
    item->setData(What, PathRole, path);
    for (const auto& field : change.fields) {
        const QString name = QString::fromStdString(field.path);
        const QString before = QString::fromStdString(field.before), after = QString::fromStdString(field.after);
        const QString sign = before.isEmpty() ? u"+"_s : after.isEmpty() ? u"−"_s : QString();
        auto* row = new QTreeWidgetItem(item, {name, sign});
        row->setForeground(What, Theme::current().color("muted"));
        row->setForeground(Sign, Theme::current().color(before.isEmpty() ? "diff.added" : "diff.removed"));
        row->setToolTip(What, tr("%1\nruns now: %2\ndraft: %3")
                                  .arg(name, before.isEmpty() ? u"–"_s : before, after.isEmpty() ? u"–"_s : after));
        row->setData(What, ProxyRole, proxy.name);
        row->setData(What, PathRole, QString(path + u'.' + name));
    }
}

void ChangesTree::paintEvent(QPaintEvent* event)
{
    QTreeWidget::paintEvent(event);
    if (topLevelItemCount() > 0) return;
    QPainter painter(viewport());
    painter.setFont(Theme::font(12));
    painter.setPen(Theme::current().color("muted"));
    painter.drawText(viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignTop | Qt::TextWordWrap,
                     tr("Nothing differs from what the proxies run."));
}

} // namespace ui::push
