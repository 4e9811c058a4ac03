// Drafts: what a killed program would lose, on disk at most a second after it was typed.
#pragma once

#include "model/base/result.h"

#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QTimer;

namespace ui {

/// The draft file of one document, in AppDataLocation/drafts. Written off the GUI thread's critical path: a timer
/// gathers changes for 500 ms. Dropped when the document is saved or undone to what is on disk.
class Journal {
public:
    Journal(const QString& fileName, const QString& name);
    ~Journal();
    Journal(Journal&&) noexcept;
    Journal& operator=(Journal&&) noexcept;

    void write(std::shared_ptr<const std::string> text);
    void drop();
    /// Writes what is pending now.
    void flush();

    /// What a draft file holds.
    struct Draft {
        QString fileName; ///< Empty: never saved.
        QString name;
        std::string text;
        QString path; ///< Of the draft itself.
    };
    /// The newest draft of a file that no living program writes.
    static std::optional<Draft> draftOf(const QString& fileName);
    /// All drafts that no living program writes.
    static std::vector<Draft> all();
    /// Removes it, once its text is in a document's own draft.
    static void forget(const Draft& draft);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace ui
