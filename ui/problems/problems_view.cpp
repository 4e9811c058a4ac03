#include "ui/problems/problems_view.h"

#include "model/source/path.h"
#include "ui/problems/problem_delegate.h"
#include "ui/style/glyph.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
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
    std::array<bool, 4> shown{true, true, true, false};
    QString text;
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
        if (!shown[static_cast<std::size_t>(severity)]) return false;
        if (text.isEmpty()) return true;
        for (const int role : {int(Qt::DisplayRole), int(ProblemsModel::CodeRole), int(ProblemsModel::PlaceRole)})
            if (index.data(role).toString().contains(text, Qt::CaseInsensitive)) return true;
        return false;
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
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &ProblemsView::showMenu);
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
    const char* glyphs[] = {"error", "warning", "bulb", "info"};
    const char* tokens[] = {"severity.error", "severity.warning", "severity.advice", "severity.info"};
    for (std::size_t i = 0; i < m_severities.size(); ++i) {
        m_severities[i] = chip();
        m_severities[i]->setIcon(glyphIcon(QString::fromLatin1(glyphs[i]), QString::fromLatin1(tokens[i])));
        m_severities[i]->setChecked(m_filter->shown[i]);
        connect(m_severities[i], &QToolButton::toggled, this, [this, i](bool on) {
            m_filter->shown[i] = on;
            refilter();
        });
    }
    m_thisFile = chip();
    m_thisFile->setText(tr("This file"));
    connect(m_thisFile, &QToolButton::toggled, this, [this](bool on) {
        m_filter->onlyCurrent = on;
        refilter();
    });
    m_text = new QLineEdit(m_chips);
    m_text->setPlaceholderText(tr("Filter"));
    m_text->setAccessibleName(tr("Filter problems by text"));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(60);
    m_text->setMaximumWidth(180);
    connect(m_text, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->text = text;
        refilter();
    });
    row->addStretch();
    row->addWidget(m_text, 1);
}

void ProblemsView::titleChips()
{
    m_severities[0]->setText(tr("Error %1").arg(count(Severity::Error)));
    m_severities[1]->setText(tr("Warning %1").arg(count(Severity::Warning)));
    m_severities[2]->setText(tr("Advice %1").arg(count(Severity::Advice)));
    m_severities[3]->setText(QString::number(count(Severity::Info))); // in short: nearly every document has some
    m_severities[3]->setToolTip(tr("Information %1").arg(count(Severity::Info)));
    m_severities[3]->setAccessibleName(m_severities[3]->toolTip());
    m_severities[3]->setVisible(count(Severity::Info) > 0);
}

void ProblemsView::refilter()
{
    m_filter->changed();
    m_tree->expandAll();
}

void ProblemsView::setText(const QString& text) { m_text->setText(text); }

QString ProblemsView::lines() const
{
    QString all;
    for (int group = 0; group < m_filter->rowCount(); ++group) {
        const QModelIndex parent = m_filter->index(group, 0);
        for (int row = 0; row < m_filter->rowCount(parent); ++row)
            all += m_model.line(m_filter->mapToSource(m_filter->index(row, 0, parent))) + u'\n';
    }
    return all;
}

void ProblemsView::showMenu(const QPoint& at)
{
    const QModelIndex index = m_tree->indexAt(at);
    QMenu menu(this);
    if (const Problem* problem = problemAt(index)) {
        menu.addAction(tr("Go there"), this, [this, index] { activate(index); });
        if (!problem->finding.fixes.empty())
            menu.addAction(glyphIcon(u"bulb"_s), QString::fromStdString(problem->finding.fixes.front().label), this,
                           [this, index] { offerFixes(index); });
        menu.addAction(tr("Copy"), this, [this, index] {
            QApplication::clipboard()->setText(m_model.line(m_filter->mapToSource(index)));
        });
    }
    menu.addAction(tr("Copy the list"), this, [this] { QApplication::clipboard()->setText(lines()); });
    menu.addAction(tr("Save the list…"), this, [this] {
        QFile file(QFileDialog::getSaveFileName(this, tr("Save the list"), u"problems.txt"_s));
        if (!file.fileName().isEmpty() && file.open(QIODevice::WriteOnly)) file.write(lines().toUtf8());
    });
    menu.exec(m_tree->viewport()->mapToGlobal(at));
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
    refilter();
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
    m_severities[static_cast<std::size_t>(severity)]->setChecked(shown);
}

void ProblemsView::setOnlyCurrentDocument(bool only) { m_thisFile->setChecked(only); }

const Problem* ProblemsView::problemAt(const QModelIndex& index) const
{
    return index.isValid() ? m_model.problem(m_filter->mapToSource(index)) : nullptr;
}

void ProblemsView::activate(const QModelIndex& index)
{
    const Problem* problem = problemAt(index);
    if (problem && problem->isReport) Q_EMIT originRequested(problem->document, problem->finding.range);
    else if (problem)
        Q_EMIT activated(problem->document, QString::fromStdString(problem->finding.path), problem->finding.range);
    else if (index.isValid()) m_tree->setExpanded(index, !m_tree->isExpanded(index));
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
        const bool isCopy = key->matches(QKeySequence::Copy);
        if (isCopy) QApplication::clipboard()->setText(m_model.line(m_filter->mapToSource(m_tree->currentIndex())));
        if (isEnter || isFix || isCopy) return true;
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
        const QString text =
            m_model.rowCount() == 0 ? tr("No problem found.") : tr("The filter above hides every problem.");
        painter.drawText(m_tree->viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignTop, text);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::problems
