// Positions of nodes that the user dragged: view state, kept beside the configuration, never in it.
#pragma once

#include "ui/document/project.h"
#include "ui/graph/graph_scene.h"

#include <QTimer>

namespace ui {

/// Stores what was dragged half a second later, per file, in the settings; gives it back to the scene when the file is
/// opened again. Lives as long as the view.
class PinnedPositions final : public QObject {
    Q_OBJECT
public:
    PinnedPositions(Project& project, GraphScene& scene, QObject* parent);
    ~PinnedPositions() override;

private:
    void store();
    void restore(const Document* document);

    Project& m_project;
    GraphScene& m_scene;
    QTimer m_pause;
};

} // namespace ui
