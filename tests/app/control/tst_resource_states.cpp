#include "app/control/resource_states.h"

#include <QtTest>

using namespace app::control;
using model::diff::ResourceChange;
using model::push::State;
using model::push::Type;

namespace {

/// "pay NACK: why, cart held back: why, local ACK"
std::string print(const std::vector<model::push::ResourceStatus>& resources)
{
    std::string text;
    for (const auto& resource : resources)
        text += (text.empty() ? "" : ", ") + resource.name + " " + name(resource.state) +
                (resource.message.empty() ? "" : ": " + resource.message);
    return text;
}

std::vector<model::push::ResourceStatus> pushed()
{
    return resourcesOf("edge",
                       {{ResourceChange::Kind::Changed, Type::Cds, "pay", {}, {}, {}, {}},
                        {ResourceChange::Kind::Added, Type::Cds, "cart", {}, {}, {}, {}},
                        {ResourceChange::Kind::Changed, Type::Rds, "local", {}, {}, {}, {}}},
                       100);
}

model::push::ProxyStatus status(State clusters, State routes)
{
    model::push::ProxyStatus result;
    result.name = "edge";
    result.types = {{Type::Cds, clusters, {}, {}, clusters == State::Nacked ? "bad" : "", 101},
                    {Type::Rds, routes, {}, {}, {}, 102}};
    return result;
}

} // namespace

/// What is told of single resources when proxies answer by type.
class TestResourceStates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followTheirType();
    void onlyTheNamedOneIsRejected();
    void allAreRejectedWhenNoneIsNamed();
    void readingBackTellsWhatWasTaken();
    void anOvertakenPushIsToldSo();
};

void TestResourceStates::followTheirType()
{
    auto resources = pushed();
    QCOMPARE(print(resources), std::string("pay sent, cart sent, local sent"));

    update(resources, {status(State::Warming, State::Acked), {}, std::nullopt});

    QCOMPARE(print(resources), std::string("pay warming, cart warming, local ACK"));
    QCOMPARE(resources[2].since, 102.0);
}

void TestResourceStates::onlyTheNamedOneIsRejected()
{
    auto resources = pushed();

    update(resources, {status(State::Nacked, State::Held), {{"edge", Type::Cds, "pay", "no", {}, 3, 0}}, std::nullopt});

    QCOMPARE(print(resources),
             std::string("pay NACK: no, cart held back: came together with a rejected resource, local held back"));
}

void TestResourceStates::allAreRejectedWhenNoneIsNamed()
{
    auto resources = pushed();

    update(resources, {status(State::Nacked, State::Held), {}, std::nullopt});

    QCOMPARE(print(resources), std::string("pay NACK: bad, cart NACK: bad, local held back"));
}

void TestResourceStates::readingBackTellsWhatWasTaken()
{
    auto resources = pushed();
    const std::optional<std::vector<ResourceChange>> differing{
        {{ResourceChange::Kind::Changed, Type::Cds, "pay", {}, {}, {}, {}}}};

    update(resources, {status(State::Nacked, State::Acked), {{"edge", Type::Cds, "pay", "no", {}, 3, 0}}, differing});

    QCOMPARE(print(resources), std::string("pay NACK: no, cart effective, local effective"));
}

void TestResourceStates::anOvertakenPushIsToldSo()
{
    auto resources = pushed();
    resources[2].state = State::Acked;

    overtake(resources, "other", 9);
    overtake(resources, "edge", 9);

    QCOMPARE(print(resources),
             std::string("pay held back: overtaken by v9, cart held back: overtaken by v9, local ACK"));
}

QTEST_APPLESS_MAIN(TestResourceStates)
#include "tst_resource_states.moc"
