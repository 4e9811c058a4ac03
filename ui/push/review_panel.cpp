#include "ui/push/review_panel.h"

#include "ui/push/change_look.h"
#include "ui/push/diff_view.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::diff::FieldChange;
using model::diff::ResourceChange;

namespace {

enum Column { What, Before, After, ColumnCount };
enum Role { ProxyRole = Qt::UserRole, PathRole, TextsRole };

} // namespace

ReviewPanel::ReviewPanel(QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildHeader(*column);
    buildTree(*column);
    setFocusProxy(m_tree);
    for (const auto& key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto* enter = new QShortcut(QKeySequence(key), this);
        enter->setContext(Qt::WidgetWithChildrenShortcut);
        connect(enter, &QShortcut::activated, this, [this] { m_cancel->hasFocus() ? Q_EMIT cancelled() : confirm(); });
    }
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &ReviewPanel::cancelled);
    connect(&ThemeSignal::instance(), &ThemeSignal::changed, this,
            [this] { show(Review(m_review)); }); // the items keep colours
    show(Review{});
}

void ReviewPanel::buildHeader(QVBoxLayout& column)
{
    m_title = new QLabel(this);
    m_title->setFont(Theme::font(13.5, true));
    m_summary = new QLabel(this);
    m_summary->setFont(Theme::font(11));
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_obstacle = new QLabel(this);
    m_obstacle->setFont(Theme::font(12, true));
    m_obstacle->setContentsMargins(12, 6, 12, 6);
    m_obstacle->setWordWrap(true);
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setToolTip(tr("Push nothing (Esc)"));
    m_push = new QPushButton(this);
    m_push->setObjectName(u"confirm"_s);
    m_push->setProperty("primary", true);
    m_push->setIcon(glyphIcon(u"push"_s, u"accentText"_s));
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_summary);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(44, 6, 12, 6);
    row->setSpacing(8);
    row->addLayout(words, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_push);
    column.addLayout(row);
    column.addWidget(m_obstacle);
    connect(m_cancel, &QPushButton::clicked, this, &ReviewPanel::cancelled);
    connect(m_push, &QPushButton::clicked, this, &ReviewPanel::confirm);
}

void ReviewPanel::buildTree(QVBoxLayout& column)
{
    m_tree = new QTreeWidget(this);
    m_tree->setColumnCount(ColumnCount);
    m_tree->setHeaderLabels({tr("Change"), tr("Runs now"), tr("Draft")});
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(16);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->setAccessibleName(tr("Changes that the push makes"));
    m_tree->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_tree->header()->resizeSection(What, 330);
    m_tree->header()->resizeSection(Before, 200);
    m_texts = new DiffView(this);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_tree);
    splitter->addWidget(m_texts);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({200, 170});
    column.addWidget(splitter, 1);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &ReviewPanel::showDetail);
    connect(m_tree, &QTreeWidget::itemDoubleClicked, this, [this](QTreeWidgetItem* item) {
        Q_EMIT placeActivated(item->data(What, ProxyRole).toString(), item->data(What, PathRole).toString());
    });
}

QString ReviewPanel::headline() const
{
    if (m_review.contentOf > 0) return tr("Roll back to v%1, as v%2").arg(m_review.contentOf).arg(m_review.version);
    if (!m_review.only.isEmpty()) return tr("Push v%1 to %2 first").arg(m_review.version).arg(m_review.only);
    return tr("Push v%1").arg(m_review.version);
}

QString ReviewPanel::subline() const
{
    const int changes = m_review.changes();
    const int proxies = m_review.changedProxies();
    if (changes == 0)
        return tr(
            "The draft is what the proxies run; pushing it withdraws what was rejected. Enter pushes, Esc goes back.");
    QString text = changes == 1   ? tr("1 change on 1 proxy")
                   : proxies == 1 ? tr("%1 changes on 1 proxy").arg(changes)
                                  : tr("%1 changes on %2 proxies").arg(changes).arg(proxies);
    const int warnings = m_review.count(model::Severity::Warning);
    if (warnings > 0) text += u", "_s + (warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(warnings));
    return text + u". "_s + tr("Enter pushes, Esc goes back.");
}

void ReviewPanel::show(const Review& review)
{
    m_review = review;
    m_title->setText(headline());
    const QString obstacle = review.obstacle();
    m_summary->setText(obstacle.isEmpty() ? subline() : tr("Esc goes back."));
    m_obstacle->setText(review.count(model::Severity::Error) > 0 ? tr("This cannot be pushed. %1").arg(obstacle)
                                                                 : obstacle);
    m_obstacle->setVisible(!obstacle.isEmpty());
    m_push->setText(review.contentOf > 0 ? tr("Roll back to v%1").arg(review.contentOf)
                                         : tr("Push v%1").arg(review.version));
    m_push->setEnabled(obstacle.isEmpty());
    m_push->setToolTip(obstacle.isEmpty() ? tr("Sends this to the proxies (Enter)") : obstacle);
    m_tree->clear();
    addProxies();
    m_tree->expandAll();
    if (m_tree->topLevelItemCount() > 0) m_tree->setCurrentItem(m_tree->topLevelItem(0));
    showDetail();
    update();
}

