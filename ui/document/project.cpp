#include "ui/document/project.h"

#include "ui/document/background.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace ui {

namespace {

/// Names under which other proxies may reach this one when nothing says so: compose files and pods name the sidecar of
/// service-a "service_a", "service-a" or "service_a_envoy".
std::vector<std::string> likelyNames(const Document& document)
{
    QStringList names = document.addresses();
    QString plain = document.proxyName();
    for (const QString& name : {plain, plain.replace(u'-', u'_')})
        names << name << name + QStringLiteral("_envoy") << name + QStringLiteral("-envoy");
    names.removeDuplicates();
    std::vector<std::string> result;
    for (const QString& name : names) result.push_back(name.toStdString());
    return result;
}

} // namespace

Project::Project(QObject* parent) : QObject(parent), m_graph(std::make_shared<const model::graph::Graph>())
{
    m_progressTimer.setInterval(400);
    connect(&m_progressTimer, &QTimer::timeout, this, &Project::loadingChanged);
}

Project::~Project()
{
    if (m_progress) m_progress->cancelled = true;
}

model::Result<Document*> Project::open(const QString& fileName)
{
    const QString absolute = QFileInfo(fileName).absoluteFilePath();
    if (Document* known = findFile(absolute)) return known;
    ReadProgress progress;
    ReadFile file = readFile(absolute, m_schema, progress);
    if (file.error) return model::Unexpected{*file.error};
    return take(std::move(file));
}

namespace {

const QStringList& configurationPatterns()
{
    static const QStringList patterns{QStringLiteral("*.yaml"), QStringLiteral("*.yml"), QStringLiteral("*.json")};
    return patterns;
}

QString megabytes(qint64 bytes) { return QString::number(static_cast<double>(bytes) / 1e6, 'f', 0); }

} // namespace

// A converted file becomes a document without a file: saving never overwrites the original unasked.
Document* Project::take(ReadFile file)
{
    const bool converted = file.origin.has_value();
    const QString name = converted ? QFileInfo(file.fileName).completeBaseName() + QStringLiteral(".yaml") : QString();
    auto* document = new Document(converted ? QString() : file.fileName, name, std::move(file.revision),
                                  std::move(file.findings), this);
    if (converted) document->setOrigin(std::move(*file.origin));
    adopt(document);
    if (auto draft = converted ? std::nullopt : Journal::draftOf(file.fileName);
        draft && draft->text != document->text()) {
        document->restore(std::move(*draft));
        Q_EMIT draftRestored(document);
    } else if (draft) {
        Journal::forget(*draft); // It says what the file says.
    }
    return document;
}

void Project::load(const QStringList& places)
{
    for (const QString& place : places) {
        const QFileInfo info(place);
        if (!info.isDir()) {
            m_waiting << info.absoluteFilePath();
            continue;
        }
        const QFileInfoList files = QDir(place).entryInfoList(configurationPatterns(), QDir::Files, QDir::Name);
        if (files.isEmpty()) Q_EMIT openFailed(place, tr("There is no YAML or JSON file in this folder"));
        for (const QFileInfo& file : files) m_waiting << file.absoluteFilePath();
    }
    if (!m_progress) readNext();
}

void Project::readNext()
{
    while (!m_waiting.isEmpty()) {
        m_reading = m_waiting.takeFirst();
        if (Document* known = findFile(m_reading)) {
            Q_EMIT opened(known);
            continue;
        }
        m_progress = std::make_shared<ReadProgress>();
        m_progressTimer.start();
        runInBackground(
            this,
            [name = m_reading, schema = m_schema, progress = m_progress] { return readFile(name, schema, *progress); },
            [this, progress = m_progress](ReadFile file) {
                if (progress != m_progress) return; // Given up.
                m_progress.reset();
                if (file.error) Q_EMIT openFailed(file.fileName, QString::fromStdString(file.error->text()));
                else Q_EMIT opened(take(std::move(file)));
                readNext();
            });
        return;
    }
    m_progressTimer.stop();
    Q_EMIT loadingChanged();
}

QString Project::loading() const
{
    if (!m_progress) return {};
    const QString name = QFileInfo(m_reading).fileName();
    if (m_progress->read < m_progress->total)
        return tr("Reading %1, %2 of %3 MB").arg(name, megabytes(m_progress->read), megabytes(m_progress->total));
    return tr("Checking %1, %2 MB").arg(name, megabytes(m_progress->total));
}

void Project::cancelLoading()
{
    m_waiting.clear();
    if (m_progress) m_progress->cancelled = true;
    m_progress.reset();
    m_progressTimer.stop();
    Q_EMIT loadingChanged();
}

void Project::setSchema(const model::api::SchemaPtr& schema)
{
    m_schema = schema;
    for (Document* document : m_documents) document->setSchema(schema ? schema : model::api::builtIn());
}

