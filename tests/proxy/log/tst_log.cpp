#ifndef Q_MOC_RUN // moc cannot read the generated headers
#include "proxy/log/format.h"
#include "proxy/log/sink.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#endif

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace proxy::log;

namespace {

/// A finished request to /pay.
class PayEntry final : public Entry {
public:
    PayEntry()
    {
        start = Clock::time_point(std::chrono::milliseconds(1'600'000'000'123));
        protocol = "HTTP/1.1";
        responseCode = 200;
        bytesSent = 5;
        durationUs = 12'900;
        responseDurationUs = 10'000;
        responseLastDurationUs = 12'800;
        upstreamHost = "127.0.0.1:9000";
        downstreamRemoteAddress = "10.0.0.1:4711";
    }
    std::string_view requestHeader(std::string_view name) const override
    {
        if (name == ":method") return "GET";
        if (name == ":path") return "/pay?a=1&b=2";
        if (name == ":authority") return "shop";
        return name == "user-agent" ? std::string_view("te\"st") : std::string_view();
    }
    std::string_view responseHeader(std::string_view) const override { return {}; }
};

std::string print(std::string_view format, const Entry& entry = PayEntry())
{
    const auto compiled = Format::compile(format);
    if (!compiled) return compiled.error().text();
    std::string out;
    compiled->print(entry, out);
    return out;
}

std::string printJson(const char* json, bool omitEmpty = false)
{
    google::protobuf::Struct message;
    if (!google::protobuf::util::JsonStringToMessage(json, &message).ok()) return "bad test JSON";
    const auto compiled = Format::compile(message, omitEmpty);
    if (!compiled) return compiled.error().text();
    std::string out;
    compiled->print(PayEntry(), out);
    return out;
}

} // namespace

class TestLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void printsEnvoysDefaultLine();
    void printsOperators_data();
    void printsOperators();
    void refusesUnknownOperatorsByName();
    void printsJsonWithTypes();
    void omitsEmptyValues();
    void writesWholeLinesToAFile();
    void opensItsFilesAgain();
};

void TestLog::printsEnvoysDefaultLine()
{
    QCOMPARE(print(defaultFormat),
             "[2020-09-13T12:26:40.123Z] \"GET /pay?a=1&b=2 HTTP/1.1\" 200 - 0 5 12 - \"-\" \"te\"st\" \"-\" "
             "\"shop\" \"127.0.0.1:9000\"\n");
}

void TestLog::printsOperators_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* format, const char* expected) {
        QTest::newRow(format) << QString::fromLatin1(expected);
    };
    row("%START_TIME(%s%3f)%", "1600000000123");
    row("%START_TIME(%Y/%m/%d %f)%", "2020/09/13 123000000");
    row("100%% %RESPONSE_CODE%", "100% 200");
    row("%REQ(NONE?USER-AGENT)%", "te\"st");
    row("%REQ(:path):4%", "/pay");
    row("%RESPONSE_TX_DURATION%", "2");
    row("%REQUEST_DURATION%", "-");
    row("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", "10.0.0.1");
    row("%DOWNSTREAM_REMOTE_PORT%", "4711");
    row("%UPSTREAM_HOST_NAME%", "127.0.0.1:9000");
    row("%QUERY_PARAM(b)% %QUERY_PARAMS%", "2 a=1&b=2");
    row("%UPSTREAM_REQUEST_ATTEMPT_COUNT%", "0");
}

void TestLog::printsOperators()
{
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(print(QTest::currentDataTag())), expected);
}

void TestLog::refusesUnknownOperatorsByName()
{
    QCOMPARE(print("%NO_SUCH%"), "Not supported field in StreamInfo: NO_SUCH");
    QCOMPARE(print("%REQ%"), "REQ requires parameters");
}

void TestLog::printsJsonWithTypes()
{
    QCOMPARE(printJson(R"({"code": "%RESPONSE_CODE%", "agent": "%REQ(user-agent)%", "both": "%RESPONSE_CODE%/%REQ(x)%",
                           "none": "%REQ(x)%", "flags": "%RESPONSE_FLAGS%", "n": 7, "in": {"t": true}})"),
             "{\"agent\":\"te\\\"st\",\"both\":\"200/"
             "-\",\"code\":200,\"flags\":\"-\",\"in\":{\"t\":true},\"n\":7,\"none\":null}\n");
}

void TestLog::omitsEmptyValues()
{
    QCOMPARE(printJson(R"({"a": "%REQ(x)%", "flags": "%RESPONSE_FLAGS%"})", true), "{\"flags\":\"-\"}\n");
}

void TestLog::writesWholeLinesToAFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("access.log"));
    {
        auto file = File::open(path.toStdString());
        QVERIFY(file.has_value());
        Buffer buffer(*file);
        for (int i = 0; i < 10'000; ++i) {
            buffer.text() += "a line of the log\n";
            buffer.written();
        }
    }

    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count("a line of the log\n"), 10'000);
    QVERIFY(!File::open("/no/such/folder/file"));
}

void TestLog::opensItsFilesAgain()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("access.log")), moved = path + QStringLiteral(".1");
    auto file = File::open(path.toStdString());
    QVERIFY(file.has_value());
    (*file)->write("before\n");
    QVERIFY(QFile::rename(path, moved));
    (*file)->write("still the old one\n");

    QCOMPARE(File::reopenAll(), std::size_t(1));
    (*file)->write("after\n");

    QFile old(moved), fresh(path);
    QVERIFY(old.open(QIODevice::ReadOnly) && fresh.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("before\nstill the old one\n"));
    QCOMPARE(fresh.readAll(), QByteArray("after\n"));
}

QTEST_APPLESS_MAIN(TestLog)
#include "tst_log.moc"
