#include "app/control/rollout.h"

#include <QtTest>

using namespace app::control;
using model::diff::ResourceChange;
using model::push::Type;

namespace {

ResourceChange change(Type type, const std::string& name)
{
    return {ResourceChange::Kind::Changed, type, name, {}, {}, {}, {}};
}

/// front -> a -> c, and a -> b: the demo's mesh.
const std::vector<Link> mesh{{"front", "service_a", "a"}, {"a", "service_b", "b"}, {"a", "service_c", "c"}};

/// What proxies said so far; of the others there is no verdict yet.
struct Judges {
    std::map<std::string, Verdict> said;
    double now = 0;
    std::string release(Rollout& rollout)
    {
        std::string names;
        const auto verdictOf = [this](const std::string& proxy) {
            const auto found = said.find(proxy);
            return found == said.end() ? Verdict::Pending : found->second;
        };
        for (const auto& proxy : rollout.release(verdictOf, now)) names += (names.empty() ? "" : " ") + proxy;
        return names;
    }
};

} // namespace

/// Upstream first; what belongs to a refused part is held back, the rest goes on.
class TestRollout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sendsUpstreamFirst();
    void holdsBackWhatSpeaksToARefusal();
    void letsGoWhatHasNothingToDoWithIt();
    void aRefusalSpreadsAlongChangedClusters();
    void proxiesThatDependOnEachOtherDoNotWait();
    void aSilentUpstreamIsNotWaitedForForEver();
    void theNextPushEndsTheWaiting();
};

void TestRollout::sendsUpstreamFirst()
{
    Rollout rollout;
    Judges judges;
    rollout.add({{"front", {change(Type::Cds, "service_a")}},
                 {"a", {change(Type::Cds, "service_c")}},
                 {"c", {change(Type::Lds, "ingress")}}},
                mesh);
    judges.said = {{"b", Verdict::Taken}};

    QCOMPARE(judges.release(rollout), std::string("c"));
    QCOMPARE(rollout.waitsFor("a"), std::string("c"));
    QCOMPARE(rollout.waitsFor("front"), std::string("a"));
    QCOMPARE(judges.release(rollout), std::string());
    judges.said["c"] = Verdict::Taken;
    QCOMPARE(judges.release(rollout), std::string("a"));
    judges.said["a"] = Verdict::Taken;
    QCOMPARE(judges.release(rollout), std::string("front"));
    QVERIFY(!rollout.isWaiting("front"));
}

void TestRollout::holdsBackWhatSpeaksToARefusal()
{
    Rollout rollout;
    Judges judges;
    rollout.add({{"a", {change(Type::Cds, "service_c")}}, {"c", {change(Type::Lds, "ingress")}}}, mesh);
    judges.said = {{"b", Verdict::Taken}};
    judges.release(rollout);

    judges.said["c"] = Verdict::Refused;

    QCOMPARE(judges.release(rollout), std::string());
    QCOMPARE(rollout.waitsFor("a"), std::string("c"));
    judges.now = 1000; // Patience is for the silent.
    QCOMPARE(judges.release(rollout), std::string());
}

void TestRollout::letsGoWhatHasNothingToDoWithIt()
{
    Rollout rollout;
    Judges judges;
    rollout.add({{"front", {change(Type::Rds, "local_route")}},
                 {"a", {change(Type::Cds, "service_c")}},
                 {"c", {change(Type::Lds, "ingress")}}},
                mesh);
    judges.said = {{"b", Verdict::Taken}};
    judges.release(rollout);

    judges.said["c"] = Verdict::Refused;

    QCOMPARE(judges.release(rollout), std::string("front"));
    QVERIFY(rollout.isWaiting("a"));
}

void TestRollout::aRefusalSpreadsAlongChangedClusters()
{
    Rollout rollout;
    Judges judges;
    rollout.add({{"front", {change(Type::Cds, "service_a")}},
                 {"a", {change(Type::Eds, "service_c")}},
                 {"c", {change(Type::Lds, "ingress")}}},
                mesh);
    judges.said = {{"b", Verdict::Taken}};
    judges.release(rollout);

    judges.said["c"] = Verdict::Refused;

    QCOMPARE(judges.release(rollout), std::string());
    QCOMPARE(rollout.waitsFor("front"), std::string("a"));
}

void TestRollout::proxiesThatDependOnEachOtherDoNotWait()
{
    Rollout rollout;
    Judges judges;

    rollout.add({{"a", {change(Type::Cds, "b")}}, {"b", {change(Type::Cds, "a")}}}, {{"a", "b", "b"}, {"b", "a", "a"}});

    QCOMPARE(judges.release(rollout), std::string("a b"));
}

void TestRollout::aSilentUpstreamIsNotWaitedForForEver()
{
    Rollout rollout;
    Judges judges;
    rollout.add({{"a", {change(Type::Cds, "service_c")}}, {"c", {change(Type::Lds, "ingress")}}}, mesh);
    judges.said = {{"b", Verdict::Taken}};
    judges.release(rollout);

    judges.now = 17;

    QCOMPARE(judges.release(rollout), std::string("a"));
}

void TestRollout::theNextPushEndsTheWaiting()
{
    Rollout rollout;
    Judges judges;
    rollout.add({{"a", {change(Type::Cds, "service_c")}}, {"c", {change(Type::Lds, "ingress")}}}, mesh);
    judges.said = {{"b", Verdict::Taken}, {"c", Verdict::Refused}};
    judges.release(rollout);
    judges.release(rollout);
    QVERIFY(rollout.isWaiting("a"));

    rollout.drop("a");
    rollout.add({{"a", {change(Type::Cds, "service_b")}}}, mesh);

    QCOMPARE(judges.release(rollout), std::string("a")); // c still refuses, but nothing of a speaks to it any more.
}

QTEST_MAIN(TestRollout)
#include "tst_rollout.moc"
