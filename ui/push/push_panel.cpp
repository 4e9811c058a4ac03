#include "ui/push/push_panel.h"

#include "ui/push/state_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;

namespace {

constexpr std::size_t mostOfNewest = 500; ///< Resources listed one by one.
constexpr std::size_t mostOfOlder = 12;

} // namespace

HistoryModel::Row HistoryModel::rowOf(const model::push::HistoryEntry& entry, const QString& proxy, State state,
                                      double since)
{
    Row row;
    row.version = entry.version;
    row.state = state;
    row.cells[Time] =
        QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(entry.time * 1000)).toString(u"HH:mm:ss.zzz"_s);
    row.cells[Version] = u"v%1"_s.arg(entry.version);
    row.cells[Proxy] = proxy;
    const double after = (since - entry.time) * 1000;
    if (since > 0 && after >= 0 && state != State::Sent && state != State::Unchanged)
        row.cells[After] = tr("%1 ms").arg(qRound(after));
    const bool isBack = entry.contentOf > 0 && entry.contentOf != entry.version;
    row.cells[Result] = isBack && state == State::Effective ? tr("rolled back") : word(state);
    if (isBack) row.cells[Message] = tr("v%1 is v%2 again").arg(entry.version).arg(entry.contentOf);
    return row;
}

void HistoryModel::add(const model::push::HistoryEntry& entry, bool isNewest, std::vector<Row>& rows) const
{
    const auto& resources = entry.resources;
    const bool whole = resources.size() <= (isNewest ? mostOfNewest : mostOfOlder);
    for (const auto& resource : resources) {
        if (!whole && resource.state != State::Nacked) continue;
        Row row = rowOf(entry, QString::fromStdString(resource.proxy), resource.state, resource.since);
        row.cells[Type] = QString::fromLatin1(model::push::name(resource.type));
        row.cells[Resource] =
            QString::fromStdString(resource.name) + u" ("_s + QString::fromStdString(resource.what) + u')';
        if (!resource.message.empty()) row.cells[Message] = QString::fromStdString(resource.message);
        rows.push_back(std::move(row));
    }
    if (whole && !resources.empty()) return;
    for (const ProxyStatus& proxy : entry.proxies) {
        const auto count = std::ranges::count(resources, proxy.name, &model::push::ResourceStatus::proxy);
        if (count == 0 && !resources.empty()) continue;
        Row row = rowOf(entry, QString::fromStdString(proxy.name), proxy.state, 0);
        row.cells[Type] = tr("all");
        row.cells[Resource] = count == 0 ? tr("nothing to send") : tr("%1 resources").arg(count);
        if (proxy.state == State::Nacked) row.cells[Message] = rejection(proxy);
        rows.push_back(std::move(row));
    }
    if (!entry.proxies.empty()) return;
    Row row = rowOf(entry, {}, State::Sent, 0);
    row.cells[Resource] = QString::fromStdString(entry.summary);
    rows.push_back(std::move(row));
}

