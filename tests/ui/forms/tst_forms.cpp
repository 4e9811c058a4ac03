#include "tests/ui/pictures.h"
#include "ui/forms/field_value.h"
#include "ui/forms/field_widgets.h"
#include "ui/forms/node_form.h"
#include "ui/forms/spot.h"

#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using model::source::Revision;
using model::source::RevisionPtr;
using ui::forms::NodeForm;

namespace {

const char* const bootstrap = R"(static_resources:
  listeners:
  - name: ingress
    address:
      socket_address: {address: 127.0.0.1, port_value: 8080}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: pay, timeout: 3s}
  clusters:
  - name: pay
    type: STRICT_DNS
    connect_timeout: 0.25s
)";
const QString route =
    u"static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].routes[0]"_s;
const QString cluster = u"static_resources.clusters[0]"_s;

/// A path below another, whole.
QString in(const QString& path, const char* rest) { return QString(path).append(QLatin1StringView(rest)); }

RevisionPtr revision()
{
    static const RevisionPtr value = Revision::of(bootstrap);
    return value;
}

} // namespace

class TestForms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { installLook(); }
    void followsAPathIntoTypedConfig();
    void durationsTakeSeveralForms_data();
    void durationsTakeSeveralForms();
    void enterCommitsOneSplice();
    void leavingWithoutAChangeCommitsNothing();
    void escapeTakesTheFieldBack();
    void emptyingAFieldRemovesIt();
    void refusesWhatIsNoValue();
    void anEnumIsAChoice();
    void aOneofSwitchesInOneStep();
    void offersTheClustersForAReference();
    void wheelChangesNothingWithoutFocus();
    void showsFindingsBelowTheField();
    void rarelyUsedFieldsWait();
    void tellsTheDocumentationOfTheFieldWithFocus();
    void looksAsItShould();
    void constraintsAreToldInWords_data();
    void constraintsAreToldInWords();
    void aWrongValueIsMarkedWhileTyping();
    void altDownMovesTheItemThatHasTheFocus();
    void deleteOnACardRemovesTheItem();
    void anAnyIsChosenBySearch();
    void aMapGrowsByAKey();
    void deprecatedFieldsAreStruckOut();
    void f1ShowsMoreDocumentation();
    void findShowsOnlyMatchingFields();
    void fitsANarrowInspector();
};

void TestForms::constraintsAreToldInWords_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("words");
    QTest::newRow("duration") << in(cluster, ".connect_timeout") << u"more than 0s"_s;
    QTest::newRow("name") << in(cluster, ".name") << u"not empty"_s;
    QTest::newRow("list") << route.section(u".routes"_s, 0, 0).append(u".domains"_s)
                          << u"at least 1 items, each: must be a valid header value"_s;
    QTest::newRow("none") << in(cluster, ".alt_stat_name") << QString();
}

void TestForms::constraintsAreToldInWords()
{
    QFETCH(QString, path);
    QFETCH(QString, words);
    const auto spot = ui::forms::spotAt(revision(), path.toStdString());
    QVERIFY(spot.field);

    const QString told = ui::forms::constraint(revision()->schema(), spot.field);

    if (path.endsWith(u".domains"_s)) QVERIFY2(told.startsWith(u"at least 1 items"_s), qPrintable(told));
    else QCOMPARE(told, words);
}

void TestForms::aWrongValueIsMarkedWhileTyping()
{
    NodeForm form;
    form.show(revision(), cluster);
    auto* line = qobject_cast<QLineEdit*>(form.editor(in(cluster, ".connect_timeout")));

    line->selectAll();
    QTest::keyClicks(line, u"so"_s);
    QCOMPARE(line->property("severity").toString(), u"error"_s);
    line->selectAll();
    QTest::keyClicks(line, u"2"_s);

    QVERIFY(!line->property("severity").isValid());
}

