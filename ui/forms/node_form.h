// The form of what is selected: generic over the schema's descriptors.
#pragma once

#include "model/base/finding.h"

#ifndef Q_MOC_RUN // moc cannot read the generated API headers.
#include "model/source/revision.h"
#endif

#include <QHash>
#include <QSet>
#include <QStringList>
#include <QWidget>

#include <optional>
#include <vector>

class QKeyEvent;
class QLabel;
class QLineEdit;
class QScrollArea;

namespace google::protobuf {
class FieldDescriptor;
}

namespace ui::forms {

/// Shows the fields at one path of a revision and says how the user wants them changed; changes nothing itself. The owner
/// turns the signals into splices (model/source/edit.h). Paths are field paths, values YAML in flow style. GUI thread.
class NodeForm final : public QWidget {
    Q_OBJECT
public:
    explicit NodeForm(QWidget* parent = nullptr);

    /// Shows the message at `path`. Focus and what is unfolded stay when the path is the same.
    void show(const model::source::RevisionPtr& revision, const QString& path);
    using QWidget::show;
    void setFindings(const std::vector<model::Finding>& findings);
    /// Names for fields that refer to a cluster.
    void setClusters(const QStringList& names);
    /// Fields that differ from what runs: their value there by path, as one line of text; empty: not set there.
    void setDifferences(const QHash<QString, QString>& running);
    /// Shown before the line in the documentation area: "front-envoy.yaml".
    void setFileName(const QString& name);
    const QString& path() const { return m_path; }
    /// Gives the focus to the field at or nearest above that path.
    void focusField(const QString& path);
    /// The editor of a field, for tests and accessibility; nullptr when it is not shown.
    QWidget* editor(const QString& path) const;
    /// Shows only fields of the message whose names hold `text`; empty shows as before.
    void search(const QString& text);
    /// Shows the field for it and gives it the focus.
    void openSearch();
    /// Unfolds everything rarely used of the message at `path`.
    void showMore(const QString& path);

Q_SIGNALS:
    void spliceRequested(const QString& label, const QString& path, const QString& yaml);
    void clearRequested(const QString& label, const QString& path);
    void insertRequested(const QString& label, const QString& listPath, int position, const QString& yaml);
    void moveRequested(const QString& label, const QString& itemPath, int position);
    /// A oneof: clear one, set the other, one undo step.
    void switchRequested(const QString& label, const QString& fromPath, const QString& toPath, const QString& yaml);
    void fixRequested(const model::Fix& fix);
    /// The arrow beside a reference: go to the cluster of that name.
    void goToClusterRequested(const QString& name);
    void fieldFocused(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    friend class FormBuilder;
    void rebuild();
    void document(QWidget* editor);
    void commit(QWidget* editor, const QString& typed);
    void judge(QWidget* editor, const QString& typed);
    bool handleKey(QWidget* editor, QKeyEvent* key);
    bool moveItem(const QString& path, int by);
    void showDocumentation(const QString& title, const QString& place, const QString& text);
    void growDocumentation();
    QString about(const google::protobuf::FieldDescriptor* field) const;
    void buildDocumentation();
    void toggle(QSet<QString>& set, const QString& path);
    QString labelFor(const QString& path) const;
    bool differs(const QString& path) const;
    /// YAML that brings the field back to what runs, empty to clear it; nullopt where that is no matter of one value.
    std::optional<QString> valueThatRuns(const QString& path, const google::protobuf::FieldDescriptor* field) const;

    model::source::RevisionPtr m_revision;
    QString m_path, m_fileName, m_search;
    QString m_focusNext; ///< Where the focus goes after an item moved.
    std::vector<model::Finding> m_findings;
    QStringList m_clusters;
    QHash<QString, QString> m_running; ///< Of fields that differ from it.
    QSet<QString> m_more;              ///< Messages whose rarely used fields are shown.
    QSet<QString> m_folded;            ///< Groups and cards that the user folded.
    QSet<QString> m_opened;            ///< Cards that the user unfolded.
    QHash<QString, QWidget*> m_editors;
    QScrollArea* m_scroll = nullptr;
    QLineEdit* m_searchField = nullptr;
    QWidget* m_docs = nullptr;
    QLabel* m_docTitle = nullptr;
    QLabel* m_docPlace = nullptr;
    QLabel* m_docText = nullptr;
};

} // namespace ui::forms
