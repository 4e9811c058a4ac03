// Rules whose inputs are more than one document: scripts, certificates, what runs now, flags of a release.
#include "model/check/certificates.h"
#include "model/check/check.h"
#include "model/check/lua_syntax.h"

#include <QtTest>

#include <algorithm>

using namespace model;

namespace {

const Finding* find(const std::vector<Finding>& findings, const std::string& code)
{
    const auto found = std::ranges::find(findings, code, &Finding::code);
    return found == findings.end() ? nullptr : &*found;
}

std::string listener(const std::string& name, int port, const std::string& more = {})
{
    return "- {\"@type\": type.googleapis.com/envoy.config.listener.v3.Listener, name: " + name +
           ", address: {socket_address: {address: 127.0.0.1, port_value: " + std::to_string(port) + "}}" + more + "}\n";
}

source::RevisionPtr resources(const std::string& items) { return source::Revision::of("resources:\n" + items); }

} // namespace

/// Rules that look beyond one document.
class TestRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsLuaAsLuaJitDoes_data();
    void readsLuaAsLuaJitDoes();
    void showsTheLineOfAScriptThatIsWrong();
    void coversNamesAsTlsDoes();
    void keepsSocketsOfListenersThatRun();
    void letsListenersGoBeforeOthersTakeTheirAddress();
    void knowsTheFlagsOfTheRelease();
    void tellsUsualThingsAtTenPlaces();
};

void TestRules::readsLuaAsLuaJitDoes_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("error"); // Empty: right.
    const auto row = [](const char* script, const char* error) {
        QTest::newRow(script) << QString::fromLatin1(script) << QString::fromLatin1(error);
    };
    row("x x", "'=' expected near 'x'");
    row("local a = 1 a.b[c]:d{e} 'f'", "");
    row("for i = 1, 3 do if i > 2 then break end end", "");
    row("for k, v in pairs(t) do print(k, v) end", "");
    row("function a.b:c(...) return ... end", "");
    row("function f() return ... end", "cannot use '...' outside a vararg function near '...'");
    row("while a do break b() end ;; c()", "");
    row("break", "no loop to break");
    row("if a then", "'end' expected near '<eof>'");
    row("if a then\n\n", "'end' expected (to close 'if' at line 1) near '<eof>'");
    row("a = 'b", "unfinished string near '<eof>'");
    row("a = [==[ ]] ]==] --[[ c\n]] b()", "");
    row("a = 0x1g", "malformed number near '0x1g'");
    row("(a)", "syntax error near '<eof>'");
    row("return 1, 2; b()", "'<eof>' expected near 'b'");
    row("local function f() end f{1, 2; 3, [4] = 5, x = -not #y ^ 2}", "");
    row("a = }", "unexpected symbol near '}'");
}

void TestRules::readsLuaAsLuaJitDoes()
{
    QFETCH(const QString, script);
    QFETCH(const QString, error);

    const check::LuaError found = check::luaError(script.toStdString());

    QCOMPARE(QString::fromStdString(found.message), error);
    QCOMPARE(found.line > 0, !error.isEmpty());
}

void TestRules::showsTheLineOfAScriptThatIsWrong()
{
    const auto revision =
        source::Revision::of("\"@type\": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua\n"
                             "default_source_code:\n"
                             "  inline_string: |\n"
                             "    function envoy_on_request(handle)\n"
                             "      handle:headers(:add\n"
                             "    end\n");

    const auto findings = check::check(*revision);

    const Finding* found = find(findings, "F20");
    QVERIFY(found != nullptr);
    QCOMPARE(found->range.begin.line, 5);
    QVERIFY2(found->message.find("unexpected symbol near ':'") != std::string::npos, found->message.c_str());
}

void TestRules::coversNamesAsTlsDoes()
{
    const std::vector<std::string> names{"a.com", "*.b.com"};

    QVERIFY(check::covers(names, "a.com"));
    QVERIFY(check::covers(names, "x.b.com"));
    QVERIFY(check::covers(names, "*.b.com"));
    QVERIFY(!check::covers(names, "b.com"));
    QVERIFY(!check::covers(names, "x.y.b.com"));
    QVERIFY(!check::covers(names, "*.a.com"));
}

void TestRules::keepsSocketsOfListenersThatRun()
{
    const auto now = resources(listener("in", 10000)),
               next = resources(listener("in", 10000, ", enable_reuse_port: false"));

    const auto findings = check::check(*next, {.acrossFiles = true, .running = {now}, .folder = {}});

    const Finding* found = find(findings, "L15");
    QVERIFY(found != nullptr && found->severity == Severity::Error);
    QCOMPARE(found->path, std::string("resources[0].enable_reuse_port"));
    QVERIFY(find(check::check(*now, {.acrossFiles = true, .running = {now}, .folder = {}}), "L15") == nullptr);
}

void TestRules::letsListenersGoBeforeOthersTakeTheirAddress()
{
    const auto now = resources(listener("old", 10000)),
               both = resources(listener("old", 10001) + listener("new", 10000)),
               one = resources(listener("new", 10000));
    const check::Options options{.acrossFiles = true, .running = {now}, .folder = {}};

    QVERIFY(find(check::check(*both, options), "L15") != nullptr);
    QVERIFY(find(check::check(*one, options), "L15") == nullptr);
}

void TestRules::knowsTheFlagsOfTheRelease()
{
    const std::string layer = "layered_runtime: {layers: [{name: s, static_layer: {";

    const auto known = check::check(
        *source::Revision::of(layer + "envoy.reloadable_features.http2_include_cookies_in_limits: true}}]}"));
    const auto unknown =
        check::check(*source::Revision::of(layer + "envoy: {reloadable_features: {no_such_thing: true}}}}]}"));

    QVERIFY(api::builtIn()->runtimeFlags().size() > 100);
    QVERIFY(find(known, "B11") == nullptr);
    QVERIFY(find(unknown, "B11") != nullptr);
    QVERIFY(find(unknown, "B11")->path.ends_with("[\"no_such_thing\"]"));
}

void TestRules::tellsUsualThingsAtTenPlaces()
{
    std::string routes;
    for (int i = 0; i < 25; ++i) routes += "  - {match: {path: /" + std::to_string(i) + ".x}, route: {cluster: a}}\n";
    const auto revision =
        source::Revision::of("\"@type\": type.googleapis.com/envoy.config.route.v3.RouteConfiguration\n"
                             "virtual_hosts:\n- name: all\n  domains: ['*']\n  routes:\n" +
                             routes);

    const auto findings = check::check(*revision);

    QCOMPARE(std::ranges::count(findings, "R21", &Finding::code), 10);
    QVERIFY(std::ranges::any_of(findings, [](const Finding& f) {
        return f.code == "R21" && f.message.find("(and so at 15 more places)") != std::string::npos;
    }));
}

QTEST_APPLESS_MAIN(TestRules)
#include "tst_rules.moc"
