#include "model/api/binary.h"
#include "model/api/schema.h"

#include <QtTest>

using namespace model::api;

/// The built-in schema: that it is read from the released Envoy, complete, documented.
class TestSchema : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void holdsEveryMessageOfTheReleasedEnvoy();
    void findsTypesByTypeUrl();
    void createsMessagesOfAnyType();
    void documentsFieldsWithoutToolMarks();
    void knowsWhichExtensionsFitATypedConfig();
    void holdsTheV2Api();
    void readsTheSameDescriptorsFromTheBinaryAgain();
    void saysThatAnotherProgramIsNoEnvoy();
};

void TestSchema::holdsEveryMessageOfTheReleasedEnvoy()
{
    QCOMPARE(builtIn()->name(), std::string("envoy-1.40.0"));
    QVERIFY(builtIn()->message("envoy.config.bootstrap.v3.Bootstrap") != nullptr);
    QVERIFY(builtIn()->message("envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication") != nullptr);
    QVERIFY2(builtIn()->messages().size() > 1700, std::to_string(builtIn()->messages().size()).c_str());
}

void TestSchema::findsTypesByTypeUrl()
{
    const auto* type = builtIn()->forTypeUrl("type.googleapis.com/envoy.config.cluster.v3.Cluster");

    QVERIFY(type != nullptr);
    QCOMPARE(type->full_name(), std::string("envoy.config.cluster.v3.Cluster"));
    QVERIFY(builtIn()->forTypeUrl("type.googleapis.com/no.such.Type") == nullptr);
}

void TestSchema::createsMessagesOfAnyType()
{
    for (const auto* type : builtIn()->messages()) QVERIFY(builtIn()->create(type)->GetDescriptor() == type);
}

void TestSchema::documentsFieldsWithoutToolMarks()
{
    const auto* cluster = builtIn()->message("envoy.config.cluster.v3.Cluster");

    const std::string text = builtIn()->documentation(cluster->FindFieldByName("connect_timeout"));

    QVERIFY2(text.find("timeout") != std::string::npos, text.c_str());
    QVERIFY(text.find("[#") == std::string::npos);
    QVERIFY(!builtIn()->documentation(cluster).empty());
}

void TestSchema::knowsWhichExtensionsFitATypedConfig()
{
    const auto* filter = builtIn()->message("envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter");
    const std::string category = builtIn()->extensionCategory(filter->FindFieldByName("typed_config"));

    QCOMPARE(category, std::string("envoy.filters.http"));
    std::vector<std::string> names;
    for (const Extension* extension : builtIn()->extensionsOf(category)) names.push_back(extension->name);
    QVERIFY(std::ranges::find(names, "envoy.filters.http.router") != names.end());
}

void TestSchema::holdsTheV2Api()
{
    const auto* cluster = builtInV2()->message("envoy.api.v2.Cluster");

    QVERIFY(cluster != nullptr);
    QVERIFY(cluster->FindFieldByName("hosts") != nullptr);
}

void TestSchema::readsTheSameDescriptorsFromTheBinaryAgain()
{
    const auto set = descriptorsOfBinary(TEST_ENVOY);

    QVERIFY(set);
    const auto count = std::ranges::count_if(set->file(), [](const auto& f) { return f.name().starts_with("envoy/"); });
    QCOMPARE(count, 471); // reference: files of the API in Envoy 1.40.0
}

void TestSchema::saysThatAnotherProgramIsNoEnvoy()
{
    const auto set = descriptorsOfBinary("/bin/sh");

    QVERIFY(!set);
    QCOMPARE(set.error().code, model::ErrorCode::Malformed);
}

QTEST_APPLESS_MAIN(TestSchema)
#include "tst_schema.moc"
