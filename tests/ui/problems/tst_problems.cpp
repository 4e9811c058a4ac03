#include "tests/ui/pictures.h"
#include "ui/problems/problems_view.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using model::Finding;
using model::Severity;
using ui::problems::ProblemsModel;
using ui::problems::ProblemsView;
using ui::problems::Source;

namespace {

Finding finding(Severity severity, const std::string& code, int line, const std::string& message,
                const std::string& path)
{
    const auto offset = static_cast<std::size_t>(line * 20);
    return {severity, code, path, message, {{offset, line, 5}, {offset + 6, line, 11}}, {}};
}

std::vector<Source> twoFiles()
{
    Source front{0,
                 u"front-envoy"_s,
                 u"front-envoy.yaml"_s,
                 {finding(Severity::Warning, "R11", 28, "'per_try_timeout' is longer than 'timeout' (3 s).",
                          "a.b[0].retry_policy"),
                  finding(Severity::Error, "R05", 40, "Unknown cluster 'pay': nothing with that name is defined.",
                          "a.b[1].route.cluster")},
                 {},
                 {}};
    front.findings[1].fixes.push_back({"Change to 'pays'", model::Fix::Kind::Set, "a.b[1].route.cluster", "pays"});
    Source service{3,
                   u"service-c"_s,
                   u"service-c.yaml"_s,
                   {finding(Severity::Advice, "X01", 3, "The admin interface listens on every address.", "admin")},
                   {{"service-c", model::push::Type::Lds, "ingress", "Unable to read file /etc/certs/service_c.pem",
                     "static.x", 17, 1'700'000'000}},
                   {{{480, 24, 9}, {500, 24, 29}}}};
    return {front, service};
}

QString print(ProblemsView& view)
{
    QStringList lines;
    const QAbstractItemModel* model = view.tree().model();
    for (int group = 0; group < model->rowCount(); ++group) {
        const QModelIndex parent = model->index(group, 0);
        lines << parent.data().toString();
        for (int row = 0; row < model->rowCount(parent); ++row) {
            const QModelIndex index = model->index(row, 0, parent);
            lines << u"  "_s % index.data(ProblemsModel::CodeRole).toString().section(u' ', 0, 0) % u" "_s %
                         index.data(ProblemsModel::PlaceRole).toString();
        }
    }
    return lines.join(u'\n');
}

} // namespace

class TestProblems : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void modelKeepsTheRulesOfItemModels();
    void groupsByFileAndPutsErrorsFirst();
    void enterGoesToThePlace();
    void controlPeriodFixes();
    void chipsFilter();
    void keepsTheChosenProblemOverANewList();
    void filtersByText();
    void aConversionsReportIsListedWithItsLines();
    void copiesAsTheCommandLineTells();
    void looksAsItShould();
};

void TestProblems::filtersByText()
{
    ProblemsView view;
    view.show(twoFiles());

    QTest::keyClicks(view.findChild<QLineEdit*>(), u"pay"_s);

    QCOMPARE(print(view), u"front-envoy\n  R05 front-envoy.yaml:40"_s);
}

void TestProblems::aConversionsReportIsListedWithItsLines()
{
    auto sources = twoFiles();
    sources[0].origin = u"front.v2.yaml"_s;
    sources[0].report = {finding(Severity::Warning, "V2", 7, "'hosts' became 'load_assignment'", "clusters[0].hosts")};
    ProblemsView view;
    view.show(sources);
    QSignalSpy origins(&view, &ProblemsView::originRequested);
    QSignalSpy activated(&view, &ProblemsView::activated);
    QCOMPARE(view.count(Severity::Info), 1);
    QVERIFY(!print(view).contains(u"front.v2.yaml"_s)); // Hidden until asked for.

    view.setShown(Severity::Info, true);
    view.setText(u"load_assignment"_s);
    QCOMPARE(print(view), u"front.v2.yaml, converted to Envoy v3\n  V2 front.v2.yaml:7"_s);
    view.tree().setCurrentIndex(view.tree().model()->index(0, 0, view.tree().model()->index(0, 0)));
    QTest::keyClick(&view.tree(), Qt::Key_Return);

    QCOMPARE(activated.size(), 0);
    QCOMPARE(origins.size(), 1);
    QCOMPARE(origins[0][1].value<model::Range>().begin.line, 7);
}

void TestProblems::copiesAsTheCommandLineTells()
{
    ProblemsView view;
    view.show(twoFiles());
    view.reveal(0, "a.b[1]");

    QTest::keyClick(&view.tree(), Qt::Key_C, Qt::ControlModifier);

    QVERIFY2(QApplication::clipboard()->text().startsWith(u"front-envoy.yaml:40:"_s),
             qPrintable(QApplication::clipboard()->text()));
    QVERIFY(QApplication::clipboard()->text().endsWith(
        u"error: Unknown cluster 'pay': nothing with that name is defined. [R05]"_s));
    QCOMPARE(view.lines().count(u'\n'), 4);
}

void TestProblems::modelKeepsTheRulesOfItemModels()
{
    ProblemsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);

