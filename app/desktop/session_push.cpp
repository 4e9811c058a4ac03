// Pushing: reviews, the push itself, and reading back what the proxies run.
#include "app/desktop/session.h"

#include "model/export/message_yaml.h"
#include "model/source/config_set.h"
#include "ui/document/background.h"

#include <QDateTime>

#include <algorithm>

namespace app::desktop {

using model::ErrorCode;
using model::push::State;
using model::source::DocumentKind;
using model::source::Revision;

namespace {

model::diff::Resources orNothing(const model::diff::ResourcesPtr& resources)
{
    return resources ? *resources : model::diff::Resources{};
}

/// Adds the texts of what changes, as far as somebody may want to read them.
void addTexts(std::vector<model::diff::ResourceChange>& changes, const model::diff::Resources& before,
              const model::diff::Resources& after)
{
    constexpr std::size_t mostTexts = 200;
    const auto text = [](const model::diff::Resources& side, const model::diff::ResourceChange& change) {
        const auto found = side.of(change.type).find(change.name);
        if (found == side.of(change.type).end()) return std::string();
        const auto yaml = model::exporting::toYaml(*found->second->message);
        return yaml ? *yaml : std::string();
    };
    for (std::size_t i = 0; i < std::min(changes.size(), mostTexts); ++i) {
        changes[i].before = text(before, changes[i]);
        changes[i].after = text(after, changes[i]);
    }
}

double now() { return static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000; }

} // namespace

std::vector<ui::Document*> Session::pushable(const QString& only) const
{
    std::map<std::string, ui::Document*> byName;
    std::vector<std::string> names;
    for (ui::Document* document : m_project.documents()) {
        if (document->isReadOnly() || (!only.isEmpty() && document->proxyName() != only)) continue;
        if (document->settle()->kind() != DocumentKind::Bootstrap) continue;
        names.push_back(document->proxyName().toStdString());
        byName[names.back()] = document;
    }
    std::vector<ui::Document*> all;
    for (const std::string& name : control::upstreamFirst(std::move(names), links())) all.push_back(byName[name]);
    return all;
}

/// Who speaks to whom: the graph joins an endpoint to the listener of another proxy that answers there.
std::vector<control::Link> Session::links() const
{
    std::vector<control::Link> all;
    const auto& graph = *m_project.graph();
    for (const auto& edge : graph.edges) {
        if (edge.kind != model::graph::Edge::Kind::Joins) continue;
        const auto& endpoint = graph.nodes[static_cast<std::size_t>(edge.from)];
        const auto& listener = graph.nodes[static_cast<std::size_t>(edge.to)];
        if (endpoint.proxy != listener.proxy) all.push_back({endpoint.proxy, endpoint.resource, listener.proxy});
    }
    return all;
}

/// A review without changes: version and proxies.
ui::push::Review Session::frame(const QString& only) const
{
    ui::push::Review review;
    review.version = m_control.history().empty() ? 1 : m_control.history().back().version + 1;
    review.only = only;
    const auto statuses = m_control.statuses();
    for (const ui::Document* document : pushable(only)) {
        const std::string name = document->proxyName().toStdString();
        const auto status = std::ranges::find(statuses, name, &model::push::ProxyStatus::name);
        ui::push::ReviewedProxy proxy;
        proxy.name = document->proxyName();
        proxy.document = document->title();
        proxy.connected = status != statuses.end() && status->connected;
        proxy.rejected = status != statuses.end() && status->state == State::Nacked;
        proxy.runs = m_control.running(name) != nullptr;
        review.proxies.push_back(std::move(proxy));
    }
    return review;
}

ui::push::Review Session::review(const QString& only)
{
    ui::push::Review review = frame(only);
    const auto documents = pushable(only);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto& proxy = review.proxies[i];
        const auto& revision = *documents[i]->revision();
        proxy.findings = model::check::check(revision, ui::checkOptions(documents[i]->fileName()));
        const auto before = orNothing(m_control.running(proxy.name.toStdString()));
        const auto after = model::diff::split(revision.config());
        proxy.changes = compare(before, after);
        const auto undelivered = m_control.undelivered(proxy.name.toStdString());
        proxy.same = undelivered && compare(*undelivered, after).empty();
        addTexts(proxy.changes, before, after);
    }
    return review;
}

