#include "tests/app/desktop/desk_actions.h"
#include "ui/forms/field_widgets.h"
#include "ui/push/changes_tree.h"
#include "ui/push/proxy_card.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_flow.h"
#include "ui/push/push_panel.h"
#include "ui/push/state_look.h"
#include "ui/tables/endpoint_table.h"

#include <QMenu>
#include <QToolButton>

#include <csignal>

using model::push::State;
using ui::NodeChange;

namespace {

/// Changes one field of a cluster of a proxy.
bool set(Desk& desk, const char* proxy, const QString& path, const char* value)
{
    ui::Document* document = desk.project.findProxy(QString::fromLatin1(proxy));
    return document &&
           document->edit([&](const auto& revision) { return model::source::set(revision, path.toStdString(), value); },
                          QStringLiteral("Edit"));
}

/// The cluster of `proxy` that is called `name`.
QString clusterPath(Desk& desk, const std::string& proxy, const std::string& name)
{
    for (const auto& node : desk.project.graph()->nodes)
        if (node.kind == model::graph::NodeKind::Cluster && node.proxy == proxy && node.resource == name)
            return QString::fromStdString(node.path);
    return {};
}

State stateOf(Desk& desk, const char* proxy) { return desk.status(proxy)->state; }

NodeChange changeAt(Desk& desk, const std::string& proxy, const std::string& resource)
{
    const auto& scene = desk.window.graphView().graphScene();
    for (const ui::NodeItem* item : scene.nodeItems()) {
        const auto& node = scene.node(item->index());
        if (node.kind == model::graph::NodeKind::Cluster && node.proxy == proxy && node.resource == resource)
            return item->state.change;
    }
    return NodeChange::None;
}

} // namespace

/// Pushes over several proxies, and what the window tells of the difference to what runs.
class TestPushes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareDesk(); }
    void goesUpstreamFirstAndHoldsBackWhatDependsOnARejection();
    void pushesToOneProxyFirstAndThenToTheRest();
    void marksWhatDiffersFromWhatRuns();
    void aProxyThatStopsAnsweringIsToldWithItsAge();
};

void TestPushes::goesUpstreamFirstAndHoldsBackWhatDependsOnARejection()
{
    Desk desk;
    openDemo(desk);
    const QString toC = clusterPath(desk, "service-a", "service_c"),
                  toA = clusterPath(desk, "front-envoy", "service_a");
    QVERIFY(!toC.isEmpty() && !toA.isEmpty());
    QVERIFY(set(desk, "service-c", cluster + u'.' + rejectedField, "true"));
    QVERIFY(set(desk, "service-a", toC + QStringLiteral(".connect_timeout"), "3s"));
    QVERIFY(set(desk, "service-b", cluster + QStringLiteral(".connect_timeout"), "3s"));
    QTRY_COMPARE(desk.window.pushBar().summary().changes, 3);

    pushByKeys(desk);

    QTRY_VERIFY_WITH_TIMEOUT(stateOf(desk, "service-c") == State::Nacked, 10000);
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 2), 10000);
    QCOMPARE(stateOf(desk, "service-a"), State::Held);
    QCOMPARE(desk.status("service-a")->waitsFor, std::string("service-c"));
    QCOMPARE(desk.status("service-a")->runs, 1);
    QCOMPARE(stateOf(desk, "front-envoy"), State::Unchanged); // It had nothing to change.
    QTRY_VERIFY(desk.window.pushBar().chipTexts().join(u'|').contains(QStringLiteral("held back")));
    auto& flow = desk.window.pushFlow();
    desk.window.pushBar().findChildren<ui::push::Chip*>().at(1)->click();
    QTRY_VERIFY(flow.isVisible());
    QStringList order;
    for (const auto* card : flow.cards()) order << QString::fromStdString(card->status().name);
    QVERIFY(order.indexOf(QStringLiteral("service-c")) < order.indexOf(QStringLiteral("service-a")));
    QVERIFY(order.indexOf(QStringLiteral("service-a")) < order.indexOf(QStringLiteral("front-envoy")));
    desk.keep(QStringLiteral("held-back"));
    const auto& history = desk.window.pushes().model();
    QStringList told;
    for (int row = 0; row < history.rowCount(); ++row) told << history.message(row);
    QVERIFY2(told.contains(QStringLiteral("waits for service-c")), qPrintable(told.join(u'|')));

    QVERIFY(set(desk, "service-b", cluster + QStringLiteral(".connect_timeout"), "4s"));
    QVERIFY(desk.session.push()); // What service-c rejected is not sent again,
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 3), 10000);
    QCOMPARE(desk.status("service-c")->version, 2);
    QCOMPARE(stateOf(desk, "service-a"), State::Held); // and what waits for it goes on waiting.
    QTRY_VERIFY(desk.window.pushBar().reason().contains(QStringLiteral("service-c")));
    QVERIFY(!desk.window.pushBar().pushButton().isEnabled());
    desk.project.findProxy(QStringLiteral("service-c"))->history().undo();
    QTRY_VERIFY(desk.window.pushBar().pushButton().isEnabled());
    QVERIFY(desk.session.push());

    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-c", 4) && desk.runs("service-a", 4), 10000);
}

