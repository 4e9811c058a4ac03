#include "tests/support/push_samples.h"
#include "tests/ui/pictures.h"
#include "ui/push/changes_tree.h"
#include "ui/push/proxy_card.h"
#include "ui/push/push_flow.h"
#include "ui/push/state_look.h"

#include <QDateTime>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace push_samples;
using ui::push::Flow;
using ui::push::FlowStep;
using ui::push::ProxyCard;
using ui::push::PushFlow;

namespace {

/// "Draft done: 3 changes …; Checks …"
QString print(const std::vector<FlowStep>& steps)
{
    constexpr const char* states[] = {"waiting", "active", "done", "failed"};
    QStringList lines;
    for (const FlowStep& step : steps)
        lines << step.name + u' ' + QLatin1String(states[static_cast<int>(step.state)]) + u": " + step.text;
    return lines.join(u'\n');
}

/// front-envoy, service-a and service-c change.
ui::push::Review review()
{
    auto made = sampleReview();
    const auto changes = made.proxies[0].changes;
    made.version = 17;
    made.proxies.clear();
    for (const QString& name : {u"service-c"_s, u"service-a"_s, u"front-envoy"_s})
        made.proxies.push_back({name, name + u".yaml"_s, true, {changes[0]}, {}, false});
    made.proxies.push_back({u"service-b"_s, u"service-b.yaml"_s, true, {}, {}, false});
    return made;
}

double now() { return static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000; }

} // namespace

class TestFlow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void stepsFollowThePushFromDraftToEffective();
    void aRejectionStopsThePush();
    void cardsStandUpstreamFirstAndTellTheirTypes();
    void whatIsUnderWayTellsItsAge();
    void cardsSayWhatRunsAndWhy();
    void changesAreATreeThatGoesToTheirPlace();
    void looksAsItShould();
};

void TestFlow::stepsFollowThePushFromDraftToEffective()
{
    Flow flow;
    flow.review = review();
    flow.seen = QTime(14, 4, 20);
    QCOMPARE(print(stepsOf(flow)), u"Draft done: 3 changes for 3 proxies\nChecks done: 0 errors, 0 warnings\n"
                                   "Diff done: seen 14:04:20\nPush active: Enter sends it\n"
                                   "Effective waiting: after read back"_s);
    QCOMPARE(summaryOf(flow), u"not pushed yet"_s);

    flow.pushed = 17;
    flow.statuses = {proxy("front-envoy", State::Effective), proxy("service-a", State::Sent),
                     proxy("service-c", State::Effective)};
    QCOMPARE(print(stepsOf(flow)).section(u'\n', 3),
             u"Push active: 2 effective, 1 applying\nEffective waiting: waits for service-a"_s);
    flow.statuses[1].state = State::Effective;

    QCOMPARE(print(stepsOf(flow)).section(u'\n', 3),
             u"Push done: 3 effective\nEffective done: read back from 3 proxies"_s);
    QCOMPARE(summaryOf(flow), u"all proxies run it"_s);
}

void TestFlow::aRejectionStopsThePush()
{
    Flow flow;
    flow.review = review();
    flow.pushed = 17;
    flow.statuses = proxies();

    QCOMPARE(print(stepsOf(flow)).section(u'\n', 3),
             u"Push failed: 1 effective, 1 NACK, 1 held\nEffective waiting: waits for service-c, service-a"_s);
    QCOMPARE(summaryOf(flow), u"stopped: 1 of 3 proxies rejected it"_s);
}

void TestFlow::cardsStandUpstreamFirstAndTellTheirTypes()
{
    PushFlow panel;
    panel.showReview(review());
    panel.showPushed(17);
    panel.showStatuses(proxies());
    QSignalSpy rollBacks(&panel, &PushFlow::rollBackRequested);
    panel.setActions(16, u"service-c has rejected just this already."_s);

    QStringList names;
    for (const ProxyCard* card : panel.cards()) names << QString::fromStdString(card->status().name);
    QCOMPARE(names, (QStringList{u"service-c"_s, u"service-a"_s, u"front-envoy"_s, u"service-b"_s}));
    const auto& types = panel.cards()[0]->types();
    QCOMPARE(types.size(), std::size_t(4));
    QCOMPARE(types[0]->accessibleName(), u"CDS, unchanged"_s);
    QCOMPARE(types[2]->accessibleName(), u"LDS, NACK"_s);
    QCOMPARE(panel.cards()[1]->types()[2]->accessibleName(), u"LDS, held back"_s);
    QVERIFY(!panel.againButton().isEnabled());
    QCOMPARE(panel.againButton().toolTip(), u"service-c has rejected just this already."_s);
    panel.rollBackButton().click();

    QCOMPARE(rollBacks[0][0].toInt(), 16);
}

