// The Problems tab: everything that is wrong, and what proxies rejected.
#pragma once

#include "ui/problems/problems_model.h"

#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QWidget>

#include <array>

class QLineEdit;
class QToolButton;

namespace ui::problems {

/// Tree grouped by document, with filter chips above. Enter and double click go to the place, Ctrl+. fixes. GUI thread.
class ProblemsView final : public QWidget {
    Q_OBJECT
public:
    explicit ProblemsView(QWidget* parent = nullptr);

    /// Shows these; the row that had the focus keeps it where the problem is still there.
    void show(const std::vector<Source>& sources);
    using QWidget::show;
    /// Document that the chip "This file" means.
    void setCurrentDocument(int document);
    /// Chooses the first problem at or below that path without announcing it.
    void reveal(int document, const std::string& path);
    int count(model::Severity severity) const { return m_model.count(severity); }
    ProblemsModel& model() { return m_model; }
    QTreeView& tree() { return *m_tree; }
    /// Only problems whose message, code or place holds `text`.
    void setText(const QString& text);
    /// What is shown, a line each, as the command line tells it.
    QString lines() const;
    /// Turns a severity's chip on or off.
    void setShown(model::Severity severity, bool shown);
    void setOnlyCurrentDocument(bool only);

Q_SIGNALS:
    void activated(int document, const QString& path, const model::Range& range);
    /// A line of a conversion's report: the place is in the document's origin.
    void originRequested(int document, const model::Range& range);
    void fixRequested(int document, const model::Fix& fix);
    void countsChanged(int errors, int warnings);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class Filter;
    void buildChips();
    void activate(const QModelIndex& index);
    void offerFixes(const QModelIndex& index);
    void titleChips();
    void showMenu(const QPoint& at);
    void refilter();
    const Problem* problemAt(const QModelIndex& index) const;

    ProblemsModel m_model;
    Filter* m_filter = nullptr;
    QTreeView* m_tree = nullptr;
    QWidget* m_chips = nullptr;
    std::array<QToolButton*, 4> m_severities{};
    QLineEdit* m_text = nullptr;
    QToolButton* m_thisFile = nullptr;
};

} // namespace ui::problems
