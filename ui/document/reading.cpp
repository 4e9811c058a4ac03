#include "ui/document/reading.h"

#include "model/import/import.h"

#include <QFile>
#include <QFileInfo>

namespace ui {

using model::ErrorCode;
using model::source::DocumentKind;
using model::source::Revision;

namespace {

constexpr qint64 largest = qint64(512) << 20; ///< Bytes; a revision takes some ten times that.
constexpr qint64 step = qint64(4) << 20;

model::Result<std::string> bytesOf(const QString& fileName, ReadProgress& progress)
{
    QFile file(fileName);
    const std::string where = fileName.toStdString();
    if (QFileInfo(fileName).isDir()) return model::fail(ErrorCode::Unreadable, where, "This is a folder");
    if (!file.open(QIODevice::ReadOnly))
        return model::fail(file.exists() ? ErrorCode::Unreadable : ErrorCode::NotFound, where,
                           file.errorString().toStdString());
    if (file.size() > largest)
        return model::fail(ErrorCode::Malformed, where, "The file is larger than 512 MB; open a part of it");
    progress.total = file.size();
    std::string text;
    text.reserve(static_cast<std::size_t>(file.size()));
    while (!file.atEnd() && !progress.cancelled) {
        const QByteArray part = file.read(step);
        if (part.isEmpty() && file.error() != QFileDevice::NoError)
            return model::fail(ErrorCode::Unreadable, where, file.errorString().toStdString());
        if (part.contains('\0'))
            return model::fail(ErrorCode::Malformed, where, "This is a binary file, not YAML or JSON");
        text.append(part.constData(), static_cast<std::size_t>(part.size()));
        progress.read += part.size();
    }
    return text;
}

} // namespace

ReadFile readFile(const QString& fileName, const model::api::SchemaPtr& schema, ReadProgress& progress)
{
    ReadFile result;
    result.fileName = fileName;
    auto text = bytesOf(fileName, progress);
    if (!text) {
        result.error = text.error();
        return result;
    }
    if (progress.cancelled) return result;
    model::source::ReadOptions options{schema, QFileInfo(fileName).fileName().toStdString(), {}};
    result.revision = Revision::of(std::move(*text), options);
    const DocumentKind kind = result.revision->kind();
    if ((kind == DocumentKind::EnvoyV1 || kind == DocumentKind::EnvoyV2) && !progress.cancelled) {
        auto imported = model::import::toV3(*result.revision);
        if (!imported) {
            result.error = imported.error();
            return result;
        }
        result.origin = Document::Origin{fileName, result.revision->text(), std::move(imported->report)};
        result.revision = Revision::of(std::move(imported->yaml), options);
    }
    if (!progress.cancelled) result.findings = model::check::check(*result.revision, checkOptions(fileName));
    return result;
}

} // namespace ui
