#include "ui/problems/problems_model.h"

#include <QDateTime>

#include <algorithm>

namespace ui::problems {

using namespace Qt::Literals::StringLiterals;
using model::Finding;

namespace {

Problem problemOf(const Source& source, std::size_t i)
{
    const model::push::Nack& nack = source.nacks[i];
    Finding finding;
    finding.severity = model::Severity::Error;
    finding.code = "NACK";
    finding.path = nack.path;
    finding.message = std::string(model::push::name(nack.type)) +
                      (nack.resource.empty() ? "" : " '" + nack.resource + "'") + ": " + nack.message;
    if (i < source.nackRanges.size()) finding.range = source.nackRanges[i];
    const QString time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(nack.time * 1000)).toString(u"HH:mm:ss"_s);
    return {source.document, finding, u"v%1, %2"_s.arg(nack.version).arg(time)};
}

// A conversion's report informs: what had to be dropped or means something else now says so in words.
Problem reportOf(int document, const Finding& change)
{
    Problem problem{document, change, {}, true};
    problem.finding.severity = model::Severity::Info;
    if (change.severity == model::Severity::Error) problem.note = QObject::tr("dropped");
    if (change.severity == model::Severity::Warning) problem.note = QObject::tr("changed meaning");
    problem.finding.fixes.clear();
    return problem;
}

bool isBefore(const Problem& a, const Problem& b)
{
    if (a.finding.severity != b.finding.severity) return a.finding.severity < b.finding.severity;
    return a.finding.range.begin.offset < b.finding.range.begin.offset;
}

QString placeOf(const QString& fileName, const Finding& finding)
{
    return finding.range.isKnown() ? u"%1:%2"_s.arg(fileName).arg(finding.range.begin.line) : fileName;
}

} // namespace

void ProblemsModel::show(const std::vector<Source>& sources)
{
    beginResetModel();
    m_groups.clear();
    for (const Source& source : sources) {
        if (source.findings.empty() && source.nacks.empty()) continue;
        Group group{source.document, source.proxy, source.fileName, {}};
        for (std::size_t i = 0; i < source.nacks.size(); ++i) group.problems.push_back(problemOf(source, i));
        for (const Finding& finding : source.findings) group.problems.push_back({source.document, finding, {}});
        std::ranges::stable_sort(group.problems, isBefore);
        m_groups.push_back(std::move(group));
    }
    for (const Source& source : sources) {
        if (source.report.empty()) continue;
        Group group{source.document, QObject::tr("%1, converted to Envoy v3").arg(source.origin), source.origin, {}};
        for (const Finding& change : source.report) group.problems.push_back(reportOf(source.document, change));
        m_groups.push_back(std::move(group));
    }
    endResetModel();
}

const Problem* ProblemsModel::problem(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0) return nullptr;
    return &m_groups[index.internalId() - 1].problems[static_cast<std::size_t>(index.row())];
}

int ProblemsModel::count(model::Severity severity) const
{
    int sum = 0;
    for (const Group& group : m_groups)
        sum += static_cast<int>(
            std::ranges::count_if(group.problems, [&](const Problem& p) { return p.finding.severity == severity; }));
    return sum;
}

QString ProblemsModel::line(const QModelIndex& index) const
{
    const Problem* found = problem(index);
    if (!found) return data(index, Qt::DisplayRole).toString();
    const Finding& finding = found->finding;
    const QString& file = m_groups[index.internalId() - 1].fileName;
    const QString place = finding.range.isKnown()
                              ? u"%1:%2:%3"_s.arg(file).arg(finding.range.begin.line).arg(finding.range.begin.column)
                              : file;
    return u"%1: %2: %3 [%4]"_s.arg(place, QString::fromLatin1(model::name(finding.severity)),
                                    QString::fromStdString(finding.message), data(index, CodeRole).toString());
}

QModelIndex ProblemsModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : quintptr(0));
}

QModelIndex ProblemsModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0) return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, quintptr(0));
}

int ProblemsModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) return static_cast<int>(m_groups.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].problems.size());
}

int ProblemsModel::columnCount(const QModelIndex&) const { return 1; }

QVariant ProblemsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (const Problem* found = problem(index)) return problemData(m_groups[index.internalId() - 1], *found, role);
    return groupData(m_groups[static_cast<std::size_t>(index.row())], role);
}

QVariant ProblemsModel::groupData(const Group& group, int role) const
{
    switch (role) {
    case Qt::DisplayRole: return group.title.isEmpty() ? group.fileName : group.title;
    case PlaceRole: return group.title.isEmpty() ? QString() : group.fileName;
    case DocumentRole: return group.document;
    default: return {};
    }
}

QVariant ProblemsModel::problemData(const Group& group, const Problem& problem, int role) const
{
    const Finding& finding = problem.finding;
    const QString message = QString::fromStdString(finding.message);
    switch (role) {
    case Qt::DisplayRole: return message;
    case Qt::ToolTipRole:
        return finding.path.empty() ? message : QVariant(message % u"\n"_s % QString::fromStdString(finding.path));
    case Qt::AccessibleTextRole:
        return QVariant(QString::fromLatin1(model::name(finding.severity)) % u": "_s % message % u", "_s %
                        placeOf(group.fileName, finding));
    case SeverityRole: return static_cast<int>(finding.severity);
    case CodeRole: return QString(QString::fromStdString(finding.code) % u" "_s % problem.note).trimmed();
    case PlaceRole: return placeOf(group.fileName, finding);
    case FixRole: return finding.fixes.empty() ? QString() : QString::fromStdString(finding.fixes.front().label);
    case DocumentRole: return problem.document;
    default: return {};
    }
}

} // namespace ui::problems
