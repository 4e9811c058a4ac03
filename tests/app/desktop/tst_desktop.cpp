#include "tests/app/desktop/desk_actions.h"
#include "ui/graph/graph_view.h"
#include "ui/plot/plot_panel.h"
#include "ui/problems/problems_view.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_panel.h"
#include "ui/push/review_panel.h"
#include "ui/tables/endpoint_table.h"
#include "ui/window/info_bar.h"

#include <QPushButton>
#include <QTreeWidget>

#include <csignal>

using ui::push::HistoryModel;

/// What a user does with the demonstration: real window, real control plane, the bundled proxy.
class TestDesktop : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareDesk(); }
    void editsUndoesPushesSeesARejectionAndMendsIt();
    void showsAChangedWeightAndANewEndpointWithinASecond();
    void refusesToPushErrorsAndSaysWhy();
    void rollsBackToAChosenVersionAsANewOne();
    void tellsThatAProxyDiedAndStartsItAgain();
};

void TestDesktop::editsUndoesPushesSeesARejectionAndMendsIt()
{
    Desk desk;
    ui::Document* document = openDemo(desk);
    const std::string before = document->text();
    auto& history = desk.window.pushes().model();

    QCOMPARE(selectInGraph(desk, QStringLiteral("service-b"), cluster), document);
    type(desk, cluster + QStringLiteral(".connect_timeout"), QStringLiteral("3s"));
    QTRY_VERIFY(document->text().find("connect_timeout: 3s") != std::string::npos);
    const std::string edited = document->text();
    QTest::keyClick(&desk.window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document->text(), before);
    QTest::keyClick(&desk.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(document->text(), edited);
    QTRY_COMPARE(desk.window.pushBar().summary().changes, 1);
    pushByKeys(desk);
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 2), 10000);
    QTRY_COMPARE(history.index(0, HistoryModel::Result).data().toString(), QStringLiteral("effective"));

    type(desk, cluster + u'.' + rejectedField, QStringLiteral("true"));
    QTRY_VERIFY(document->text().find(rejectedField.toStdString()) != std::string::npos);
    pushByKeys(desk);
    QTRY_VERIFY_WITH_TIMEOUT(desk.status("service-b")->state == model::push::State::Nacked, 10000);
    QTRY_VERIFY(desk.window.infoBar().message().contains(rejectedField));
    QTRY_COMPARE(history.index(0, HistoryModel::Result).data().toString(), QStringLiteral("NACK"));
    QVERIFY(history.message(0).contains(rejectedField));
    QCOMPARE(history.index(0, HistoryModel::Resource).data().toString(), QStringLiteral("service_b (changed)"));
    const auto& scene = desk.window.graphView().graphScene();
    QVERIFY(std::ranges::any_of(scene.nodeItems(), [&](const auto* item) {
        return item->state.nacked && scene.node(item->index()).path == cluster.toStdString();
    }));
    QVERIFY(desk.window.problems().count(model::Severity::Error) > 0);
    QTRY_VERIFY(!desk.window.pushBar().pushButton().isEnabled()); // the same is not sent again
    QVERIFY2(desk.window.pushBar().reason().contains(QStringLiteral("rejected")),
             qPrintable(desk.window.pushBar().reason()));
    desk.keep(QStringLiteral("nack"));

    type(desk, cluster + u'.' + rejectedField, QString());
    QTRY_COMPARE(document->text(), edited);
    pushByKeys(desk);
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 4), 10000);
    QTRY_COMPARE(desk.window.problems().count(model::Severity::Error), 0);
    QVERIFY(std::ranges::none_of(scene.nodeItems(), [](const auto* item) { return item->state.nacked; }));
    desk.keep(QStringLiteral("mended"));
}

void TestDesktop::showsAChangedWeightAndANewEndpointWithinASecond()
{
    Desk desk;
    ui::Document* document = openDemo(desk);
    const auto key = [&](const char* end) -> std::optional<model::stats::EndpointKey> {
        for (const auto& series : desk.window.plots().history().series())
            if (series.key.proxy == "service-b" && series.key.address.ends_with(end)) return series.key;
        return std::nullopt;
    };
    const auto rate = [&](const char* end) {
        const auto found = key(end);
        return found ? static_cast<double>(
                           desk.window.plots().history().find(*found)->samples.back().at(ui::plot::Metric::Requests))
                     : std::nan("");
    };
    QTRY_VERIFY_WITH_TIMEOUT(rate(":8082") > 8 && rate(":8084") > 8, 10000);

    const QString weight =
        cluster + QStringLiteral(".load_assignment.endpoints[0].lb_endpoints[0].load_balancing_weight");
    QVERIFY(
        document->edit([&](const auto& revision) { return model::source::set(revision, weight.toStdString(), "9"); },
                       QStringLiteral("Weight")));
    QElapsedTimer clock;
    clock.start();
    QVERIFY(desk.session.push());
    QTRY_VERIFY_WITH_TIMEOUT(rate(":8082") > 2.5 * rate(":8084"), 5000);
    const qint64 weightMs = clock.elapsed();

    const QString host = desk.session.demo()->frontUrl().host().section(u'.', 0, 2) + QStringLiteral(".12");
    const QString endpoint =
        QStringLiteral(
            "{endpoint: {address: {socket_address: {address: %1, port_value: 8085}}}, load_balancing_weight: 9}")
            .arg(host);
    const QString endpoints = cluster + QStringLiteral(".load_assignment.endpoints[0].lb_endpoints");
    QVERIFY(document->edit(
        [&](const auto& revision) {
            return model::source::insert(revision, endpoints.toStdString(), 2, endpoint.toStdString());
        },
        QStringLiteral("Endpoint")));
    clock.start();
    QVERIFY(desk.session.push());
    QTRY_VERIFY_WITH_TIMEOUT(rate(":8085") > 5, 5000);
    const qint64 endpointMs = clock.elapsed();

    qInfo("changed weight shows after %lld ms, new endpoint after %lld ms", static_cast<long long>(weightMs),
          static_cast<long long>(endpointMs));
    QVERIFY2(weightMs < 1000 * TEST_PATIENCE, qPrintable(QString::number(weightMs)));
    QVERIFY2(endpointMs < 1000 * TEST_PATIENCE, qPrintable(QString::number(endpointMs)));
}

