// The whole graph as a picture in a file.
#pragma once

#include "model/base/result.h"

#include <QString>

namespace ui {

class GraphScene;

/// Writes an SVG, drawn in detail whatever the zoom is.
model::Result<void> writeSvg(GraphScene& scene, const QString& fileName);
/// Writes a PNG at `scale`; smaller when an image side would pass 16,000 pixels.
model::Result<void> writePng(GraphScene& scene, const QString& fileName, double scale = 2);

} // namespace ui
