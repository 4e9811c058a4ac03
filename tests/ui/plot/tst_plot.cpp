#include "tests/ui/pictures.h"
#include "ui/plot/plot_panel.h"

#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using model::stats::EndpointKey;
using model::stats::RatesStep;
using ui::plot::PlotPanel;

namespace {

constexpr double start = 1'700'000'000;

RatesStep step(double second, int endpoints = 3)
{
    RatesStep result{"service-a", start + second, 0.004, {}};
    for (int i = 0; i < endpoints; ++i) {
        model::stats::EndpointRates rates;
        rates.key = {"service-a", "c" + std::to_string(i), "127.0.0.1:" + std::to_string(8081 + i)};
        rates.health = model::stats::Health::Healthy;
        rates.requestsPerSecond = 20.0 + 11 * i + 3 * std::sin(second / 7 + i);
        rates.errorsPerSecond = 0.0;
        if (i != 1) rates.p95Ms = 10.0 + 9 * i + 2 * std::cos(second / 5);
        result.endpoints.push_back(rates);
    }
    return result;
}

void feed(PlotPanel& panel, int from, int to, int endpoints = 3)
{
    for (int second = from; second < to; second += 2) panel.append(step(second, endpoints));
}

} // namespace

class TestPlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void ringOverwritesTheOldest();
    void absentLatencyIsAGapAndNotZero();
    void drawsOncePerFrameAndNotWhileHidden();
    void spacePausesButRecordingGoesOn();
    void wheelZoomsAndDoubleClickReturnsToLive();
    void dragPansAndLeavesLive();
    void keepsTheColourWhenSeriesAreHidden();
    void clickOnAPushFlagActivatesIt();
    void exportsAPng();
    void followsTheTheme();
    void saysHowManyOthersThereAre();
    void legendNamesTheClusterWhereThatIsEnough();
};

void TestPlot::ringOverwritesTheOldest()
{
    ui::plot::Ring ring(3);

    for (int i = 1; i <= 5; ++i) ring.append({double(i), {float(i), 0, 0}});

    QCOMPARE(ring.size(), 3u);
    QCOMPARE(ring[0].time, 3.0);
    QCOMPARE(ring.back().time, 5.0);
    QCOMPARE(ring.lowerBound(3.5), 1u);
    QCOMPARE(ring.nearest(3.9, 1)->time, 4.0);
    QVERIFY(!ring.nearest(100, 1));
}

void TestPlot::absentLatencyIsAGapAndNotZero()
{
    PlotPanel panel;

    panel.append(step(0));

    QVERIFY(std::isnan(panel.history().series()[1].samples[0].at(ui::plot::Metric::Latency)));
    QVERIFY(!std::isnan(panel.history().series()[0].samples[0].at(ui::plot::Metric::Latency)));
}

void TestPlot::drawsOncePerFrameAndNotWhileHidden()
{
    PlotPanel panel;
    panel.resize(430, 244);
    feed(panel, 0, 400);
    QTest::qWait(50);
    QCOMPARE(panel.drawings(), 0);

    panel.QWidget::show();
    QTRY_VERIFY(panel.drawings() > 0);
    QTest::qWait(60);
    const int before = panel.drawings();
    feed(panel, 400, 440);

    QTRY_COMPARE(panel.drawings(), before + 1);
}

void TestPlot::spacePausesButRecordingGoesOn()
{
    PlotPanel panel;
    panel.resize(430, 244);
    panel.QWidget::show();
    feed(panel, 0, 100);
    QTRY_COMPARE(panel.timeRange().second, start + 98);

    QTest::keyClick(panel.focusProxy(), Qt::Key_Space);
    feed(panel, 100, 140);
    QTest::qWait(40);

    QVERIFY(panel.isPaused());
    QCOMPARE(panel.timeRange().second, start + 98);
    QCOMPARE(panel.history().series()[0].samples.back().time, start + 138);
    keep(panel, u"plot-paused"_s);
    QTest::keyClick(panel.focusProxy(), Qt::Key_Space);
    QTRY_COMPARE(panel.timeRange().second, start + 138);
}

