#include "tests/ui/pictures.h"
#include "ui/push/diff_view.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_panel.h"
#include "ui/push/review_panel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeWidget>

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;
using model::push::Type;
using ui::push::PushBar;
using ui::push::PushPanel;
using ui::push::ReviewPanel;
using ui::push::Summary;

namespace {

ProxyStatus proxy(const std::string& name, State state)
{
    ProxyStatus status{name, true, false, "meshwright-proxy 0.1", 17, state, {}};
    status.types = {{Type::Cds, State::Unchanged, {}, {}, {}, 0},
                    {Type::Lds, state, "abc", "1", state == State::Nacked ? "Unable to read file" : "", 0}};
    return status;
}

std::vector<ProxyStatus> proxies()
{
    return {proxy("front-envoy", State::Effective), proxy("service-c", State::Nacked), proxy("service-a", State::Held),
            proxy("service-b", State::Unchanged)};
}

Summary draft()
{
    Summary summary;
    summary.draft = 18;
    summary.changes = 1;
    summary.warnings = 2;
    summary.rollBackTo = 16;
    summary.proxies = proxies();
    return summary;
}

ui::push::Review sampleReview()
{
    using Kind = model::diff::ResourceChange::Kind;
    ui::push::Review review;
    review.version = 18;
    model::Finding warning{model::Severity::Warning, "R05", "routes[1]", "This route is never reached", {}, {}};
    warning.range.begin = {1, 12, 1};
    warning.range.end = {9, 12, 9};
    ui::push::ReviewedProxy front{u"front-envoy"_s, u"front-envoy.yaml"_s, true, {}, {warning}, false};
    front.changes = {
        {Kind::Changed, Type::Cds, "service_a", "static_resources.clusters[0]", {{"connect_timeout", "1s", "2s"}}},
        {Kind::Removed, Type::Lds, "old", "static_resources.listeners[1]", {}}};
    front.changes[0].before = "name: service_a\nconnect_timeout: 1s\ntype: STATIC\n";
    front.changes[0].after = "name: service_a\nconnect_timeout: 2s\nlb_policy: RANDOM\ntype: STATIC\n";
    review.proxies = {front, {u"service-b"_s, u"service-b.yaml"_s, false, {}, {}, false}};
    return review;
}

std::vector<model::push::HistoryEntry> sampleHistory()
{
    const double time = 1'700'000'000;
    model::push::HistoryEntry newest{17, 17, time, "2 changes", proxies(), {}};
    newest.resources = {
        {"service-c", Type::Lds, ":8790", "changed", State::Nacked, "Unable to read file\nsecond line", time + 0.012},
        {"front-envoy", Type::Rds, "local_route", "changed", State::Effective, "", time + 0.21}};
    return {{16, 16, time - 1000, "2 changes", {proxy("front-envoy", State::Effective)}}, newest};
}

} // namespace

class TestPush : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void errorsDisablePushAndSayWhy();
    void pushAndDiffAskForTheReview();
    void reviewListsWhatChangesWhere();
    void reviewShowsTheTextsBesideEachOther();
    void enterConfirmsTheReviewAndEscapeLeavesIt();
    void reviewRefusesToPushErrors();
    void rollBackNamesItsVersion();
    void historyKeepsTheRulesOfItemModels();
    void historyTellsTheNackAndTheRollBack();
    void historyListsResourcesAndRollsBackToTheChosenRow();
    void looksAsItShould();
};

void TestPush::errorsDisablePushAndSayWhy()
{
    PushBar bar;
    Summary summary = draft();
    summary.errors = 2;

    bar.show(summary);

    QVERIFY(!bar.pushButton().isEnabled());
    QCOMPARE(bar.pushButton().toolTip(), u"2 errors must be mended first."_s);
    bar.show(draft());
    QVERIFY(bar.pushButton().isEnabled());
}

void TestPush::pushAndDiffAskForTheReview()
{
    PushBar bar;
    bar.show(draft());
    QSignalSpy reviews(&bar, &PushBar::reviewRequested);

    bar.pushButton().click();
    bar.diffButton().click();

    QCOMPARE(reviews.size(), 2);
}

void TestPush::reviewListsWhatChangesWhere()
{
    ReviewPanel panel;

    panel.show(sampleReview());

    auto& tree = panel.tree();
    QCOMPARE(tree.topLevelItem(0)->text(0), u"front-envoy  ·  2 changes"_s);
    QCOMPARE(tree.topLevelItem(0)->child(0)->text(0), u"This route is never reached [R05]  front-envoy.yaml:12"_s);
    QCOMPARE(tree.topLevelItem(0)->child(1)->text(0), u"~ cluster service_a  changed"_s);
    QCOMPARE(tree.topLevelItem(0)->child(1)->child(0)->text(0), u"connect_timeout"_s);
    QCOMPARE(tree.topLevelItem(0)->child(1)->child(0)->text(1), u"1s"_s);
    QCOMPARE(tree.topLevelItem(0)->child(1)->child(0)->text(2), u"2s"_s);
    QCOMPARE(tree.topLevelItem(0)->child(2)->text(0), u"− listener old  removed"_s);
    QCOMPARE(tree.topLevelItem(1)->text(0), u"Unchanged: service-b"_s);
}

