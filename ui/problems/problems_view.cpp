#include "ui/problems/problems_view.h"

#include "model/source/path.h"
#include "ui/problems/problem_delegate.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui::problems {

using namespace Qt::Literals::StringLiterals;
using model::Severity;

/// Hides what the chips exclude; groups without a visible problem go too. Information goes with the advice.
class ProblemsView::Filter final : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    std::array<bool, 3> shown{true, true, true};
    bool onlyCurrent = false;
    int current = -1;
    void changed() { invalidateFilter(); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        if (!parent.isValid()) {
            for (int i = 0; i < sourceModel()->rowCount(index); ++i)
                if (filterAcceptsRow(i, index)) return true;
            return false;
        }
        if (onlyCurrent && index.data(ProblemsModel::DocumentRole).toInt() != current) return false;
        const int severity = index.data(ProblemsModel::SeverityRole).toInt();
        return shown[static_cast<std::size_t>(std::min(severity, 2))];
    }
};

ProblemsView::ProblemsView(QWidget* parent) : QWidget(parent), m_filter(new Filter(this)), m_tree(new QTreeView(this))
{
    m_filter->setSourceModel(&m_model);
    m_tree->setModel(m_filter);
    m_tree->setItemDelegate(new ProblemDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setAccessibleName(tr("Problems"));
    m_tree->installEventFilter(this);
    m_tree->viewport()->installEventFilter(this);
    connect(m_tree, &QTreeView::doubleClicked, this, &ProblemsView::activate);
    buildChips();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_chips);
    column->addWidget(m_tree);
    setFocusProxy(m_tree);
    titleChips();
}

void ProblemsView::buildChips()
{
    m_chips = new QWidget(this);
    auto* row = new QHBoxLayout(m_chips);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(6);
    const auto chip = [&] {
        auto* button = new QToolButton(m_chips);
        button->setCheckable(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFont(Theme::font(11));
        row->addWidget(button);
        return button;
    };
    const char* glyphs[] = {"error", "warning", "bulb"};
    const char* tokens[] = {"severity.error", "severity.warning", "severity.advice"};
    for (std::size_t i = 0; i < m_severities.size(); ++i) {
        m_severities[i] = chip();
        m_severities[i]->setIcon(glyphIcon(QString::fromLatin1(glyphs[i]), QString::fromLatin1(tokens[i])));
        m_severities[i]->setChecked(true);
        connect(m_severities[i], &QToolButton::toggled, this, [this, i](bool on) {
            m_filter->shown[i] = on;
            m_filter->changed();
            m_tree->expandAll();
        });
    }
    m_thisFile = chip();
    m_thisFile->setText(tr("This file"));
    connect(m_thisFile, &QToolButton::toggled, this, [this](bool on) {
        m_filter->onlyCurrent = on;
        m_filter->changed();
        m_tree->expandAll();
    });
    row->addStretch();
}

void ProblemsView::titleChips()
{
    const int advice = count(Severity::Advice) + count(Severity::Info);
    m_severities[0]->setText(tr("Error %1").arg(count(Severity::Error)));
    m_severities[1]->setText(tr("Warning %1").arg(count(Severity::Warning)));
    m_severities[2]->setText(tr("Advice %1").arg(advice));
}

void ProblemsView::show(const std::vector<Source>& sources)
{
    const Problem* chosen = problemAt(m_tree->currentIndex());
    const int document = chosen ? chosen->document : -1;
    const std::string path = chosen ? chosen->finding.path : std::string();
    m_model.show(sources);
    m_tree->expandAll();
    if (document >= 0) reveal(document, path);
    titleChips();
    m_tree->viewport()->update();
    Q_EMIT countsChanged(count(Severity::Error), count(Severity::Warning));
}

void ProblemsView::setCurrentDocument(int document)
{
    m_filter->current = document;
    if (!m_filter->onlyCurrent) return;
    m_filter->changed();
    m_tree->expandAll();
}

void ProblemsView::reveal(int document, const std::string& path)
{
    for (int group = 0; group < m_filter->rowCount(); ++group) {
        const QModelIndex parent = m_filter->index(group, 0);
        for (int row = 0; row < m_filter->rowCount(parent); ++row) {
            const QModelIndex index = m_filter->index(row, 0, parent);
            const Problem* problem = problemAt(index);
            if (problem->document != document || !model::source::path::isWithin(problem->finding.path, path)) continue;
            m_tree->setCurrentIndex(index);
            return;
        }
    }
}

void ProblemsView::setShown(Severity severity, bool shown)
{
    m_severities[static_cast<std::size_t>(std::min(static_cast<int>(severity), 2))]->setChecked(shown);
}

void ProblemsView::setOnlyCurrentDocument(bool only)
{
    m_thisFile->setChecked(only);
}

const Problem* ProblemsView::problemAt(const QModelIndex& index) const
{
    return index.isValid() ? m_model.problem(m_filter->mapToSource(index)) : nullptr;
}

void ProblemsView::activate(const QModelIndex& index)
{
    if (const Problem* problem = problemAt(index))
        Q_EMIT activated(problem->document, QString::fromStdString(problem->finding.path), problem->finding.range);
    else if (index.isValid())
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
}

void ProblemsView::offerFixes(const QModelIndex& index)
{
    const Problem* problem = problemAt(index);
    if (!problem || problem->finding.fixes.empty()) return;
    const int document = problem->document;
    if (problem->finding.fixes.size() == 1) {
        const model::Fix fix = problem->finding.fixes.front(); // A copy: the slot may replace the list.
        Q_EMIT fixRequested(document, fix);
        return;
    }
    QMenu menu(this);
    for (const model::Fix& fix : problem->finding.fixes)
        connect(menu.addAction(QString::fromStdString(fix.label)), &QAction::triggered, this,
                [this, document, fix] { Q_EMIT fixRequested(document, fix); });
    menu.exec(m_tree->viewport()->mapToGlobal(m_tree->visualRect(index).bottomLeft()));
}

bool ProblemsView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_tree && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter) activate(m_tree->currentIndex());
        const bool isFix = key->key() == Qt::Key_Period && key->modifiers() == Qt::ControlModifier;
        if (isFix) offerFixes(m_tree->currentIndex());
        if (isEnter || isFix) return true;
    }
    if (watched == m_tree->viewport() && event->type() == QEvent::MouseButtonRelease) {
        const QPoint at = static_cast<QMouseEvent*>(event)->position().toPoint();
        const QModelIndex index = m_tree->indexAt(at);
        if (index.isValid() && ProblemDelegate::bulb(m_tree->visualRect(index)).contains(at)) offerFixes(index);
    }
    if (watched == m_tree->viewport() && event->type() == QEvent::Paint && m_filter->rowCount() == 0) {
        QPainter painter(m_tree->viewport());
        painter.fillRect(m_tree->viewport()->rect(), m_tree->palette().base());
        painter.setFont(Theme::font(12));
        painter.setPen(Theme::current().color("muted"));
        const QString text = m_model.rowCount() == 0 ? tr("No problem found.") : tr("The filter above hides every problem.");
        painter.drawText(m_tree->viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignTop, text);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::problems
