#include "ui/tables/endpoint_model.h"

#include "ui/plot/health.h"
#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QIcon>
#include <QPixmap>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace ui::tables {

using namespace Qt::Literals::StringLiterals;
using model::stats::EndpointRates;
using model::stats::Health;

namespace {

struct ColumnText {
    const char* title;
    const char* name; ///< For the column menu and copied text.
    bool isNumber;
};
constexpr std::array<ColumnText, EndpointModel::ColumnCount> columns{{
    {"", QT_TRANSLATE_NOOP("EndpointModel", "Health"), false},
    {QT_TRANSLATE_NOOP("EndpointModel", "Proxy"), "Proxy", false},
    {QT_TRANSLATE_NOOP("EndpointModel", "Endpoint"), "Endpoint", false},
    {QT_TRANSLATE_NOOP("EndpointModel", "Rq/s"), "Rq/s", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "Active"), "Active", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "5xx %"), "5xx %", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "p95 ms"), "p95 ms", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "Rq/s, 1 min"), "Rq/s, 1 min", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "Cluster"), "Cluster", false},
    {QT_TRANSLATE_NOOP("EndpointModel", "p50 ms"), "p50 ms", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "p99 ms"), "p99 ms", true},
    {QT_TRANSLATE_NOOP("EndpointModel", "Flags"), "Flags", false},
}};

/// "12 s", "3 min": how long ago that was.
QString age(double since)
{
    const auto seconds = static_cast<int>(static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000 - since);
    return seconds < 120 ? EndpointModel::tr("%1 s").arg(std::max(1, seconds))
                         : EndpointModel::tr("%1 min").arg(seconds / 60);
}

QString number(const std::optional<double>& value, double factor = 1)
{
    return value ? QString::number(*value * factor, 'f', 1) : u"–"_s;
}

std::optional<double> value(const EndpointRates& rates, int column)
{
    switch (column) {
    case EndpointModel::Requests:
    case EndpointModel::SparkColumn: return rates.requestsPerSecond;
    case EndpointModel::Active: return rates.active;
    case EndpointModel::Errors: return rates.errorShare;
    case EndpointModel::P50: return rates.p50Ms;
    case EndpointModel::P95: return rates.p95Ms;
    case EndpointModel::P99: return rates.p99Ms;
    default: return std::nullopt;
    }
}

bool isBad(const EndpointRates& rates, int column)
{
    return column == EndpointModel::Errors && rates.errorShare.value_or(0) >= 0.0005;
}

QIcon healthIcon(Health health)
{
    QPixmap pixmap(32, 32);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintHealth(painter, health, {8, 8}, Theme::current().color(u"healthFill." + healthToken(health)));
    painter.end();
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected); // A selected row does not tint it.
    return icon;
}

} // namespace

int EndpointModel::rowOf(const model::stats::EndpointKey& key) const
{
    const auto at = std::ranges::find_if(m_rows, [&](const Row& row) { return row.rates.key == key; });
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

void EndpointModel::append(const model::stats::RatesStep& step)
{
    for (Row& row : m_rows)
        if (row.rates.key.proxy == step.proxy) row.present = false;
    for (const EndpointRates& rates : step.endpoints) {
        const int row = rowOf(rates.key);
        if (row < 0) add(rates, step.time);
        else change(static_cast<std::size_t>(row), rates, step.time);
    }
    dropAbsent(step.proxy);
}

void EndpointModel::setStale(const std::string& proxy, double since)
{
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].rates.key.proxy != proxy) continue;
        m_rows[row].stale = true;
        m_rows[row].since = since;
        Q_EMIT dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), ColumnCount - 1),
                           {Qt::DisplayRole, Qt::ForegroundRole, Qt::ToolTipRole});
    }
}

void EndpointModel::remove(const std::string& proxy)
{
    for (Row& row : m_rows)
        if (row.rates.key.proxy == proxy) row.present = false;
    dropAbsent(proxy);
}

void EndpointModel::add(const EndpointRates& rates, double time)
{
    const int row = static_cast<int>(m_rows.size());
    beginInsertRows({}, row, row);
    m_rows.push_back(
        {rates, {{time, rates.requestsPerSecond.value_or(std::numeric_limits<double>::quiet_NaN())}}, true, false, 0});
    endInsertRows();
}