void HistoryModel::show(const std::vector<model::push::HistoryEntry>& history)
{
    std::vector<Row> rows;
    for (auto entry = history.rbegin(); entry != history.rend(); ++entry) add(*entry, entry == history.rbegin(), rows);
    if (rows == m_rows) return;
    const bool same = rows.size() == m_rows.size();
    if (!same) beginResetModel();
    m_rows = std::move(rows);
    if (!same) endResetModel();
    else Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int HistoryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool isResult = index.column() == Result && !row.cells[Result].isEmpty();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return row.cells[index.column()];
    case Qt::DecorationRole:
        return isResult ? QVariant(glyphIcon(glyph(row.state), row.state == State::Nacked ? u"severity.error"_s
                                                               : row.state == State::Held ? u"severity.warning"_s
                                                                                          : u"health.healthy"_s))
                        : QVariant();
    case Qt::ForegroundRole: return isResult ? QVariant(ink(row.state)) : QVariant();
    case Qt::FontRole:
        return isResult                 ? QVariant(Theme::font(12, true))
               : index.column() == Time ? QVariant(Theme::codeFont(11))
                                        : QVariant();
    case Qt::TextAlignmentRole:
        return int((index.column() == After ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == After ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    const QString titles[] = {tr("Time"),     tr("Version"), tr("Proxy"), tr("Type"),
                              tr("Resource"), tr("Result"),  tr("After"), tr("Message")};
    return titles[section];
}

PushPanel::PushPanel(QWidget* parent) : QWidget(parent)
{
    buildTable();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_view, 1);
    column->addWidget(buildDetail());
    setFocusProxy(m_view);
    followRow();
}

void PushPanel::buildTable()
{
    m_view = new tables::TableView(this);
    m_view->setAccessibleName(tr("Pushes"));
    m_view->setModel(&m_model);
    m_view->setSortingEnabled(false);
    m_view->setEmptyText(tr("Nothing was pushed yet. Push sends the draft to every attached proxy."));
    constexpr int widths[] = {92, 62, 88, 48, 128, 104, 60};
    for (int i = 0; i < HistoryModel::Message; ++i) m_view->setColumnWidth(i, widths[i]);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view, &tables::TableView::rowActivated, this,
            [this](const QModelIndex& index) { Q_EMIT proxyActivated(m_model.proxy(index.row())); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &PushPanel::followRow);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &PushPanel::followRow);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &PushPanel::followRow);
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        if (!m_view->indexAt(at).isValid()) return;
        QMenu menu(this);
        QAction* back = menu.addAction(m_rollBack->text(), this, &PushPanel::rollBack);
        back->setEnabled(m_rollBack->isEnabled());
        QAction* copy = menu.addAction(m_copy->text(), m_copy, &QPushButton::click);
        copy->setEnabled(m_copy->isEnabled());
        menu.exec(m_view->viewport()->mapToGlobal(at));
    });
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &PushPanel::rollBack);
}

QWidget* PushPanel::buildDetail()
{
    auto* strip = new QWidget(this);
    auto* column = new QVBoxLayout(strip);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(4);
    m_message = new QLabel(strip);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_message->setAccessibleName(tr("Message of the chosen push"));
    m_copy = new QPushButton(tr("Copy message"), strip);
    m_rollBack = new QPushButton(strip);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_copy);
    row->addWidget(m_rollBack);
    column->addWidget(m_message);
    column->addLayout(row);
    connect(m_copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_message->text()); });
    connect(m_rollBack, &QPushButton::clicked, this, &PushPanel::rollBack);
    return strip;
}

int PushPanel::row() const
{
    const QModelIndex current = m_view->currentIndex();
    if (current.isValid()) return current.row();
    return m_model.rowCount() > 0 ? 0 : -1;
}

void PushPanel::followRow()
{
    const int chosen = row();
    m_copy->parentWidget()->setVisible(chosen >= 0);
    if (chosen < 0) return;
    const int version = m_model.version(chosen);
    m_message->setText(m_model.message(chosen));
    m_message->setVisible(!m_message->text().isEmpty());
    m_copy->setEnabled(!m_message->text().isEmpty());
    m_rollBack->setText(tr("Roll back to v%1").arg(version));
    m_rollBack->setEnabled(version != m_newest);
    m_rollBack->setToolTip(
        version == m_newest
            ? tr("This is the newest version already")
            : tr("Makes v%2 with the content of v%1, after a review (Ctrl+Shift+R)").arg(version).arg(m_newest + 1));
}

void PushPanel::rollBack()
{
    if (row() >= 0 && m_rollBack->isEnabled()) Q_EMIT rollBackRequested(m_model.version(row()));
}

void PushPanel::select(const QString& proxy)
{
    for (int i = 0; i < m_model.rowCount(); ++i)
        if (m_model.proxy(i) == proxy) return m_view->selectRow(i);
}

// A narrow panel leaves the room to the result.
void PushPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < 620;
    for (const int column : {HistoryModel::Time, HistoryModel::Type, HistoryModel::After})
        m_view->setColumnHidden(column, isNarrow);
}

void PushPanel::show(const std::vector<model::push::HistoryEntry>& history)
{
    m_newest = history.empty() ? 0 : history.back().version;
    m_model.show(history);
}

} // namespace ui::push
