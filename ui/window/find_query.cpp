// Each word becomes a predicate over a node's index; a node matches when all hold. reaches: and uses: walk edges
// backwards from the named nodes first, so that testing a node is one look-up.
#include "ui/window/find_query.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <functional>
#include <vector>

namespace ui {

using model::graph::Graph;
using model::graph::Node;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("ui::FindQuery", text); }
bool has(const std::string& field, const QString& part)
{
    return QString::fromStdString(field).contains(part, Qt::CaseInsensitive);
}

using Test = std::function<bool(int)>;

bool hasBadge(const Node& node, const QString& badge)
{
    return std::find(node.badges.begin(), node.badges.end(), badge.toStdString()) != node.badges.end();
}

/// Nodes from which a node that is named `name` can be come to; `steps` limits the way (-1: none).
std::set<int> upstream(const Graph& graph, const QString& name, int steps)
{
    std::set<int> found, frontier;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (has(graph.nodes[i].title, name) || has(graph.nodes[i].resource, name)) frontier.insert(static_cast<int>(i));
    if (steps < 0) found = frontier;
    for (int step = 0; !frontier.empty() && step != steps; ++step) {
        std::set<int> next;
        for (const auto& edge : graph.edges)
            if (frontier.contains(edge.to) && found.insert(edge.from).second) next.insert(edge.from);
        frontier = std::move(next);
    }
    return found;
}

/// The test of one word, or an empty one and the reason.
Test testOf(const Graph& graph, const QString& word, const std::set<std::string>& problemIds, FindResult& result)
{
    const auto node = [&graph](int i) -> const Node& { return graph.nodes[static_cast<std::size_t>(i)]; };
    static const QHash<QString, QString> badges{{QStringLiteral("tls"), QStringLiteral("lock")},
                                                {QStringLiteral("retry"), QStringLiteral("retry")},
                                                {QStringLiteral("timeout"), QStringLiteral("timeout")},
                                                {QStringLiteral("weight"), QStringLiteral("weighted")},
                                                {QStringLiteral("mirror"), QStringLiteral("mirror")}};
    if (word == u"problem") return [=](int i) { return problemIds.contains(node(i).id); };
    if (word == u"unresolved") return [=](int i) { return node(i).unresolved; };
    if (badges.contains(word)) return [=, badge = badges.value(word)](int i) { return hasBadge(node(i), badge); };
    const qsizetype colon = word.indexOf(u':');
    if (colon <= 0)
        return [=](int i) {
            return has(node(i).title, word) || has(node(i).subtitle, word) || has(node(i).resource, word);
        };
    const QString field = word.left(colon);
    const QString value = word.mid(colon + 1);
    if (value.isEmpty()) {
        result.state = FindResult::State::Incomplete;
        result.reason = tr("%1: what shall it be?").arg(field);
        return {};
    }
    if (field == u"kind")
        return [=](int i) {
            return QString::fromLatin1(model::graph::name(node(i).kind)).compare(value, Qt::CaseInsensitive) == 0;
        };
    if (field == u"name") return [=](int i) { return has(node(i).resource, value) || has(node(i).title, value); };
    if (field == u"proxy") return [=](int i) { return has(node(i).proxy, value); };
    if (field == u"cluster")
        return [=](int i) { return node(i).kind == model::graph::NodeKind::Cluster && has(node(i).resource, value); };
    if (field == u"path")
        return [=](int i) { return node(i).kind == model::graph::NodeKind::Route && has(node(i).title, value); };
    if (field == u"type") return [=](int i) { return has(node(i).subtitle, value); };
    if (field == u"port") return [=](int i) { return QString::fromStdString(node(i).address).endsWith(u':' + value); };
    if (field == u"reaches") return [found = upstream(graph, value, -1)](int i) { return found.contains(i); };
    if (field == u"uses") return [found = upstream(graph, value, 1)](int i) { return found.contains(i); };
    result.state = FindResult::State::Wrong;
    result.reason =
        tr("There is no operand \"%1:\"; there are kind, name, proxy, cluster, path, type, port, uses, reaches")
            .arg(field);
    return {};
}

} // namespace

FindResult findNodes(const Graph& graph, const QString& text, const std::set<std::string>& problemIds)
{
    FindResult result;
    std::vector<std::pair<bool, Test>> tests;
    bool negate = false;
    for (QString word : text.split(u' ', Qt::SkipEmptyParts)) {
        if (word == u"not") {
            negate = true;
            continue;
        }
        const bool minus = word.size() > 1 && word.startsWith(u'-');
        if (minus) word.remove(0, 1);
        Test test = testOf(graph, word, problemIds, result);
        if (!test) return result;
        tests.emplace_back(negate || minus, std::move(test));
        negate = false;
    }
    if (tests.empty()) return result;
    result.state = FindResult::State::Valid;
    for (int i = 0; i < static_cast<int>(graph.nodes.size()); ++i) {
        const bool all =
            std::all_of(tests.begin(), tests.end(), [&](const auto& test) { return test.second(i) != test.first; });
        if (all) result.ids.insert(graph.nodes[static_cast<std::size_t>(i)].id);
    }
    return result;
}

} // namespace ui
