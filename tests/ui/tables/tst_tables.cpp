#include "tests/ui/pictures.h"
#include "ui/tables/chain_table.h"
#include "ui/tables/endpoint_table.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using model::stats::EndpointKey;
using model::stats::EndpointRates;
using model::stats::Health;
using model::stats::RatesStep;
using ui::tables::ChainTable;
using ui::tables::EndpointModel;
using ui::tables::EndpointTable;

namespace {

EndpointRates endpoint(const std::string& proxy, const std::string& address, double rate,
                       Health health = Health::Healthy)
{
    EndpointRates rates;
    rates.key = {proxy, "cluster_" + address, address};
    rates.health = health;
    rates.healthFlags = "healthy";
    rates.active = 3;
    rates.requestsPerSecond = rate;
    rates.errorShare = health == Health::Healthy ? 0 : 0.019;
    if (proxy != "envoy") rates.p95Ms = rate / 2;
    return rates;
}

RatesStep step(double second)
{
    const double wave = 2 * std::sin(second / 6);
    return {"mesh",
            1'700'000'000 + second,
            0.004,
            {endpoint("mesh", "service_a_envoy:8786", 48.2 + wave),
             endpoint("mesh", "service_b_envoy:8789", 24.1 - wave),
             endpoint("mesh", "service_c_envoy:8790", 24.3 + wave / 2, Health::Degraded)}};
}

QString column(EndpointTable& table, int column)
{
    QStringList cells;
    const QAbstractItemModel* model = table.view().model();
    for (int row = 0; row < model->rowCount(); ++row) cells << model->index(row, column).data().toString();
    return cells.join(u" "_s);
}

std::vector<model::graph::Chain> someChains()
{
    return {{"front-envoy", "ingress :80", "", "local_route", "http-route", "*", "/", "service_a",
             "service_a_envoy:8786", 3},
            {"service-a", ":8786", "", "local", "service-a", "*", "/pay", "pay", "127.0.0.1:8081 127.0.0.1:8082", 7}};
}

} // namespace

class TestTables : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void endpointModelKeepsTheRulesOfItemModels();
    void absentNumbersAreDashesWithAReason();
    void changesOnlyChangedCells();
    void aProxyThatDoesNotAnswerKeepsItsValuesMuted();
    void endpointsThatLeaveLoseTheirRow();
    void sortsByNumberAndHoldsStillBetweenTheSorts();
    void copiesTabSeparated();
    void selectionIsAnnouncedButNotWhenSetFromOutside();
    void chainModelKeepsTheRulesOfItemModels();
    void chainsAreFilteredAndGoToTheirNode();
    void looksAsItShould();
};

void TestTables::endpointModelKeepsTheRulesOfItemModels()
{
    EndpointModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);

    model.append(step(0));
    model.append(step(2));
    model.remove("mesh");

    QCOMPARE(model.rowCount(), 0);
}

void TestTables::absentNumbersAreDashesWithAReason()
{
    EndpointModel model;
    EndpointRates rates = endpoint("envoy", "a:1", 5);
    rates.errorShare = 0;

    model.append({"envoy", 1, 0, {rates}});

    QCOMPARE(model.index(0, EndpointModel::P95).data().toString(), u"–"_s);
    QVERIFY(!model.index(0, EndpointModel::P95).data(Qt::ToolTipRole).toString().isEmpty());
    QCOMPARE(model.index(0, EndpointModel::Errors).data().toString(), u"0.0"_s);
}

void TestTables::changesOnlyChangedCells()
{
    EndpointModel model;
    model.append({"p", 1, 0, {endpoint("p", "a:1", 5)}});
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);

    EndpointRates rates = endpoint("p", "a:1", 5);
    rates.active = 4;
    model.append({"p", 2, 0, {rates}});

    QCOMPARE(changed.size(), 2); // Active and the sparkline.
    QCOMPARE(changed[0][0].toModelIndex().column(), int(EndpointModel::Active));
}

