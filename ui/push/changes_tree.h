// The Changes tab: what differs from what the proxies run, by proxy, resource and field.
#pragma once

#include "ui/push/review.h"

#include <QTreeWidget>

namespace ui::push {

/// Follows the draft; choosing a row asks for its place. Rows keep what is folded and chosen. GUI thread.
class ChangesTree final : public QTreeWidget {
    Q_OBJECT
public:
    explicit ChangesTree(QWidget* parent = nullptr);
    void show(const Review& review);
    using QWidget::show;
    int count() const { return m_review.changes(); }

Q_SIGNALS:
    /// `path` in the proxy's document; empty: the whole of it.
    void placeActivated(const QString& proxy, const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void rebuild();
    void addChange(const ReviewedProxy& proxy, const model::diff::ResourceChange& change, QTreeWidgetItem* parent);

    Review m_review;
    bool m_building = false;
};

} // namespace ui::push