model::Result<ui::push::Review> Session::reviewRollback(int version)
{
    auto changes = m_control.previewRollback(version);
    if (!changes) return changes.unexpected();
    ui::push::Review review = frame();
    review.contentOf = version;
    review.proxies.clear();
    const auto statuses = m_control.statuses();
    std::map<std::string, std::vector<model::diff::ResourceChange>> byName;
    std::vector<std::string> names;
    for (auto& [proxy, own] : *changes) {
        names.push_back(proxy);
        byName[proxy] = std::move(own);
    }
    for (const std::string& name : control::upstreamFirst(std::move(names), links())) {
        const auto status = std::ranges::find(statuses, name, &model::push::ProxyStatus::name);
        const auto& content = *m_control.contentOf(version)->at(name);
        ui::push::ReviewedProxy proxy;
        proxy.name = QString::fromStdString(name);
        proxy.connected = status != statuses.end() && status->connected;
        proxy.rejected = status != statuses.end() && status->state == State::Nacked;
        const auto undelivered = m_control.undelivered(name);
        proxy.same = undelivered && compare(*undelivered, content).empty();
        proxy.runs = true;
        proxy.changes = std::move(byName[name]);
        addTexts(proxy.changes, orNothing(m_control.running(name)), content);
        review.proxies.push_back(std::move(proxy));
    }
    return review;
}

void Session::compareDraft()
{
    if (m_comparing) {
        m_compareAgain = true;
        return;
    }
    m_comparing = true;
    struct Side {
        model::source::RevisionPtr revision;
        model::diff::ResourcesPtr running, undelivered;
    };
    std::vector<Side> sides;
    for (const ui::Document* document : pushable()) {
        const std::string name = document->proxyName().toStdString();
        sides.push_back({document->revision(), m_control.running(name), m_control.undelivered(name)});
    }
    ui::runInBackground(
        this,
        [review = frame(), sides]() mutable {
            for (std::size_t i = 0; i < sides.size(); ++i) {
                const auto draft = model::diff::split(sides[i].revision->config());
                review.proxies[i].changes = compare(orNothing(sides[i].running), draft);
                review.proxies[i].same = sides[i].undelivered && compare(*sides[i].undelivered, draft).empty();
            }
            return review;
        },
        [this](const ui::push::Review& review) {
            m_comparing = false;
            if (std::exchange(m_compareAgain, false)) compareDraft();
            Q_EMIT drafted(review);
        });
}

model::Result<int> Session::push(const QString& only)
{
    control::ControlPlane::Configs configs;
    for (ui::Document* document : pushable(only)) {
        const auto findings = model::check::check(*document->revision(), ui::checkOptions(document->fileName()));
        const auto error = std::ranges::find(findings, model::Severity::Error, &model::Finding::severity);
        if (error != findings.end()) {
            const std::string where = document->title().toStdString() + ":" + std::to_string(error->range.begin.line);
            return model::fail(ErrorCode::Invalid, where, "An error must be mended before pushing: " + error->message);
        }
        configs[document->proxyName().toStdString()] = document->revision()->config();
    }
    if (m_control.port() == 0)
        if (const auto port = m_control.listen(); !port) return port.unexpected();
    const int version = m_control.push(configs, links());
    hurry();
    Q_EMIT pushed(version);
    return version;
}

model::Result<int> Session::rollback(int version)
{
    auto made = m_control.rollback(version, links());
    if (!made) return made;
    hurry();
    Q_EMIT pushed(*made);
    return made;
}

/// After a push one wants to see at once what it did.
void Session::hurry()
{
    if (m_interval == 0) return;
    for (auto& [proxy, watched] : m_watched) watched.sampler->hurry();
}

bool Session::isUnconfirmed(const std::string& proxy) const
{
    const auto statuses = m_control.statuses();
    const auto status = std::ranges::find(statuses, proxy, &model::push::ProxyStatus::name);
    return status != statuses.end() && status->connected &&
           (status->state == State::Acked || status->state == State::Nacked);
}

void Session::startReadBack(const std::string& proxy)
{
    const auto found = m_watched.find(proxy);
    if (found == m_watched.end()) return;
    found->second.next = 0;
    found->second.unequal = 0;
    readBack(proxy);
}

// A proxy that runs something else than it acknowledged may be on its way there: asked again after 1, 2, 4 … 30 s.
void Session::readBack(const std::string& proxy)
{
    const auto found = m_watched.find(proxy);
    if (found == m_watched.end() || found->second.reading || now() < found->second.next) return;
    found->second.reading = true;
    found->second.sampler->client().get(
        QStringLiteral("/config_dump?include_eds"), [this, proxy](const model::Result<QByteArray>& page) {
            if (!page) {
                m_watched[proxy].reading = false;
                return;
            }
            ui::runInBackground(
                this,
                [text = page->toStdString()] {
                    return std::make_shared<const model::diff::Resources>(
                        model::diff::split(Revision::of(text)->config()));
                },
                [this, proxy](const model::diff::ResourcesPtr& running) { finishReadBack(proxy, running); });
        });
}

void Session::finishReadBack(const std::string& proxy, model::diff::ResourcesPtr running)
{
    auto& watched = m_watched[proxy];
    watched.reading = false;
    const bool equal = m_control.readBack(proxy, *running).empty();
    watched.unequal = equal ? 0 : std::min(watched.unequal + 1, 5);
    watched.next = now() + (equal ? 0 : std::min(1 << watched.unequal, 30) / 2.0);
}

} // namespace app::desktop