model::Result<int> Project::openFolder(const QString& folder)
{
    const QDir dir(folder);
    const QStringList files = dir.entryList(configurationPatterns(), QDir::Files, QDir::Name);
    if (files.isEmpty())
        return model::fail(model::ErrorCode::NotFound, folder.toStdString(),
                           "There is no YAML or JSON file in this folder");
    int opened = 0;
    std::optional<model::Error> first;
    for (const QString& file : files) {
        const auto document = open(dir.filePath(file));
        if (document) ++opened;
        else if (!first) first = document.error();
    }
    if (opened == 0 && first) return model::Unexpected{*first};
    return opened;
}

Document* Project::add(const QString& name, std::string text, bool readOnly)
{
    auto* document = new Document({}, name, std::move(text), this);
    if (m_schema) document->setSchema(m_schema);
    document->setReadOnly(readOnly);
    adopt(document);
    return document;
}

int Project::restoreDrafts()
{
    int restored = 0;
    for (auto& draft : Journal::all()) {
        if (!draft.fileName.isEmpty()) continue; // comes back when its file is opened
        Document* document = add(draft.name, {});
        document->restore(std::move(draft));
        Q_EMIT draftRestored(document);
        ++restored;
    }
    return restored;
}

void Project::adopt(Document* document)
{
    m_documents.push_back(document);
    connect(document, &Document::revisionChanged, this, &Project::project);
    connect(document, &Document::findingsChanged, this, &Project::findingsChanged);
    connect(document, &Document::modifiedChanged, this, &Project::modifiedChanged);
    connect(document, &Document::fileNameChanged, this, &Project::documentsChanged);
    Q_EMIT documentAdded(document);
    Q_EMIT documentsChanged();
    Q_EMIT findingsChanged();
    project();
}

void Project::close(Document* document)
{
    Q_EMIT documentAboutToClose(document);
    std::erase(m_documents, document);
    m_selection.forget(document);
    document->history().setClean(); // closing without saving gives the draft up
    document->deleteLater();
    Q_EMIT documentsChanged();
    Q_EMIT findingsChanged();
    project();
}

void Project::closeAll()
{
    while (!m_documents.empty()) close(m_documents.back());
}

Document* Project::document(int index) const
{
    return index >= 0 && index < static_cast<int>(m_documents.size()) ? m_documents[static_cast<std::size_t>(index)]
                                                                      : nullptr;
}

int Project::indexOf(const Document* document) const
{
    const auto it = std::find(m_documents.begin(), m_documents.end(), document);
    return it == m_documents.end() ? -1 : static_cast<int>(it - m_documents.begin());
}

Document* Project::findFile(const QString& fileName) const
{
    const auto it = std::find_if(m_documents.begin(), m_documents.end(),
                                 [&](const Document* d) { return d->fileName() == fileName; });
    return it == m_documents.end() ? nullptr : *it;
}

Document* Project::findProxy(const QString& proxy) const
{
    const auto it = std::find_if(m_documents.begin(), m_documents.end(),
                                 [&](const Document* d) { return d->proxyName() == proxy; });
    return it == m_documents.end() ? nullptr : *it;
}

bool Project::isModified() const
{
    return std::any_of(m_documents.begin(), m_documents.end(), [](const Document* d) { return d->isModified(); });
}

int Project::selectedNode() const
{
    const int document = indexOf(m_selection.document());
    return document < 0 ? -1 : m_graph->nodeAt(document, m_selection.path().toStdString());
}

void Project::selectNode(int node)
{
    if (node < 0 || node >= static_cast<int>(m_graph->nodes.size())) return m_selection.clear();
    const auto& chosen = m_graph->nodes[static_cast<std::size_t>(node)];
    if (Document* owner = document(chosen.document)) m_selection.select(owner, QString::fromStdString(chosen.path));
}

void Project::project()
{
    m_stale = true;
    if (m_working) return;
    m_working = true;
    m_stale = false;
    std::vector<model::graph::ProxyInput> inputs;
    for (std::size_t i = 0; i < m_documents.size(); ++i) {
        const Document& document = *m_documents[i];
        inputs.push_back(
            {document.proxyName().toStdString(), {document.revision()}, {static_cast<int>(i)}, likelyNames(document)});
    }
    auto work = [inputs = std::move(inputs)] {
        return std::make_shared<const model::graph::Graph>(model::graph::project(inputs));
    };
    runInBackground(this, std::move(work), [this](GraphPtr graph) {
        m_working = false;
        if (m_stale) return project(); // a document came, went or changed meanwhile: indices may not fit
        m_graph = std::move(graph);
        Q_EMIT graphChanged();
    });
}

} // namespace ui
