// How the window's regions share its room: splitters, rail, maximising, and what of it is remembered.
#pragma once

#include <QObject>
#include <QPointer>

#include <vector>

class QSettings;
class QShortcut;
class QSplitter;

namespace ui {

class PanelStack;
class Rail;

/// The regions of ui README section 2. Owns none of the widgets. In a narrow window the left region is a rail that opens
/// over the canvas, and the bottom is one stack. GUI thread.
class Regions final : public QObject {
    Q_OBJECT
public:
    struct Parts {
        QSplitter *outer = nullptr, *inner = nullptr, *upper = nullptr, *lower = nullptr;
        PanelStack *left = nullptr, *canvas = nullptr, *bottomLeft = nullptr, *bottomRight = nullptr;
        QWidget *canvasArea = nullptr, *side = nullptr;
        Rail* rail = nullptr;
    };
    Regions(Parts parts, QWidget* window);

    /// Follows the window's size.
    void fitWindow();
    bool isNarrow() const { return m_narrow; }
    /// All side regions, or the bottom alone: hidden when one is shown, shown when none is.
    void toggleSides();
    void toggleBottom();
    /// Gives the whole window to a region, or takes it back.
    void maximise(PanelStack* stack);
    void restore();
    bool isMaximised() const { return !m_before.empty(); }
    /// Shows the left region with that tab, over the canvas where it has no room of its own.
    void openLeft(int tab);
    bool isLeftOverCanvas() const { return m_over; }
    /// Sizes, stacks and visibility as in a new window.
    void reset();

    /// Under the settings' group: sizes, who is hidden, which panel is where and chosen.
    void store(QSettings& settings);
    /// False when nothing of this version was stored there.
    bool load(QSettings& settings);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showLeft(bool shown);
    void closeLeft();
    void placeLeft();
    void joinBottom(bool join);
    void defaultSizes();
    std::vector<PanelStack*> stacks() const;
    QWidget* panel(const QString& name) const;

    Parts m_parts;
    QWidget* m_window;
    QShortcut* m_escape;                                      ///< Enabled while a region is maximised.
    std::vector<std::pair<QPointer<QWidget>, bool>> m_before; ///< Who was shown before a region was maximised.
    std::vector<QPointer<QWidget>> m_joined; ///< Panels of the right bottom stack that stand in the left one.
    bool m_narrow = false, m_leftWanted = true, m_over = false;
};

} // namespace ui