void TestTables::aProxyThatDoesNotAnswerKeepsItsValuesMuted()
{
    EndpointModel model;
    model.append(step(1));
    model.append(step(2));
    const QModelIndex cell = model.index(0, EndpointModel::Requests);
    const QString shown = cell.data().toString();
    const std::string proxy = model.rates(0).key.proxy;

    model.setStale(proxy, static_cast<double>(QDateTime::currentSecsSinceEpoch()) - 12);
    QCOMPARE(cell.data().toString(), shown);
    QCOMPARE(cell.data(Qt::ForegroundRole).value<QColor>(), ui::Theme::current().color("disabled"));
    QVERIFY(cell.data(Qt::ToolTipRole).toString().contains(QStringLiteral("has not answered for 12 s")));
    QVERIFY(model.index(0, EndpointModel::Endpoint).data().toString().endsWith(u", 12 s ago"_s));
    model.append(step(3));

    QVERIFY(cell.data(Qt::ForegroundRole).value<QColor>() != ui::Theme::current().color("disabled"));
}

void TestTables::endpointsThatLeaveLoseTheirRow()
{
    EndpointTable table;
    table.append(step(0));
    RatesStep next = step(2);
    next.endpoints.erase(next.endpoints.begin());

    table.append(next);

    QCOMPARE(column(table, EndpointModel::Endpoint), u"service_b_envoy:8789 service_c_envoy:8790"_s);
}

void TestTables::sortsByNumberAndHoldsStillBetweenTheSorts()
{
    EndpointTable table;
    table.append({"p", 1, 0, {endpoint("p", "a", 9), endpoint("p", "b", 10), endpoint("p", "c", 100)}});
    table.view().sortByColumn(EndpointModel::Requests, Qt::DescendingOrder);
    QCOMPARE(column(table, EndpointModel::Endpoint), u"c b a"_s);

    table.append({"p", 2, 0, {endpoint("p", "a", 500), endpoint("p", "b", 10), endpoint("p", "c", 100)}});

    QCOMPARE(column(table, EndpointModel::Endpoint), u"c b a"_s);
    QCOMPARE(column(table, EndpointModel::Requests), u"100.0 10.0 500.0"_s);
}

void TestTables::copiesTabSeparated()
{
    EndpointTable table;
    table.append({"p", 1, 0, {endpoint("p", "a:1", 9)}});
    table.view().selectRow(0);

    QTest::keyClick(&table.view(), Qt::Key_C, Qt::ControlModifier);

    QCOMPARE(QApplication::clipboard()->text(), u"Health\tProxy\tEndpoint\tRq/s\tActive\t5xx %\tp95 ms\tRq/s, 1 min\n"
                                                "healthy\tp\ta:1\t9.0\t3\t0.0\t4.5\t9.0\n"_s);
}

void TestTables::selectionIsAnnouncedButNotWhenSetFromOutside()
{
    EndpointTable table;
    table.append(step(0));
    QSignalSpy spy(&table, &EndpointTable::selectionChanged);

    table.select({{"mesh", "cluster_service_b_envoy:8789", "service_b_envoy:8789"}});
    QCOMPARE(spy.size(), 0);
    QCOMPARE(table.selected().size(), 1u);
    table.view().selectionModel()->select(table.view().model()->index(2, 0),
                                          QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);

    QCOMPARE(spy.size(), 1);
    QCOMPARE(table.selected()[0].address, std::string("service_c_envoy:8790"));
}

void TestTables::chainModelKeepsTheRulesOfItemModels()
{
    ui::tables::ChainModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);

    model.show(someChains());
    model.show({});
    model.show(someChains());

    QCOMPARE(model.rowCount(), 2);
}

void TestTables::chainsAreFilteredAndGoToTheirNode()
{
    ChainTable table;
    table.show(someChains());
    QSignalSpy spy(&table, &ChainTable::nodeActivated);

    table.filter().setText(u"8082"_s);
    QCOMPARE(table.view().model()->rowCount(), 1);
    table.view().setCurrentIndex(table.view().model()->index(0, 0));
    QTest::keyClick(&table.view(), Qt::Key_Return);

    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy[0][0].toInt(), 7);
}

void TestTables::looksAsItShould()
{
    EndpointTable endpoints;
    endpoints.resize(556, 214);
    for (int second = 0; second < 70; second += 2) endpoints.append(step(second));
    endpoints.view().selectRow(1);
    endpoints.show();
    keep(endpoints, u"endpoints"_s);
    ChainTable chains;
    chains.resize(700, 160);
    chains.show(someChains());
    chains.QWidget::show();
    keep(chains, u"chains"_s);

    QCOMPARE(endpoints.view().rowHeight(0), std::max(26, endpoints.view().fontMetrics().height() + 8));
    QVERIFY(endpoints.view().verticalHeader()->isHidden());
}

QTEST_MAIN(TestTables)
#include "tst_tables.moc"
