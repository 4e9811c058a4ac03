// The review before a push: every change per proxy and resource, with the fields that differ.
#pragma once

#include "ui/push/review.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;
class QVBoxLayout;

namespace ui::push {

class DiffView;

/// Shows a Review; Enter confirms, Esc cancels, both from anywhere inside. Errors refuse the push and stand on top, each
/// with its place. Below, the chosen resource as text, what runs beside the draft. Pushes nothing itself. GUI thread.
class ReviewPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ReviewPanel(QWidget* parent = nullptr);
    void show(const Review& review);
    using QWidget::show;
    const Review& review() const { return m_review; }
    QTreeWidget& tree() { return *m_tree; }
    DiffView& texts() { return *m_texts; }
    QPushButton& pushButton() { return *m_push; }

Q_SIGNALS:
    /// `contentOf` is 0, or the version to go back to.
    void confirmed(int contentOf);
    void cancelled();
    /// A change or a finding was activated: its place in the proxy's document.
    void placeActivated(const QString& proxy, const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void buildHeader(QVBoxLayout& column);
    void buildTree(QVBoxLayout& column);
    void confirm();
    void addProxies();
    void addProxy(const ReviewedProxy& proxy);
    void addFindings(const ReviewedProxy& proxy, QTreeWidgetItem* parent);
    void addChange(const ReviewedProxy& proxy, const model::diff::ResourceChange& change, QTreeWidgetItem* parent);
    void showDetail();
    QString headline() const;
    QString subline() const;

    Review m_review;
    QLabel *m_title = nullptr, *m_summary = nullptr, *m_obstacle = nullptr;
    QPushButton *m_cancel = nullptr, *m_push = nullptr;
    QTreeWidget* m_tree = nullptr;
    DiffView* m_texts = nullptr;
};

} // namespace ui::push
