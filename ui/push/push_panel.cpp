#include "ui/push/push_panel.h"

#include "ui/push/state_look.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QDateTime>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace ui::push {

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;

namespace {

QString nackText(const ProxyStatus& status)
{
    for (const auto& type : status.types)
        if (type.state == State::Nacked)
            return QVariant(QString::fromLatin1(model::push::name(type.type)) % u": "_s % QString::fromStdString(type.message)).toString();
    return {};
}

} // namespace

void HistoryModel::show(const std::vector<model::push::HistoryEntry>& history)
{
    std::vector<Row> rows;
    for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {
        const QString time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(entry->time * 1000)).toString(u"HH:mm:ss.zzz"_s);
        QString summary = QString::fromStdString(entry->summary);
        if (entry->contentOf > 0 && entry->contentOf != entry->version) summary = tr("v%1 is v%2 again").arg(entry->version).arg(entry->contentOf);
        for (const ProxyStatus& proxy : entry->proxies)
            rows.push_back({entry->version, proxy.state, {time, u"v%1"_s.arg(entry->version), QString::fromStdString(proxy.name),
                                                          word(proxy.state), summary, nackText(proxy)}});
        if (entry->proxies.empty()) rows.push_back({entry->version, State::Unchanged, {time, u"v%1"_s.arg(entry->version), {}, {}, summary, {}}});
    }
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

int HistoryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool isResult = index.column() == Result && !row.cells[Result].isEmpty();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return row.cells[index.column()];
    case Qt::DecorationRole: return isResult ? QVariant(glyphIcon(glyph(row.state), row.state == State::Nacked ? u"severity.error"_s
                                                 : row.state == State::Held ? u"severity.warning"_s : u"health.healthy"_s)) : QVariant();
    case Qt::ForegroundRole: return isResult ? QVariant(ink(row.state)) : QVariant();
    case Qt::FontRole: return isResult ? QVariant(Theme::font(12, true)) : index.column() == Time ? QVariant(Theme::codeFont(11)) : QVariant();
    case Qt::TextAlignmentRole: return int(Qt::AlignLeft | Qt::AlignVCenter);
    default: return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    const QString titles[] = {tr("Time"), tr("Version"), tr("Proxy"), tr("Result"), tr("What"), tr("Message")};
    return titles[section];
}

ProxyCard::ProxyCard(QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 30, 12, 10);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (int i = 0; i < static_cast<int>(model::push::Type::TypeCount); ++i) {
        m_types.push_back(new Chip(this, true));
        row->addWidget(m_types.back());
    }
    row->addStretch();
    m_text = new QLabel(this);
    m_text->setFont(Theme::font(11));
    m_text->setForegroundRole(QPalette::PlaceholderText);
    m_text->setWordWrap(true);
    column->addLayout(row);
    column->addWidget(m_text);
}

QString ProxyCard::sentence(const ProxyStatus& status)
{
    if (!status.connected) return tr("Not connected.");
    switch (status.state) {
    case State::Nacked: return tr("%1. Not sent again until it changes.").arg(nackText(status));
    case State::Held: return tr("Waits for what it depends on.");
    case State::Sent: return tr("v%1 was sent, no answer yet.").arg(status.version);
    case State::Warming: return tr("v%1 was accepted and is warming.").arg(status.version);
    case State::Acked: return tr("v%1 was accepted, not read back yet.").arg(status.version);
    case State::Effective: return tr("Runs v%1, read back from the proxy.").arg(status.version);
    case State::Unchanged: break;
    }
    return status.version > 0 ? tr("v%1, nothing to send.").arg(status.version) : tr("Nothing was pushed yet.");
}

void ProxyCard::show(const ProxyStatus& status)
{
    m_status = status;
    for (std::size_t i = 0; i < m_types.size(); ++i) {
        model::push::TypeStatus shown;
        shown.type = static_cast<model::push::Type>(i);
        for (const auto& type : status.types)
            if (type.type == shown.type) shown = type;
        m_types[i]->show(QString::fromLatin1(model::push::name(shown.type)), shown.state, QString::fromStdString(shown.message));
    }
    m_text->setText(sentence(status));
    setAccessibleName(QVariant(QString::fromStdString(status.name) % u", "_s % word(status.state)).toString());
    setAccessibleDescription(m_text->text());
    update();
}

void ProxyCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::current();
    const bool bad = m_status.state == State::Nacked;
    painter.setPen(QPen(bad ? theme.color("severity.error") : theme.color("line"), bad ? 1.5 : 1));
    painter.setBrush(theme.color("raised"));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    paintGlyph(painter, u"proxy"_s, QRectF(12, 10, 14, 14), theme.color("kind.proxy"));
    const QRectF line(32, 8, width() - 44, 18);
    painter.setFont(Theme::font(12, true));
    painter.setPen(ink(m_status.state));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, word(m_status.state));
    painter.setPen(theme.color("text"));
    const int room = static_cast<int>(line.width()) - painter.fontMetrics().horizontalAdvance(word(m_status.state)) - 8;
    painter.drawText(line, Qt::AlignVCenter, painter.fontMetrics().elidedText(QString::fromStdString(m_status.name), Qt::ElideMiddle, room));
}

PushPanel::PushPanel(QWidget* parent) : QWidget(parent)
{
    m_view = new tables::TableView(this);
    m_view->setAccessibleName(tr("Pushes"));
    m_view->setModel(&m_model);
    m_view->setSortingEnabled(false);
    m_view->setEmptyText(tr("Nothing was pushed yet. Push sends the draft to every attached proxy."));
    constexpr int widths[] = {96, 60, 96, 104, 180};
    for (int i = 0; i < 5; ++i) m_view->setColumnWidth(i, widths[i]);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    auto* area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new QWidget(area);
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins(8, 8, 8, 8);
    m_column->setSpacing(8);
    m_column->addStretch();
    area->setWidget(page);
    area->setMinimumWidth(250);
    auto* splitter = new QSplitter(this);
    splitter->setHandleWidth(1);
    splitter->addWidget(m_view);
    splitter->addWidget(area);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({640, 264});
    auto* row = new QVBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(splitter);
    connect(m_view, &tables::TableView::rowActivated, this, [this](const QModelIndex& index) { Q_EMIT proxyActivated(m_model.proxy(index.row())); });
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        const QModelIndex index = m_view->indexAt(at);
        if (!index.isValid()) return;
        const int version = m_model.version(index.row());
        QMenu menu(this);
        connect(menu.addAction(tr("Roll back to v%1").arg(version)), &QAction::triggered, this, [this, version] { Q_EMIT rollBackRequested(version); });
        menu.exec(m_view->viewport()->mapToGlobal(at));
    });
}

void PushPanel::show(const std::vector<model::push::HistoryEntry>& history, const std::vector<ProxyStatus>& proxies)
{
    m_model.show(history);
    while (m_cards.size() > proxies.size()) {
        delete m_cards.back();
        m_cards.pop_back();
    }
    for (std::size_t i = 0; i < proxies.size(); ++i) {
        if (i == m_cards.size()) {
            m_cards.push_back(new ProxyCard(m_column->parentWidget()));
            m_column->insertWidget(static_cast<int>(i), m_cards.back());
        }
        m_cards[i]->show(proxies[i]);
    }
}

} // namespace ui::push
