#include "tests/support/push_samples.h"
#include "tests/ui/pictures.h"
#include "ui/push/diff_view.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_panel.h"
#include "ui/push/review_panel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QLabel>
#include <QMenu>
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
using namespace push_samples;

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
    void whatWasRejectedIsNotSentAgain();
    void onePushesToOneProxyFirst();
    void aProxyThatDoesNotAnswerTellsItsGrowingAge();
    void chipsJoinWhereTheyHaveNoRoom();
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

void TestPush::whatWasRejectedIsNotSentAgain()
{
    auto review = sampleReview();
    review.proxies[0].findings.clear();
    review.proxies[0].rejected = review.proxies[0].same = true;
    const QString words = u"front-envoy has rejected just this already. Change it, or roll back."_s;

    QCOMPARE(review.obstacle(), words);
    PushBar bar;
    Summary summary = draft();
    summary.repeated = review.repeated();
    bar.show(summary);
    QVERIFY(!bar.pushButton().isEnabled());
    QCOMPARE(bar.pushButton().toolTip(), words);
    review.proxies[1].changes = review.proxies[0].changes; // Another proxy has something new.

    QCOMPARE(review.obstacle(), QString());
}

void TestPush::onePushesToOneProxyFirst()
{
    PushBar bar;
    Summary summary = draft();
    bar.show(summary);
    QVERIFY(bar.oneFirstButton().isHidden());
    summary.changing = {u"service-a"_s, u"front-envoy"_s};
    QSignalSpy reviews(&bar, &PushBar::reviewRequested);

    bar.show(summary);
    QVERIFY(!bar.oneFirstButton().isHidden());
    const auto entries = bar.oneFirstButton().menu()->actions();
    QCOMPARE(entries.size(), 2);
    QCOMPARE(entries[0]->text(), u"Push to service-a first…"_s);
    entries[0]->trigger();

    QCOMPARE(reviews[0][0].toString(), u"service-a"_s);
    auto review = sampleReview();
    review.only = u"front-envoy"_s;
    ReviewPanel panel;
    panel.show(review);
    QVERIFY(panel.findChild<QLabel*>()->text().contains(u"Push v18 to front-envoy first"_s));
}

void TestPush::aProxyThatDoesNotAnswerTellsItsGrowingAge()
{
    PushBar bar;
    bar.resize(1600, 36);
    bar.show(draft());
    bar.QWidget::show();
    const double now = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;

    bar.setUnreachable(u"service-b"_s, now - 12.3);

    QVERIFY2(bar.chipTexts().contains(u"service-b not reachable 12 s"_s), qPrintable(bar.chipTexts().join(u'|')));
    QTRY_VERIFY(bar.chipTexts().contains(u"service-b not reachable 13 s"_s)); // It grows by itself.
    bar.setUnreachable(u"10.0.0.1:9901"_s, now - 3);
    QVERIFY(bar.chipTexts().join(u'|').contains(u"10.0.0.1:9901 not reachable"_s)); // Watched, but no client.
    bar.setUnreachable(u"service-b"_s, 0);
    QVERIFY(bar.chipTexts().contains(u"service-b unchanged"_s));
}

void TestPush::chipsJoinWhereTheyHaveNoRoom()
{
    PushBar bar;
    bar.show(draft());
    bar.resize(1400, 36);
    bar.QWidget::show();
    QCOMPARE(bar.chipTexts().size(), 4);

    bar.resize(800, 36);

    QCOMPARE(bar.chipTexts(), QStringList{u"1 effective, 1 NACK, 1 held back, 1 unchanged"_s});
    bar.resize(1400, 36);
    QCOMPARE(bar.chipTexts().size(), 4);
}

void TestPush::rollBackNamesItsVersion()
{
    PushBar bar;
    bar.show(draft());
    QSignalSpy spy(&bar, &PushBar::rollBackRequested);

    bar.rollBackButton().click();

    QCOMPARE(bar.rollBackButton().text(), u"Roll back to v16"_s);
    QCOMPARE(bar.rollBackButton().toolTip(), u"Makes v18 with the content of v16, after a review"_s);
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
    model.show({{18, 16, 1'700'000'060, "", {proxy("service-b", State::Effective)}}});
    QCOMPARE(model.index(0, ui::push::HistoryModel::Result).data().toString(), u"rolled back"_s);
}

void TestPush::historyListsResourcesAndRollsBackToTheChosenRow()
{
    PushPanel panel;
    panel.show(sampleHistory());
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
    panel.show(sampleHistory());
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