void TestForms::altDownMovesTheItemThatHasTheFocus()
{
    const auto two = Revision::of("static_resources:\n  clusters:\n  - name: a\n  - name: b\n");
    NodeForm form;
    form.show(two, u"static_resources"_s);
    QSignalSpy moves(&form, &NodeForm::moveRequested);
    QWidget* card = form.editor(u"static_resources.clusters[0]"_s);
    QVERIFY(card);

    QTest::keyClick(card, Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(card, Qt::Key_Up, Qt::AltModifier); // The first has nowhere to go.

    QCOMPARE(moves.size(), 1);
    QCOMPARE(moves[0][1].toString(), u"static_resources.clusters[0]"_s);
    QCOMPARE(moves[0][2].toInt(), 1);
}

void TestForms::deleteOnACardRemovesTheItem()
{
    NodeForm form;
    form.show(revision(), u"static_resources"_s);
    QSignalSpy clears(&form, &NodeForm::clearRequested);

    QTest::keyClick(form.editor(cluster), Qt::Key_Delete);

    QCOMPARE(clears.size(), 1);
    QCOMPARE(clears[0][1].toString(), cluster);
}

void TestForms::anAnyIsChosenBySearch()
{
    const auto bare = Revision::of("static_resources:\n  clusters:\n  - name: a\n    transport_socket: {name: tls}\n");
    NodeForm form;
    form.show(bare, u"static_resources.clusters[0].transport_socket"_s);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    auto* combo =
        qobject_cast<QComboBox*>(form.editor(u"static_resources.clusters[0].transport_socket.typed_config"_s));
    QVERIFY(combo && combo->isEditable());
    QCOMPARE(combo->completer()->filterMode(), Qt::MatchFlags(Qt::MatchContains));

    combo->lineEdit()->setText(u"upstreamtls"_s);
    combo->completer()->setCompletionPrefix(u"upstreamtls"_s);
    QCOMPARE(combo->completer()->completionCount(), 1);
    combo->setCurrentIndex(combo->findText(u"UpstreamTlsContext"_s));
    Q_EMIT combo->activated(combo->currentIndex());

    QCOMPARE(splices.size(), 1);
    QVERIFY(splices[0][2].toString().contains(u"tls.v3.UpstreamTlsContext"_s));
}

void TestForms::aMapGrowsByAKey()
{
    const auto bare = Revision::of("static_resources:\n  clusters:\n  - name: a\n");
    NodeForm form;
    form.show(bare, cluster);
    form.showMore(cluster);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    auto* key = qobject_cast<QLineEdit*>(form.editor(in(cluster, ".typed_extension_protocol_options#key")));
    QVERIFY(key);

    QTest::keyClicks(key, u"envoy.http"_s);
    QTest::keyClick(key, Qt::Key_Return);

    QCOMPARE(splices.size(), 1);
    QVERIFY2(splices[0][1].toString().contains(u"envoy.http"_s), qPrintable(splices[0][1].toString()));
    QCOMPARE(splices[0][2].toString(), u"{}"_s);
}

void TestForms::deprecatedFieldsAreStruckOut()
{
    const auto old = Revision::of("static_resources:\n  clusters:\n  - name: a\n    track_timeout_budgets: true\n");
    NodeForm form;
    form.show(old, cluster);

    const auto labels = form.findChildren<QLabel*>();
    const auto found = std::ranges::find_if(
        labels, [](const QLabel* label) { return label->toolTip().contains(u"track_timeout_budgets"_s); });

    QVERIFY(found != labels.end());
    QVERIFY((*found)->font().strikeOut());
    QVERIFY((*found)->toolTip().contains(u"Deprecated"_s));
}

void TestForms::f1ShowsMoreDocumentation()
{
    NodeForm form;
    form.resize(288, 700);
    form.show(revision(), cluster);
    form.QWidget::show();
    auto* docs = form.findChild<QWidget*>(u"documentation"_s);
    QVERIFY(docs);
    const int before = docs->height();

    QTest::keyClick(form.editor(in(cluster, ".name")), Qt::Key_F1);
    QVERIFY(docs->height() > before);
    QTest::keyClick(form.editor(in(cluster, ".name")), Qt::Key_F1);

    QCOMPARE(docs->height(), before);
}

void TestForms::findShowsOnlyMatchingFields()
{
    NodeForm form;
    form.show(revision(), cluster);

    form.search(u"http2"_s);
    QVERIFY(form.editor(in(cluster, ".http2_protocol_options")) || !form.editor(in(cluster, ".name")));
    form.search({});

    QVERIFY(form.editor(in(cluster, ".name")));
}

void TestForms::fitsANarrowInspector()
{
    NodeForm form;
    form.resize(264, 600);
    for (const QString& path :
         {cluster, route, QString(), u"static_resources.listeners[0].filter_chains[0].filters[0]"_s}) {
        form.show(revision(), path);
        form.QWidget::show();
        const auto* area = form.findChild<QScrollArea*>();
        QTRY_VERIFY2(area->widget()->width() <= area->viewport()->width(), qPrintable(path));
    }
}

void TestForms::followsAPathIntoTypedConfig()
{
    const auto spot = ui::forms::spotAt(revision(), route.toStdString());

    QVERIFY(spot.isValid());
    QCOMPARE(spot.type->full_name(), std::string("envoy.config.route.v3.Route"));
    QVERIFY(spot.message);
    QVERIFY(!ui::forms::spotAt(revision(), "static_resources.nonsense").isValid());
}

void TestForms::durationsTakeSeveralForms_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("yaml");
    QTest::newRow("number") << u"3"_s << u"3s"_s;
    QTest::newRow("seconds") << u"3s"_s << u"3s"_s;
    QTest::newRow("milliseconds") << u"250ms"_s << u"0.25s"_s;
    QTest::newRow("ten seconds") << u"10000ms"_s << u"10s"_s;
    QTest::newRow("words") << u"soon"_s << QString();
}