void TestPlot::wheelZoomsAndDoubleClickReturnsToLive()
{
    PlotPanel panel;
    panel.resize(430, 244);
    panel.QWidget::show();
    feed(panel, 0, 600);
    QTRY_COMPARE(panel.timeRange().second - panel.timeRange().first, 300.0);

    QWidget* plot = panel.focusProxy();
    const QPointF centre = plot->rect().center();
    QWheelEvent wheel(centre, plot->mapToGlobal(centre), {}, {0, 240}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(plot, &wheel);

    QTRY_VERIFY(panel.timeRange().second - panel.timeRange().first < 250);
    QVERIFY(panel.isLive());
    QTest::mouseDClick(plot, Qt::LeftButton, {}, centre.toPoint());
    QTRY_COMPARE(panel.timeRange().second - panel.timeRange().first, 300.0);
}

void TestPlot::dragPansAndLeavesLive()
{
    PlotPanel panel;
    panel.resize(430, 244);
    panel.QWidget::show();
    feed(panel, 0, 600);
    QTRY_COMPARE(panel.timeRange().second, start + 598);

    QWidget* plot = panel.focusProxy();
    QTest::mousePress(plot, Qt::LeftButton, {}, {200, 60});
    QTest::mouseMove(plot, {250, 60});
    QTest::mouseRelease(plot, Qt::LeftButton, {}, {250, 60});

    QVERIFY(!panel.isLive());
    QVERIFY(panel.timeRange().second < start + 590);
    panel.returnToLive();
    QTRY_COMPARE(panel.timeRange().second, start + 598);
}

void TestPlot::keepsTheColourWhenSeriesAreHidden()
{
    PlotPanel panel;
    panel.append(step(0));
    const EndpointKey third{"service-a", "c2", "127.0.0.1:8083"};

    panel.show({third});

    QCOMPARE(panel.history().find(third)->colour, 2);
    QVERIFY(panel.history().find(third)->shown);
    QVERIFY(!panel.history().series()[0].shown);
}

void TestPlot::clickOnAPushFlagActivatesIt()
{
    PlotPanel panel;
    panel.resize(430, 244);
    panel.QWidget::show();
    feed(panel, 0, 400);
    panel.addEvent({ui::plot::Event::Kind::Push, start + 250, u"Push v17"_s, u"17"_s, {}, 0});
    panel.addEvent(
        {ui::plot::Event::Kind::Health, start + 300, u"127.0.0.1:8083"_s, {}, model::stats::Health::Degraded, 0});
    QTRY_COMPARE(panel.timeRange().second, start + 398);
    QSignalSpy activated(&panel, &PlotPanel::eventActivated);

    QWidget* plot = panel.focusProxy();
    const double share = (start + 250 - panel.timeRange().first) / 300;
    const int x = 34 + qRound(share * (plot->width() - 40));
    QTest::mouseMove(plot, {x, 60});
    keep(panel, u"plot-light"_s);
    QTest::mouseClick(plot, Qt::LeftButton, {}, {x, 60});

    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].toString(), u"17"_s);
}

void TestPlot::exportsAPng()
{
    QTemporaryDir folder;
    PlotPanel panel;
    feed(panel, 0, 400);

    QVERIFY(panel.exportPng(folder.filePath(u"plots.png"_s), {900, 480}, 1));

    const QImage image(folder.filePath(u"plots.png"_s));
    QCOMPARE(image.size(), QSize(900, 480));
    bool curve = false;
    const QRgb wanted = ui::Theme::current().series(0).rgb();
    for (int y = 0; y < 240 && !curve; ++y)
        for (int x = 0; x < 900 && !curve; ++x) curve = image.pixel(x, y) == wanted;
    QVERIFY(curve);
    if (qEnvironmentVariableIsSet("MESHWRIGHT_PICTURES"))
        image.save(qEnvironmentVariable("MESHWRIGHT_PICTURES") + u"/plots.png"_s);
}

void TestPlot::followsTheTheme()
{
    PlotPanel panel;
    panel.resize(430, 244);
    panel.QWidget::show();
    feed(panel, 0, 400);

    ui::Theme::choose(ui::ThemeChoice::Dark);
    QTest::qWait(40);
    const QImage dark = panel.grab().toImage();
    ui::Theme::choose(ui::ThemeChoice::Light);
    QTest::qWait(40);

    QCOMPARE(dark.pixelColor(200, 40).lightness() < 100, true);
    QCOMPARE(panel.grab().toImage().pixelColor(4, 100).lightness() > 200, true);
}

void TestPlot::saysHowManyOthersThereAre()
{
    PlotPanel panel;
    panel.resize(900, 300);
    panel.QWidget::show();
    feed(panel, 0, 300, 12);
    QTest::qWait(40);

    keep(panel, u"plot-many"_s);
    QCOMPARE(panel.history().series().size(), 12u);
}

void TestPlot::legendNamesTheClusterWhereThatIsEnough()
{
    ui::plot::History history;
    RatesStep first = step(0, 2);
    first.endpoints.push_back(first.endpoints[1]);
    first.endpoints.back().key.address = "127.0.0.9:80";

    history.append(first);

    QCOMPARE(history.label(history.series()[0]), std::string("c0"));
    QCOMPARE(history.label(history.series()[2]), std::string("127.0.0.9:80"));
}

QTEST_MAIN(TestPlot)
#include "tst_plot.moc"