void TestDesktop::refusesToPushErrorsAndSaysWhy()
{
    Desk desk;
    ui::Document* document = openDemo(desk);
    QVERIFY(document->edit(
        [](const auto& revision) {
            return model::source::set(revision, "static_resources.clusters[0].connect_timeout", "soon");
        },
        QStringLiteral("Break")));

    QTRY_VERIFY(desk.window.pushBar().reason().contains(QStringLiteral("mended first")));
    QVERIFY(!desk.window.pushBar().pushButton().isEnabled());
    QTest::keyClick(&desk.window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(desk.window.review().isVisible());
    QVERIFY(!desk.window.review().pushButton().isEnabled());
    QTest::keyClick(&desk.window.review().tree(), Qt::Key_Return);
    QVERIFY(desk.window.review().isVisible());
    desk.keep(QStringLiteral("review-refused"));
    QTest::keyClick(&desk.window.review().tree(), Qt::Key_Escape);
    QVERIFY(!desk.window.review().isVisible());
    const auto refused = desk.session.push();

    QVERIFY(!refused);
    QVERIFY2(refused.error().text().find("service-b.yaml:") == 0, refused.error().text().c_str());
    QCOMPARE(desk.session.controlPlane().history().size(), std::size_t(1));
}

void TestDesktop::rollsBackToAChosenVersionAsANewOne()
{
    Desk desk;
    ui::Document* document = openDemo(desk);
    QVERIFY(document->edit(
        [](const auto& revision) {
            return model::source::set(revision, "static_resources.clusters[0].connect_timeout", "4s");
        },
        QStringLiteral("Edit")));
    QVERIFY(desk.session.push());
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 2), 10000);
    auto& pushes = desk.window.pushes();

    QVERIFY(!pushes.rollBackButton().isEnabled());
    pushes.view().selectRow(pushes.model().rowCount() - 1);
    QCOMPARE(pushes.rollBackButton().text(), QStringLiteral("Roll back to v1"));
    pushes.rollBackButton().click();
    auto& review = desk.window.review(); // Going back is reviewed as every push is.
    QTRY_VERIFY(review.isVisible());
    QCOMPARE(review.review().contentOf, 1);
    QCOMPARE(review.review().changes(), 1);
    QVERIFY(review.review().proxies.front().changes.empty() ||
            !review.review().proxies.front().changes[0].before.empty());
    QCOMPARE(desk.session.controlPlane().history().size(), std::size_t(2));
    desk.keep(QStringLiteral("review-rollback"));
    QTest::keyClick(&review.tree(), Qt::Key_Return);

    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-b", 3), 10000);
    const auto& newest = desk.session.controlPlane().history().back();
    QCOMPARE(newest.contentOf, 1);
    QCOMPARE(newest.resources.size(), std::size_t(1));
    QTRY_COMPARE(pushes.model().message(0), QStringLiteral("v3 is v1 again"));
    QTRY_COMPARE(pushes.model().index(0, HistoryModel::Result).data().toString(), QStringLiteral("rolled back"));
    QCOMPARE(desk.window.pushBar().summary().rollBackTo, 2); // v1 is what runs.
    QTRY_COMPARE(desk.window.pushBar().summary().changes, 1);
}

void TestDesktop::tellsThatAProxyDiedAndStartsItAgain()
{
    Desk desk;
    openDemo(desk);
    auto& processes = desk.session.demo()->processes();

    QCOMPARE(::kill(static_cast<pid_t>(processes.pid("service-c")), SIGKILL), 0);

    QTRY_VERIFY(!desk.status("service-c")->connected);
    QTRY_VERIFY2(desk.window.infoBar().message().contains(QStringLiteral("service-c")),
                 qPrintable(desk.window.infoBar().message()));
    QVERIFY(!processes.isRunning("service-c"));
    Q_EMIT desk.window.restartRequested(QStringLiteral("service-c"));
    QTRY_VERIFY_WITH_TIMEOUT(desk.status("service-c")->connected, 10000);
    QTRY_VERIFY_WITH_TIMEOUT(desk.runs("service-c", 1), 10000);
}

QTEST_MAIN(TestDesktop)
#include "tst_desktop.moc"