void TestForms::durationsTakeSeveralForms()
{
    QFETCH(QString, typed);
    QFETCH(QString, yaml);
    const auto* field = ui::forms::spotAt(revision(), in(cluster, ".connect_timeout").toStdString()).field;

    const auto result = ui::forms::yamlOf(field, typed);

    QCOMPARE(QString::fromStdString(result.value_or("")), yaml);
}

void TestForms::enterCommitsOneSplice()
{
    NodeForm form;
    form.show(revision(), cluster);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    auto* line = qobject_cast<QLineEdit*>(form.editor(in(cluster, ".connect_timeout")));
    QVERIFY(line);
    QCOMPARE(line->text(), u"250ms"_s);

    line->setText(u"3"_s);
    QTest::keyClick(line, Qt::Key_Return);

    QCOMPARE(splices.size(), 1);
    QCOMPARE(splices[0][1].toString(), in(cluster, ".connect_timeout"));
    QCOMPARE(splices[0][2].toString(), u"3s"_s);
}

void TestForms::leavingWithoutAChangeCommitsNothing()
{
    NodeForm form;
    form.show(revision(), cluster);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    QSignalSpy clears(&form, &NodeForm::clearRequested);

    QTest::keyClick(form.editor(in(cluster, ".name")), Qt::Key_Return);

    QCOMPARE(splices.size() + clears.size(), 0);
}

void TestForms::escapeTakesTheFieldBack()
{
    NodeForm form;
    form.show(revision(), cluster);
    auto* line = qobject_cast<QLineEdit*>(form.editor(in(cluster, ".name")));

    line->setText(u"other"_s);
    QTest::keyClick(line, Qt::Key_Escape);

    QCOMPARE(line->text(), u"pay"_s);
}

void TestForms::emptyingAFieldRemovesIt()
{
    NodeForm form;
    form.show(revision(), cluster);
    QSignalSpy clears(&form, &NodeForm::clearRequested);
    auto* line = qobject_cast<QLineEdit*>(form.editor(in(cluster, ".connect_timeout")));

    line->clear();
    QTest::keyClick(line, Qt::Key_Return);

    QCOMPARE(clears.size(), 1);
    QCOMPARE(clears[0][1].toString(), in(cluster, ".connect_timeout"));
}

void TestForms::refusesWhatIsNoValue()
{
    NodeForm form;
    form.show(revision(), cluster);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    auto* line = qobject_cast<QLineEdit*>(form.editor(in(cluster, ".connect_timeout")));

    line->setText(u"soon"_s);
    QTest::keyClick(line, Qt::Key_Return);

    QCOMPARE(splices.size(), 0);
    QCOMPARE(line->property("severity").toString(), u"error"_s);
    QVERIFY(!line->toolTip().isEmpty());
}