void TestFlow::whatIsUnderWayTellsItsAge()
{
    PushFlow panel;
    panel.showReview(review());
    panel.showPushed(17);
    ProxyStatus sent = proxy("service-a", State::Warming);
    sent.types[1].since = now() - 4.5;

    panel.showStatuses({sent});

    QCOMPARE(panel.cards()[0]->types()[2]->name(), u"LDS 4 s"_s);
    QCOMPARE(ProxyCard::sentence(sent, now()), u"v17 was accepted and has been warming for 4 s."_s);
    QTRY_COMPARE(panel.cards()[0]->types()[2]->name(), u"LDS 6 s"_s);
}

void TestFlow::cardsSayWhatRunsAndWhy()
{
    ProxyStatus status = proxy("service-c", State::Nacked);
    status.runs = 16;
    QCOMPARE(ProxyCard::sentence(status, 0),
             u"LDS: Unable to read file. Still runs v16. Not sent again until it changes."_s);
    status = proxy("service-a", State::Held);
    status.runs = 16;
    status.waitsFor = "service-c";
    QCOMPARE(ProxyCard::sentence(status, 0), u"Waits for service-c. Still runs v16."_s);
    status = proxy("front-envoy", State::Effective);
    status.sent = 100;
    status.types[1].since = 100.038;
    status.readBack = 100.21;
    QCOMPARE(ProxyCard::sentence(status, 0), u"ACK after 38 ms, read back after 210 ms."_s);
    status.connected = false;
    QCOMPARE(ProxyCard::sentence(status, 0), u"Not connected. It gets its configuration when it comes."_s);
}

void TestFlow::changesAreATreeThatGoesToTheirPlace()
{
    ui::push::ChangesTree tree;
    tree.show(sampleReview());
    QSignalSpy places(&tree, &ui::push::ChangesTree::placeActivated);

    QCOMPARE(tree.count(), 2);
    const QTreeWidgetItem* proxyRow = tree.topLevelItem(0);
    QCOMPARE(proxyRow->text(0), u"front-envoy"_s);
    QCOMPARE(proxyRow->child(0)->text(0), u"service_a"_s);
    QCOMPARE(proxyRow->child(0)->text(1), u"~"_s);
    QCOMPARE(proxyRow->child(0)->child(0)->text(0), u"connect_timeout"_s);
    QCOMPARE(proxyRow->child(1)->text(1), u"−"_s);
    tree.setCurrentItem(proxyRow->child(0)->child(0));

    QCOMPARE(places.size(), 1);
    QCOMPARE(places[0][0].toString(), u"front-envoy"_s);
    QCOMPARE(places[0][1].toString(), u"static_resources.clusters[0].connect_timeout"_s);
    tree.topLevelItem(0)->child(0)->setExpanded(false);
    tree.show(sampleReview());
    QVERIFY(!tree.topLevelItem(0)->child(0)->isExpanded()); // What was folded stays so.
    QCOMPARE(places.size(), 1);
}

void TestFlow::looksAsItShould()
{
    PushFlow panel;
    panel.resize(288, 696);
    panel.showReview(review());
    panel.showPushed(17);
    auto statuses = proxies();
    statuses[1].runs = statuses[2].runs = 16;
    statuses[2].waitsFor = "service-c";
    panel.showStatuses(statuses);
    panel.setActions(16, u"service-c has rejected just this already."_s);
    panel.show();
    keep(panel, u"push-flow"_s);

    QVERIFY(panel.minimumSizeHint().width() <= 288);
}

QTEST_MAIN(TestFlow)
#include "tst_flow.moc"
