#ifndef Q_MOC_RUN // moc cannot read the generated headers
#include "model/route/route.h"
#endif

#include <google/protobuf/util/json_util.h>
#include <yaml-cpp/yaml.h>

#include <QDir>
#include <QFile>
#include <QTest>

#include <map>

using namespace model::route;

namespace {

/// Writes a YAML node as JSON text. Scalars that look like numbers or booleans and are not quoted stay bare.
void toJson(const YAML::Node& node, QByteArray& out)
{
    if (node.IsMap()) {
        out += '{';
        for (const auto& entry : node) {
            if (!out.endsWith('{')) out += ',';
            toJson(YAML::Node(entry.first.as<std::string>()), out);
            out += ':';
            toJson(entry.second, out);
        }
        out += '}';
    } else if (node.IsSequence()) {
        out += '[';
        for (std::size_t i = 0; i < node.size(); ++i) {
            if (i > 0) out += ',';
            toJson(node[i], out);
        }
        out += ']';
    } else if (node.IsNull()) {
        out += "null";
    } else if (node.Tag() == "?" && (node.Scalar() == "true" || node.Scalar() == "false")) {
        out += QByteArray::fromStdString(node.Scalar());
    } else {
        out += '"';
        for (const char c : node.Scalar()) {
            if (c == '"' || c == '\\') out += '\\';
            if (c == '\n') out += "\\n";
            else out += c;
        }
        out += '"';
    }
}

/// The header fields of a test's input.
class InputHeaders final : public Headers {
public:
    std::multimap<std::string, std::string> fields;
    bool anyValue(std::string_view name, ValueTest test) const override
    {
        const auto [begin, end] = fields.equal_range(std::string(name));
        return std::any_of(begin, end, [&](const auto& field) { return test(field.second); });
    }
};

struct Tally {
    int agreed = 0;
    int others = 0; ///< Tests of what happens after the match.
    QStringList wrong;
};

std::shared_ptr<const RouteTable> load(const std::string& file, std::string& refusal)
{
    QByteArray json;
    toJson(YAML::LoadFile(file), json);
    envoy::config::route::v3::RouteConfiguration config;
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    const auto status = google::protobuf::util::JsonStringToMessage(json.toStdString(), &config, options);
    if (!status.ok()) {
        refusal = status.ToString();
        return nullptr;
    }
    auto table = RouteTable::compile(config);
    if (!table) refusal = table.error().text();
    return table ? *table : nullptr;
}

/// Runs one test of a golden file; tests without a cluster to compare are counted apart.
void runTest(const RouteTable& table, const YAML::Node& test, const std::string& label, Tally& tally)
{
    if (!test["validate"]["cluster_name"] || test["after_mock"].as<bool>(false)) {
        ++tally.others;
        return;
    }
    const auto text = [&](const char* key) { return test["input"][key].as<std::string>(""); };
    const std::string authority = text("authority"), path = text("path"), runtime = text("runtime");
    const std::string method = test["input"]["method"].as<std::string>("GET");
    InputHeaders headers;
    std::string scheme = test["input"]["ssl"].as<bool>(false) ? "https" : "http";
    for (const auto& header : test["input"]["additional_request_headers"])
        headers.fields.emplace(lowerCase(header["key"].as<std::string>()), header["value"].as<std::string>(""));
    if (const auto proto = headers.fields.find("x-forwarded-proto"); proto != headers.fields.end())
        scheme = proto->second;
    Request request;
    request.authority = authority;
    request.path = path;
    request.method = method;
    request.scheme = scheme;
    request.headers = &headers;
    request.random = test["input"]["random_value"].as<std::uint64_t>(0);
    request.isInternal = test["input"]["internal"].as<bool>(false);
    request.onlyRuntimeKey = runtime;

    const Route* route = table.match(request);
    const std::string actual = route ? std::string(route->clusterName(request)) : "";
    const std::string expected = test["validate"]["cluster_name"].as<std::string>("");
    if (actual == expected) ++tally.agreed;
    else
        tally.wrong += QString::fromStdString(label + " " + test["test_name"].as<std::string>("") + ": expected '" +
                                              expected + "', actual '" + actual + "'");
}

} // namespace

class TestRouteCorpus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithEnvoysRouteTests();
};

void TestRouteCorpus::agreesWithEnvoysRouteTests()
{
    const QString folder = QStringLiteral(TEST_CORPUS "/route-tests/");
    QFile pairs(folder + QStringLiteral("PAIRS.tsv"));
    QVERIFY(pairs.open(QIODevice::ReadOnly));
    Tally tally;
    QStringList refused;
    for (const QByteArray& line : pairs.readAll().split('\n')) {
        const QList<QByteArray> columns = line.split('\t');
        if (columns.size() < 5 || (columns[2] != "proto-json" && columns[2] != "unit-checks")) continue;
        // Not: tables that upstream expects to fail, v1 and v2 tables, and one golden file that the corpus does not hold.
        if (columns[3].startsWith("FAIL") || columns[0].contains("@v1.") ||
            !QFile::exists(folder + QString::fromLatin1(columns[1])))
            continue;
        std::string refusal;
        const auto table = load(folder.toStdString() + columns[0].toStdString(), refusal);
        if (!table) {
            refused += QString::fromLatin1(columns[0]) + QStringLiteral(": ") + QString::fromStdString(refusal);
            continue;
        }
        const YAML::Node golden = YAML::LoadFile(folder.toStdString() + columns[1].toStdString());
        for (const auto& test : golden["tests"]) runTest(*table, test, columns[0].toStdString(), tally);
    }
    for (const QString& line : refused) qInfo("refused: %s", qPrintable(line));
    for (const QString& line : tally.wrong) qInfo("differs: %s", qPrintable(line));
    qInfo("agreed %d, of other kinds %d, refused files %lld", tally.agreed, tally.others,
          static_cast<long long>(refused.size()));
    QVERIFY(tally.agreed > 190);
    QCOMPARE(tally.wrong, QStringList());
}

QTEST_APPLESS_MAIN(TestRouteCorpus)
#include "tst_route_corpus.moc"
