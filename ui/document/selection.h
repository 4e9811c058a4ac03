// What the user looks at: one selection shared by graph, tree, form, text, tables and plots.
#pragma once

#include <QObject>
#include <QPointer>

#include <vector>

namespace ui {

class Document;

/// The shared selection and its history (back, forward). Widgets call select() and follow changed(); selecting what is
/// selected does nothing, so no widget needs a guard against its own echo. GUI thread.
class Selection final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    Document* document() const { return m_here.document; }
    /// Field path in document(); empty for the whole file.
    const QString& path() const { return m_here.path; }
    bool isEmpty() const { return !m_here.document; }

    void select(Document* document, const QString& path);
    void clear() { select(nullptr, {}); }
    /// Follows a document that leaves: nothing of it stays selected.
    void forget(Document* document);

    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < static_cast<int>(m_places.size()); }
    void back() { go(-1); }
    void forward() { go(+1); }

    /// Asks every view to bring the selection into sight and, where it makes sense, to open its text.
    void reveal() { Q_EMIT revealRequested(); }

Q_SIGNALS:
    void changed();
    void revealRequested();

private:
    struct Place {
        QPointer<Document> document;
        QString path;
    };
    void go(int step);

    Place m_here;
    std::vector<Place> m_places;
    int m_at = -1;
};

} // namespace ui