    model.show(twoFiles());
    model.show({});
    model.show(twoFiles());

    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.count(Severity::Error), 2);
}

void TestProblems::groupsByFileAndPutsErrorsFirst()
{
    ProblemsView view;

    view.show(twoFiles());

    QCOMPARE(print(view), u"front-envoy\n  R05 front-envoy.yaml:40\n  R11 front-envoy.yaml:28\n"
                          "service-c\n  NACK service-c.yaml:24\n  X01 service-c.yaml:3"_s);
}

void TestProblems::enterGoesToThePlace()
{
    ProblemsView view;
    view.show(twoFiles());
    QSignalSpy activated(&view, &ProblemsView::activated);

    view.reveal(3, "static");
    QTest::keyClick(&view.tree(), Qt::Key_Return);

    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].toInt(), 3);
    QCOMPARE(activated[0][2].value<model::Range>().begin.line, 24);
}

void TestProblems::controlPeriodFixes()
{
    ProblemsView view;
    view.show(twoFiles());
    QSignalSpy fixes(&view, &ProblemsView::fixRequested);

    view.reveal(0, "a.b[1]");
    QTest::keyClick(&view.tree(), Qt::Key_Period, Qt::ControlModifier);

    QCOMPARE(fixes.size(), 1);
    QCOMPARE(fixes[0][1].value<model::Fix>().value, std::string("pays"));
}

void TestProblems::chipsFilter()
{
    ProblemsView view;
    view.show(twoFiles());

    view.setShown(Severity::Error, false);
    view.setShown(Severity::Advice, false);
    QCOMPARE(print(view), u"front-envoy\n  R11 front-envoy.yaml:28"_s);
    view.setShown(Severity::Error, true);
    view.setCurrentDocument(3);
    view.setOnlyCurrentDocument(true);

    QCOMPARE(print(view), u"service-c\n  NACK service-c.yaml:24"_s);
}

void TestProblems::keepsTheChosenProblemOverANewList()
{
    ProblemsView view;
    view.show(twoFiles());
    view.reveal(0, "a.b[0].retry_policy");

    auto sources = twoFiles();
    sources[0].findings.erase(sources[0].findings.begin() + 1);
    view.show(sources);

    QCOMPARE(view.tree().currentIndex().data(ProblemsModel::CodeRole).toString(), u"R11"_s);
}

void TestProblems::looksAsItShould()
{
    ProblemsView view;
    view.resize(556, 214);
    view.show(twoFiles());
    view.reveal(0, "a.b[1]");
    view.QWidget::show();
    keep(view, u"problems"_s);

    QVERIFY(view.tree().sizeHintForRow(0) >= 28);
}

QTEST_MAIN(TestProblems)
#include "tst_problems.moc"