// Those that change come first, those that only have findings next; the rest is one line.
void ReviewPanel::addProxies()
{
    QStringList rest;
    for (const auto& proxy : m_review.proxies)
        if (!proxy.changes.empty()) addProxy(proxy);
    for (const auto& proxy : m_review.proxies) {
        if (!proxy.changes.empty()) continue;
        const bool told = m_review.contentOf == 0 && std::ranges::any_of(proxy.findings, [](const auto& finding) {
                              return finding.severity <= model::Severity::Warning;
                          });
        if (told) addProxy(proxy);
        else rest << proxy.name;
    }
    if (rest.isEmpty()) return;
    auto* item = new QTreeWidgetItem(m_tree);
    item->setText(What, tr("Unchanged: %1").arg(rest.join(u", "_s)));
    item->setToolTip(What, item->text(What));
    item->setIcon(What, glyphIcon(u"proxy"_s, u"muted"_s));
    item->setForeground(What, Theme::current().color("muted"));
    item->setFirstColumnSpanned(true);
}

void ReviewPanel::addProxy(const ReviewedProxy& proxy)
{
    auto* item = new QTreeWidgetItem(m_tree);
    const QString count = proxy.changes.empty()       ? tr("unchanged")
                          : proxy.changes.size() == 1 ? tr("1 change")
                                                      : tr("%1 changes").arg(proxy.changes.size());
    item->setText(What, proxy.name + u"  ·  "_s + count +
                            (proxy.connected ? QString() : u"  ·  "_s + tr("not connected, gets it later")));
    item->setFont(What, Theme::font(12.5, true));
    item->setIcon(What, glyphIcon(u"proxy"_s, u"kind.proxy"_s));
    item->setData(What, ProxyRole, proxy.name);
    item->setFirstColumnSpanned(true);
    if (m_review.contentOf == 0) addFindings(proxy, item);
    for (const auto& change : proxy.changes) addChange(proxy, change, item);
}

void ReviewPanel::addFindings(const ReviewedProxy& proxy, QTreeWidgetItem* parent)
{
    for (const auto& finding : proxy.findings) {
        if (finding.severity != model::Severity::Error && finding.severity != model::Severity::Warning) continue;
        const bool isError = finding.severity == model::Severity::Error;
        auto* item = new QTreeWidgetItem(parent);
        const QString place =
            finding.range.isKnown() ? u"  %1:%2"_s.arg(proxy.document).arg(finding.range.begin.line) : QString();
        item->setText(What, QString::fromStdString(finding.message) + u" ["_s + QString::fromStdString(finding.code) +
                                u"]"_s + place);
        item->setToolTip(What, item->text(What));
        item->setIcon(What, glyphIcon(isError ? u"error"_s : u"warning"_s,
                                      isError ? u"severity.error"_s : u"severity.warning"_s));
        item->setForeground(What, Theme::current().severity(finding.severity));
        item->setData(What, ProxyRole, proxy.name);
        item->setData(What, PathRole, QString::fromStdString(finding.path));
        item->setFirstColumnSpanned(true);
    }
}

void ReviewPanel::addChange(const ReviewedProxy& proxy, const ResourceChange& change, QTreeWidgetItem* parent)
{
    const ChangeLook look = lookOf(change.kind);
    const QString path = QString::fromStdString(change.path);
    const QColor ink = Theme::current().color(look.token);
    auto* item = new QTreeWidgetItem(parent);
    item->setText(What, look.sign + u" "_s + noun(change.type) + u" "_s + QString::fromStdString(change.name) +
                            u"  "_s + look.word);
    item->setIcon(What, glyphIcon(glyphOf(change.type), look.token));
    item->setForeground(What, ink);
    item->setData(What, ProxyRole, proxy.name);
    item->setData(What, PathRole, path);
    item->setData(What, TextsRole,
                  QStringList{QString::fromStdString(change.before), QString::fromStdString(change.after)});
    item->setFirstColumnSpanned(true);
    for (const FieldChange& field : change.fields) {
        auto* row = new QTreeWidgetItem(item);
        const QString before = QString::fromStdString(field.before), after = QString::fromStdString(field.after);
        row->setText(What, QString::fromStdString(field.path));
        row->setText(Before, before.isEmpty() ? u"–"_s : before);
        row->setText(After, after.isEmpty() ? u"–"_s : after);
        for (int column = 0; column < ColumnCount; ++column) row->setToolTip(column, row->text(column));
        row->setFont(Before, Theme::codeFont(11.5));
        row->setFont(After, Theme::codeFont(11.5));
        row->setForeground(Before, Theme::current().color(before.isEmpty() ? "muted" : "diff.removed"));
        row->setForeground(After, Theme::current().color(after.isEmpty() ? "muted" : "diff.added"));
        row->setData(What, ProxyRole, proxy.name);
        row->setData(What, PathRole, QString(path + u'.' + QString::fromStdString(field.path)));
    }
}

// Of a resource or one of its fields the resource is shown, of anything else the first change.
void ReviewPanel::showDetail()
{
    const QTreeWidgetItem* item = m_tree->currentItem();
    while (item && item->parent() && !item->data(What, TextsRole).isValid()) item = item->parent();
    for (int i = 0; item && !item->data(What, TextsRole).isValid() && i < item->childCount(); ++i)
        if (item->child(i)->data(What, TextsRole).isValid()) item = item->child(i);
    const QStringList texts = item ? item->data(What, TextsRole).toStringList() : QStringList();
    m_texts->show(texts.value(0), texts.value(1));
}

void ReviewPanel::confirm()
{
    if (m_push->isEnabled()) Q_EMIT confirmed(m_review.contentOf);
}

void ReviewPanel::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color("surface"));
    const bool hasErrors = m_review.count(model::Severity::Error) > 0;
    if (m_obstacle->isVisible())
        painter.fillRect(m_obstacle->geometry(), theme.color(hasErrors ? "severityTint.error" : "sunken"));
    paintGlyph(painter, u"push"_s, QRectF(14, 16, 18, 18), theme.color("accent"));
}

} // namespace ui::push