void EndpointModel::change(std::size_t at, const EndpointRates& rates, double time)
{
    Row& row = m_rows[at];
    row.present = true;
    const bool wasStale = std::exchange(row.stale, false);
    const Row before{row.rates, {}, true, false, 0};
    row.rates = rates;
    row.spark.push_back({time, rates.requestsPerSecond.value_or(std::numeric_limits<double>::quiet_NaN())});
    while (row.spark.size() > 2 && row.spark[1].time < time - 60) row.spark.erase(row.spark.begin());
    for (int column = 0; column < ColumnCount; ++column) {
        const bool differs = wasStale || column == SparkColumn || text(before, column) != text(row, column) ||
                             (column == HealthColumn && before.rates.health != rates.health);
        if (!differs) continue;
        const QModelIndex cell = index(static_cast<int>(at), column);
        Q_EMIT dataChanged(
            cell, cell,
            {Qt::DisplayRole, Qt::DecorationRole, Qt::ForegroundRole, Qt::FontRole, Qt::UserRole, SortRole});
    }
}

void EndpointModel::dropAbsent(const std::string& proxy)
{
    for (int row = static_cast<int>(m_rows.size()) - 1; row >= 0; --row) {
        const Row& gone = m_rows[static_cast<std::size_t>(row)];
        if (gone.present || gone.rates.key.proxy != proxy) continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
}

int EndpointModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int EndpointModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QString EndpointModel::text(const Row& row, int column) const
{
    const EndpointRates& rates = row.rates;
    switch (column) {
    case Proxy: return QString::fromStdString(rates.key.proxy);
    case Endpoint: {
        const QString address = QString::fromStdString(rates.key.address);
        return row.stale ? tr("%1, %2 ago").arg(address, age(row.since)) : address;
    }
    case Cluster: return QString::fromStdString(rates.key.cluster);
    case Flags: return QString::fromStdString(rates.healthFlags);
    case Active: return QString::number(rates.active, 'f', 0);
    case Errors: return number(rates.errorShare, 100);
    case HealthColumn:
    case SparkColumn: return {};
    default: return number(value(rates, column));
    }
}

QVariant EndpointModel::sortValue(const Row& row, int column) const
{
    if (column == HealthColumn) return static_cast<int>(row.rates.health);
    if (column == Endpoint) return QString::fromStdString(row.rates.key.address);
    if (columns[static_cast<std::size_t>(column)].isNumber) return value(row.rates, column).value_or(-1);
    return text(row, column);
}

QString EndpointModel::reason(const Row& row, int column) const
{
    if (row.stale)
        return tr("The proxy has not answered for %1; these are the last values it told.").arg(age(row.since));
    if (column == HealthColumn) return QString::fromStdString(row.rates.healthFlags);
    const bool isLatency = column == P50 || column == P95 || column == P99;
    if (isLatency && row.rates.isClusterLatency)
        return tr("Of the whole cluster, over the last 5 s: Envoy tells no latency per endpoint.");
    if (!columns[static_cast<std::size_t>(column)].isNumber || value(row.rates, column)) return {};
    return isLatency ? tr("No request was answered in this step.")
                     : tr("Known from the second sample on, while requests flow.");
}

QVariant EndpointModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        if (column == HealthColumn || column == SparkColumn) return {};
        return text(row, column);
    case Qt::AccessibleTextRole:
        if (column == HealthColumn) return healthToken(row.rates.health);
        return column == SparkColumn ? number(row.rates.requestsPerSecond) : text(row, column);
    case Qt::DecorationRole:
        if (column != HealthColumn) return {};
        return healthIcon(row.rates.health);
    case Qt::TextAlignmentRole:
        return int((columns[static_cast<std::size_t>(column)].isNumber ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    case Qt::ForegroundRole:
        if (row.stale) return Theme::current().color("disabled");
        if (isBad(row.rates, column)) return Theme::current().color("health.failing");
        return row.rates.isClusterLatency && (column == P50 || column == P95 || column == P99)
                   ? QVariant(Theme::current().color("muted"))
                   : QVariant();
    case Qt::FontRole: return isBad(row.rates, column) ? QVariant(Theme::font(12, true)) : QVariant();
    case Qt::ToolTipRole: return reason(row, column);
    case Qt::UserRole: return column == SparkColumn ? QVariant::fromValue(row.spark) : QVariant();
    case SortRole: return sortValue(row, column);
    default: return {};
    }
}

QVariant EndpointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    const ColumnText& column = columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return QCoreApplication::translate("EndpointModel", column.title);
    if (role == Qt::AccessibleTextRole) return QCoreApplication::translate("EndpointModel", column.name);
    if (role == Qt::TextAlignmentRole)
        return int((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

} // namespace ui::tables
