#include "ui/graph/graph_export.h"

#include "ui/graph/graph_scene.h"

#include <QFile>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>

namespace ui {

namespace {

QRectF whole(const GraphScene& scene) { return scene.itemsBoundingRect().adjusted(-24, -24, 24, 24); }

model::Result<void> nothing(const QString& fileName)
{
    return model::fail(model::ErrorCode::Invalid, fileName.toStdString(), "There is no graph to draw yet");
}

} // namespace

model::Result<void> writeSvg(GraphScene& scene, const QString& fileName)
{
    if (scene.isEmpty()) return nothing(fileName);
    QFile file(fileName);
    if (!file.open(QIODevice::WriteOnly))
        return model::fail(model::ErrorCode::Unreadable, fileName.toStdString(), file.errorString().toStdString());
    const QRectF area = whole(scene);
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setResolution(96);
    generator.setSize(area.size().toSize());
    generator.setViewBox(QRectF(QPointF(), area.size()));
    generator.setTitle(QStringLiteral("Meshwright"));
    QPainter painter(&generator);
    scene.render(&painter, QRectF(QPointF(), area.size()), area);
    return {};
}

model::Result<void> writePng(GraphScene& scene, const QString& fileName, double scale)
{
    if (scene.isEmpty()) return nothing(fileName);
    const QRectF area = whole(scene);
    const double used = std::min(scale, 16000 / std::max(area.width(), area.height()));
    QImage image((area.size() * used).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDotsPerMeterX(3780); // 96 dpi: points of fonts are then pixels of the tokens
    image.setDotsPerMeterY(3780);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    scene.render(&painter, QRectF(QPointF(), QSizeF(image.size())), area);
    painter.end();
    if (!image.save(fileName, "PNG"))
        return model::fail(model::ErrorCode::Unreadable, fileName.toStdString(), "Could not write the picture");
    return {};
}

} // namespace ui
