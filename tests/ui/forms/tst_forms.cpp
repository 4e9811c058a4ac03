#include "tests/ui/pictures.h"
#include "ui/forms/field_value.h"
#include "ui/forms/node_form.h"
#include "ui/forms/spot.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

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
const QString route = u"static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].routes[0]"_s;
const QString cluster = u"static_resources.clusters[0]"_s;

/// A path below another, whole.
QString in(const QString& path, const char* rest)
{
    return QString(path).append(QLatin1StringView(rest));
}

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
};

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
    auto* combo = qobject_cast<QComboBox*>(form.editor(in(route, "#action")));
    QVERIFY(combo);
    QCOMPARE(combo->currentText(), u"route"_s);

    combo->setCurrentIndex(combo->findText(u"redirect"_s));
    Q_EMIT combo->activated(combo->currentIndex());

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
    model::Finding finding{model::Severity::Warning, "X", in(cluster, ".name").toStdString(), "A short name.", {},
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
