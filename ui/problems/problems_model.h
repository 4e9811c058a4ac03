// The problems of all open documents and what proxies rejected, as a tree of two levels.
#pragma once

#include "model/base/finding.h"
#include "model/push/status.h"

#include <QAbstractItemModel>

#include <vector>

namespace ui::problems {

/// The findings of one document, named as the view shows it.
struct Source {
    int document = -1; ///< Index in the project; handed back by signals.
    QString proxy;
    QString fileName; ///< Without its folder.
    std::vector<model::Finding> findings;
    std::vector<model::push::Nack> nacks;
    std::vector<model::Range> nackRanges; ///< Of each NACK's path; may be shorter, then unknown.
    QString origin;                       ///< File that the document was converted from; empty when it was not.
    std::vector<model::Finding> report;   ///< What the conversion changed; places are in `origin`.
};

/// One line: a finding, or a NACK told as an error of code "NACK".
struct Problem {
    int document = -1;
    model::Finding finding;
    QString note;          ///< "v17, 14:04:31" of a NACK; else empty.
    bool isReport = false; ///< A change of a conversion; its place is in the document's origin.
};

/// Groups by document, worst first, then by place. Replaced as a whole, which keeps what did not change. GUI thread.
class ProblemsModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role { SeverityRole = Qt::UserRole + 1, CodeRole, PlaceRole, FixRole, DocumentRole };

    using QAbstractItemModel::QAbstractItemModel;
    void show(const std::vector<Source>& sources);
    /// nullptr for groups.
    const Problem* problem(const QModelIndex& index) const;
    int count(model::Severity severity) const;
    /// One problem as the command line tells it: "file:line:column: severity: message [CODE]".
    QString line(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Group {
        int document = -1;
        QString title, fileName;
        std::vector<Problem> problems;
    };
    QVariant groupData(const Group& group, int role) const;
    QVariant problemData(const Group& group, const Problem& problem, int role) const;
    std::vector<Group> m_groups;
};

} // namespace ui::problems
