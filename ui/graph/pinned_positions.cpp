#include "ui/graph/pinned_positions.h"

#include <QCryptographicHash>
#include <QSettings>

namespace ui {

namespace {

QString keyOf(const Document& document)
{
    const QString identity = document.fileName().isEmpty() ? document.title() : document.fileName();
    return QStringLiteral("positions/") +
           QString::fromLatin1(QCryptographicHash::hash(identity.toUtf8(), QCryptographicHash::Sha1).toHex());
}

} // namespace

PinnedPositions::PinnedPositions(Project& project, GraphScene& scene, QObject* parent)
    : QObject(parent)
    , m_project(project)
    , m_scene(scene)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(500);
    connect(&m_pause, &QTimer::timeout, this, &PinnedPositions::store);
    connect(&scene, &GraphScene::positionsChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(&project, &Project::documentAdded, this, &PinnedPositions::restore);
    connect(&project, &Project::documentAboutToClose, this, [this] {
        if (m_pause.isActive()) store();
    });
    for (const Document* document : project.documents()) restore(document);
}

PinnedPositions::~PinnedPositions()
{
    if (m_pause.isActive()) store();
}

// Node ids begin with the proxy's name: that says whose they are.
void PinnedPositions::store()
{
    m_pause.stop();
    const QVariantMap all = m_scene.positions();
    for (const Document* document : m_project.documents()) {
        QVariantMap own;
        const QString mark = u':' + document->proxyName() + u'/';
        for (auto it = all.begin(); it != all.end(); ++it)
            if (it.key().contains(mark)) own.insert(it.key(), it.value());
        if (own.isEmpty()) QSettings().remove(keyOf(*document));
        else QSettings().setValue(keyOf(*document), own);
    }
}

void PinnedPositions::restore(const Document* document)
{
    const QVariantMap kept = QSettings().value(keyOf(*document)).toMap();
    if (!kept.isEmpty()) m_scene.addPositions(kept);
}

} // namespace ui