void TestPush::reviewShowsTheTextsBesideEachOther()
{
    ReviewPanel panel;

    panel.show(sampleReview());

    QCOMPARE(panel.texts().before().toPlainText(), u"name: service_a\nconnect_timeout: 1s\n\ntype: STATIC"_s);
    QCOMPARE(panel.texts().after().toPlainText(),
             u"name: service_a\nconnect_timeout: 2s\nlb_policy: RANDOM\ntype: STATIC"_s);
    const auto rows = ui::push::sideBySide({u"a"_s, u"b"_s, u"c"_s}, {u"x"_s, u"b"_s});
    QCOMPARE(rows.size(), std::size_t(3));
    QVERIFY(!rows[0].equal && rows[1].equal && rows[2].left == u"c"_s && rows[2].right.isNull());
    QCOMPARE(ui::push::sideBySide({u"a"_s, u"b"_s}, {u"c"_s}, 1).size(), std::size_t(2));
}

void TestPush::enterConfirmsTheReviewAndEscapeLeavesIt()
{
    ReviewPanel panel;
    panel.show(sampleReview());
    panel.QWidget::show();
    QSignalSpy confirmed(&panel, &ReviewPanel::confirmed), cancelled(&panel, &ReviewPanel::cancelled);
    panel.activateWindow();
    panel.setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&panel));

    QTest::keyClick(&panel.tree(), Qt::Key_Return);
    QTest::keyClick(&panel.tree(), Qt::Key_Escape);

    QCOMPARE(confirmed.size(), 1);
    QCOMPARE(confirmed[0][0].toInt(), 0);
    QCOMPARE(cancelled.size(), 1);
}

void TestPush::reviewRefusesToPushErrors()
{
    ReviewPanel panel;
    auto review = sampleReview();
    review.proxies[0].findings[0].severity = model::Severity::Error;
    QSignalSpy confirmed(&panel, &ReviewPanel::confirmed);

    panel.show(review);
    panel.pushButton().click();

    QVERIFY(!panel.pushButton().isEnabled());
    QCOMPARE(panel.pushButton().toolTip(), u"One error must be mended first."_s);
    QCOMPARE(confirmed.size(), 0);
    review.proxies = {{u"edge"_s, u"edge.yaml"_s, true, {}, {}, false}};
    QCOMPARE(review.obstacle(), u"Nothing has changed since the last push."_s);
    review.proxies[0].rejected = true; // pushing what runs withdraws the rejected push
    QCOMPARE(review.obstacle(), QString());
}

void TestPush::rollBackNamesItsVersion()
{
    PushBar bar;
    bar.show(draft());
    QSignalSpy spy(&bar, &PushBar::rollBackRequested);

    bar.rollBackButton().click();

    QCOMPARE(bar.rollBackButton().text(), u"Roll back to v16"_s);
    QCOMPARE(spy[0][0].toInt(), 16);
}

void TestPush::historyKeepsTheRulesOfItemModels()
{
    ui::push::HistoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);

    model.show({{17, 17, 1'700'000'000, "3 changes", proxies()}});
    model.show({{17, 17, 1'700'000'000, "3 changes", proxies()}, {18, 16, 1'700'000'060, "", proxies()}});

    QCOMPARE(model.rowCount(), 8);
}

void TestPush::historyTellsTheNackAndTheRollBack()
{
    ui::push::HistoryModel model;

    model.show({{18, 16, 1'700'000'060, "", {proxy("service-c", State::Nacked), proxy("service-b", State::Acked)}}});

    QCOMPARE(model.index(0, ui::push::HistoryModel::Message).data().toString(), u"LDS: Unable to read file"_s);
    QCOMPARE(model.index(1, ui::push::HistoryModel::Message).data().toString(), u"v18 is v16 again"_s);
}

void TestPush::historyListsResourcesAndRollsBackToTheChosenRow()
{
    PushPanel panel;
    panel.show(sampleHistory(), proxies());
    QSignalSpy spy(&panel, &PushPanel::rollBackRequested);
    const auto cell = [&](int row, int column) { return panel.model().index(row, column).data().toString(); };

    QCOMPARE(cell(0, ui::push::HistoryModel::Resource), u":8790 (changed)"_s);
    QCOMPARE(cell(0, ui::push::HistoryModel::Result), u"NACK"_s);
    QCOMPARE(cell(0, ui::push::HistoryModel::After), u"12 ms"_s);
    QCOMPARE(cell(1, ui::push::HistoryModel::Result), u"effective"_s);
    QVERIFY(!panel.rollBackButton().isEnabled());
    panel.view().selectRow(0);
    panel.copyButton().click();
    QCOMPARE(QApplication::clipboard()->text(), u"Unable to read file\nsecond line"_s);
    panel.view().selectRow(2);
    panel.rollBackButton().click();

    QCOMPARE(spy[0][0].toInt(), 16);
}

void TestPush::looksAsItShould()
{
    PushBar bar;
    bar.resize(1280, 36);
    bar.show(draft());
    bar.setNote(u"polling 4 ms of 2 s"_s);
    bar.QWidget::show();
    keep(bar, u"push-bar"_s);
    PushPanel panel;
    panel.resize(900, 300);
    panel.show(sampleHistory(), proxies());
    panel.QWidget::show();
    keep(panel, u"push-panel"_s);
    ReviewPanel review;
    review.resize(790, 421);
    review.show(sampleReview());
    review.QWidget::show();
    keep(review, u"push-review"_s);

    QCOMPARE(bar.height(), std::max(36, bar.fontMetrics().height() + 16));
}

QTEST_MAIN(TestPush)
#include "tst_push.moc"