void TestPushes::pushesToOneProxyFirstAndThenToTheRest()
{
    Desk desk;
    openDemo(desk);
    for (const char* proxy : {"service-b", "service-c"})
        QVERIFY(set(desk, proxy, cluster + QStringLiteral(".connect_timeout"), "3s"));
    auto& bar = desk.window.pushBar();
    QTRY_COMPARE(bar.summary().changing.size(), 2);

    bar.oneFirstButton().menu()->actions().at(1)->trigger();
    auto& review = desk.window.review();
    QTRY_VERIFY(review.isVisible());
    const QString first = review.review().only;
    QCOMPARE(review.review().changes(), 1);
    QTest::keyClick(&review.tree(), Qt::Key_Return);

    QTRY_VERIFY_WITH_TIMEOUT(desk.runs(first.toStdString(), 2), 10000);
    QTRY_COMPARE(bar.summary().changes, 1); // The other one's.
    const std::string other = first == QStringLiteral("service-b") ? "service-c" : "service-b";
    QVERIFY(desk.runs(other, 1));
    QVERIFY(!bar.oneFirstButton().isVisible());
    pushByKeys(desk);
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs(other, 3), 10000);
    QTRY_COMPARE(bar.summary().changes, 0);
}

void TestPushes::marksWhatDiffersFromWhatRuns()
{
    Desk desk;
    ui::Document* document = openDemo(desk);
    const std::string before = document->text();
    const QString timeout = cluster + QStringLiteral(".connect_timeout");
    QCOMPARE(selectInGraph(desk, QStringLiteral("service-b"), cluster), document);

    type(desk, timeout, QStringLiteral("3s"));

    QTRY_VERIFY(changeAt(desk, "service-b", "service_b") == NodeChange::Changed);
    QTRY_COMPARE(desk.window.changes().count(), 1);
    auto& form = desk.window.inspector().form().form();
    const auto marked = [&] {
        QStringList names;
        for (const auto* label : form.findChildren<ui::forms::FieldLabel*>())
            if (label->differs()) names << label->accessibleName();
        return names.join(u' ');
    };
    QTRY_COMPARE(marked(), QStringLiteral("connect_timeout, differs from what runs"));
    desk.keep(QStringLiteral("changed"));
    desk.project.selection().clear();
    QTreeWidgetItem* row = desk.window.changes().topLevelItem(0)->child(0);
    desk.window.changes().setCurrentItem(row);
    QCOMPARE(desk.project.selection().path(), cluster); // Choosing a change goes to its node.
    const auto resets = [&]() -> QToolButton* {
        for (QToolButton* button : form.findChildren<QToolButton*>())
            if (button->property("resets").toString() == timeout) return button;
        return nullptr;
    };
    QTRY_VERIFY(resets());
    QTest::mouseClick(resets(), Qt::LeftButton);
    QCOMPARE(document->text(), before);
    QTRY_VERIFY(changeAt(desk, "service-b", "service_b") == NodeChange::None);

    QVERIFY(document->edit(
        [](const auto& revision) {
            return model::source::insert(revision, "static_resources.clusters", 1,
                                         "{name: spare, connect_timeout: 1s}");
        },
        QStringLiteral("Add")));
    QTRY_VERIFY(changeAt(desk, "service-b", "spare") == NodeChange::Added);
    QVERIFY(desk.session.push());
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 2), 10000);
    QTRY_VERIFY(changeAt(desk, "service-b", "spare") == NodeChange::None);
    document->history().undo();

    QTRY_VERIFY(changeAt(desk, "service-b", "spare") == NodeChange::Removed);
    desk.keep(QStringLiteral("removed"));
}

void TestPushes::aProxyThatStopsAnsweringIsToldWithItsAge()
{
    Desk desk;
    openDemo(desk);
    const auto pid = static_cast<pid_t>(desk.session.demo()->processes().pid("service-c"));
    auto& endpoints = desk.window.endpoints().model();
    const auto isOld = [&] {
        for (int row = 0; row < endpoints.rowCount(); ++row)
            if (endpoints.rates(row).key.proxy == "service-c")
                return endpoints.index(row, ui::tables::EndpointModel::Endpoint)
                    .data()
                    .toString()
                    .contains(QStringLiteral("ago"));
        return false;
    };
    const auto chip = [&] { return desk.window.pushBar().chipTexts().join(u'|'); };
    QTRY_VERIFY(endpoints.rowCount() > 0);

    QCOMPARE(::kill(pid, SIGSTOP), 0); // It hangs: connected, but silent.

    QTRY_VERIFY2_WITH_TIMEOUT(chip().contains(QStringLiteral("not reachable")), qPrintable(chip()), 15000);
    QTRY_VERIFY_WITH_TIMEOUT(isOld(), 5000);
    const QString then = chip();
    QTRY_VERIFY_WITH_TIMEOUT(chip() != then, 5000);
    const auto& scene = desk.window.graphView().graphScene();
    QVERIFY(std::ranges::any_of(scene.nodeItems(), [&](const auto* item) {
        return item->state.isStale && scene.node(item->index()).proxy == "service-c";
    }));
    desk.keep(QStringLiteral("unreachable"));
    QCOMPARE(::kill(pid, SIGCONT), 0);

    QTRY_VERIFY_WITH_TIMEOUT(!chip().contains(QStringLiteral("not reachable")), 15000);
    QTRY_VERIFY(!isOld());
}

QTEST_MAIN(TestPushes)
#include "tst_pushes.moc"
