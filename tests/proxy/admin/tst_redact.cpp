#include "proxy/admin/page.h"

#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"

#include <google/protobuf/text_format.h>

#include <QtTest>

using envoy::extensions::transport_sockets::tls::v3::Secret;

/// What the schema marks as sensitive leaves the process as "[redacted]" only.
class TestRedact : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hidesWhatIsSecret_data();
    void hidesWhatIsSecret();
    void looksIntoPackedMessages();
};

void TestRedact::hidesWhatIsSecret_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("private key") << QByteArray("tls_certificate { private_key { inline_string: 'hush' } }");
    QTest::newRow("bytes") << QByteArray("tls_certificate { private_key { inline_bytes: 'hush' } }");
    QTest::newRow("password") << QByteArray("tls_certificate { password { inline_string: 'hush' } }");
    QTest::newRow("session keys") << QByteArray(
        "session_ticket_keys { keys { inline_bytes: 'hush' } keys { inline_string: 'hush' } }");
    QTest::newRow("generic secret") << QByteArray("generic_secret { secret { inline_string: 'hush' } }");
}

void TestRedact::hidesWhatIsSecret()
{
    QFETCH(QByteArray, secret);
    Secret message;
    QVERIFY(google::protobuf::TextFormat::ParseFromString(secret.toStdString(), &message));

    proxy::admin::redact(message);

    const QByteArray text = QByteArray::fromStdString(message.DebugString());
    QVERIFY2(!text.contains("hush") && text.contains("[redacted]"), text.constData());
}

void TestRedact::looksIntoPackedMessages()
{
    Secret message;
    message.mutable_tls_certificate()->mutable_private_key()->set_inline_string("hush");
    message.mutable_tls_certificate()->mutable_certificate_chain()->set_inline_string("open");
    google::protobuf::Any any;
    any.PackFrom(message);

    proxy::admin::redact(any);

    QVERIFY(any.UnpackTo(&message));
    QCOMPARE(message.tls_certificate().private_key().inline_string(), std::string("[redacted]"));
    QCOMPARE(message.tls_certificate().certificate_chain().inline_string(), std::string("open"));
}

QTEST_APPLESS_MAIN(TestRedact)
#include "tst_redact.moc"
