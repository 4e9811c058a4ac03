#include "tests/ui/pictures.h"
#include "ui/push/push_bar.h"
#include "ui/push/push_panel.h"

#include <QAbstractItemModelTester>
#include <QFrame>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using model::push::ProxyStatus;
using model::push::State;
using model::push::Type;
using ui::push::PushBar;
using ui::push::PushPanel;
using ui::push::Summary;

namespace {

ProxyStatus proxy(const std::string& name, State state)
{
    ProxyStatus status{name, true, false, "meshwright-proxy 0.1", 17, state, {}};
    status.types = {{Type::Cds, State::Unchanged, {}, {}, {}, 0}, {Type::Lds, state, "abc", "1", state == State::Nacked ? "Unable to read file" : "", 0}};
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
    summary.changes = {u"changed route / in front-envoy"_s};
    summary.warnings = 2;
    summary.rollBackTo = 16;
    summary.proxies = proxies();
    return summary;
}

} // namespace

class TestPush : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void errorsDisablePushAndSayWhy();
    void firstPressShowsTheChangesThenPushes();
    void aSeenDraftIsPushedAtOnce();
    void rollBackNamesItsVersion();
    void historyKeepsTheRulesOfItemModels();
    void historyTellsTheNackAndTheRollBack();
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

void TestPush::firstPressShowsTheChangesThenPushes()
{
    PushBar bar;
    bar.show(draft());
    QSignalSpy pushes(&bar, &PushBar::pushRequested);

    bar.pushButton().click();
    QCOMPARE(pushes.size(), 0);
    auto* confirm = bar.findChild<QPushButton*>(u"confirm"_s);
    QVERIFY(confirm);
    confirm->click();

    QCOMPARE(pushes.size(), 1);
}

void TestPush::aSeenDraftIsPushedAtOnce()
{
    PushBar bar;
    Summary summary = draft();
    summary.seenBefore = true;
    bar.show(summary);
    QSignalSpy pushes(&bar, &PushBar::pushRequested);

    bar.pushButton().click();

    QCOMPARE(pushes.size(), 1);
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

    model.show({{18, 16, 1'700'000'060, "", {proxy("service-c", State::Nacked)}}});

    QCOMPARE(model.index(0, ui::push::HistoryModel::Summary).data().toString(), u"v18 is v16 again"_s);
    QCOMPARE(model.index(0, ui::push::HistoryModel::Message).data().toString(), u"LDS: Unable to read file"_s);
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
    panel.show({{16, 16, 1'699'999'000, "2 changes", {proxy("front-envoy", State::Effective)}}, {17, 17, 1'700'000'000, "3 changes", proxies()}}, proxies());
    panel.QWidget::show();
    keep(panel, u"push-panel"_s);

    QCOMPARE(bar.height(), std::max(36, bar.fontMetrics().height() + 16));
}

QTEST_MAIN(TestPush)
#include "tst_push.moc"