void TestForms::anEnumIsAChoice()
{
    NodeForm form;
    form.show(revision(), cluster);
    form.showMore(cluster);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    auto* combo = qobject_cast<QComboBox*>(form.editor(in(cluster, ".lb_policy")));
    QVERIFY(combo);
    QCOMPARE(combo->currentText(), u"ROUND_ROBIN (default)"_s);

    combo->setCurrentIndex(combo->findText(u"LEAST_REQUEST"_s));
    Q_EMIT combo->activated(combo->currentIndex());

    QCOMPARE(splices.size(), 1);
    QCOMPARE(splices[0][2].toString(), u"LEAST_REQUEST"_s);
}

void TestForms::aOneofSwitchesInOneStep()
{
    NodeForm form;
    form.show(revision(), route);
    QSignalSpy switches(&form, &NodeForm::switchRequested);
    auto* segments = qobject_cast<ui::forms::Segments*>(form.editor(in(route, "#action")));
    QVERIFY(segments);
    QCOMPARE(segments->text(), u"route"_s);
    segments->resize(260, 26);

    QTest::mouseClick(segments, Qt::LeftButton, {}, segments->segment(1).center());

    QCOMPARE(switches.size(), 1);
    QCOMPARE(switches[0][1].toString(), in(route, ".route"));
    QCOMPARE(switches[0][2].toString(), in(route, ".redirect"));
}

void TestForms::offersTheClustersForAReference()
{
    NodeForm form;
    form.setClusters({u"pay"_s, u"shop"_s});
    form.show(revision(), route);
    QSignalSpy splices(&form, &NodeForm::spliceRequested);
    auto* combo = qobject_cast<QComboBox*>(form.editor(in(route, ".route.cluster")));
    QVERIFY(combo);

    combo->setCurrentIndex(combo->findText(u"shop"_s));
    Q_EMIT combo->activated(combo->currentIndex());

    QCOMPARE(splices.size(), 1);
    QCOMPARE(splices[0][2].toString(), u"shop"_s);
}

void TestForms::wheelChangesNothingWithoutFocus()
{
    NodeForm form;
    form.show(revision(), cluster);
    form.showMore(cluster);
    auto* combo = qobject_cast<QComboBox*>(form.editor(in(cluster, ".lb_policy")));
    const int before = combo->currentIndex();

    QWheelEvent wheel({5, 5}, {5, 5}, {}, {0, -120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(combo, &wheel);

    QCOMPARE(combo->currentIndex(), before);
}

void TestForms::showsFindingsBelowTheField()
{
    NodeForm form;
    form.show(revision(), cluster);
    model::Finding finding{model::Severity::Warning,
                           "X",
                           in(cluster, ".name").toStdString(),
                           "A short name.",
                           {},
                           {{"Rename it", model::Fix::Kind::Set, in(cluster, ".name").toStdString(), "payments"}}};

    form.setFindings({finding});

    const auto* label = form.findChild<QLabel*>(u"finding"_s);
    QVERIFY(label);
    QCOMPARE(label->text(), u"A short name."_s);
    QCOMPARE(form.editor(in(cluster, ".name"))->property("severity").toString(), u"warning"_s);
}

void TestForms::rarelyUsedFieldsWait()
{
    NodeForm form;
    form.show(revision(), cluster);
    const QString rare = in(cluster, ".per_connection_buffer_limit_bytes");
    QVERIFY(!form.editor(rare));

    form.showMore(cluster);

    QVERIFY(form.editor(rare));
}

void TestForms::tellsTheDocumentationOfTheFieldWithFocus()
{
    NodeForm form;
    form.setFileName(u"edge.yaml"_s);
    form.show(revision(), cluster);
    form.QWidget::show();
    form.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&form));

    form.focusField(in(cluster, ".connect_timeout"));

    QStringList texts;
    for (const QLabel* label : form.findChildren<QLabel*>()) texts << label->text();
    QVERIFY(texts.contains(u"edge.yaml:22"_s));
    QVERIFY(texts.join(u' ').contains(u"timeout"_s));
}

void TestForms::looksAsItShould()
{
    NodeForm form;
    form.resize(288, 600);
    form.setClusters({u"pay"_s});
    form.setFileName(u"edge.yaml"_s);
    form.show(revision(), route);
    form.QWidget::show();
    form.focusField(in(route, ".route.timeout"));
    keep(form, u"form-route"_s);
    form.show(revision(), cluster);
    keep(form, u"form-cluster"_s);

    QVERIFY(form.editor(in(cluster, ".name")));
}

QTEST_MAIN(TestForms)
#include "tst_forms.moc"
