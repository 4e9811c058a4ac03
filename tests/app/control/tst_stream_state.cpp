#include "app/control/stream_state.h"

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

#include <google/protobuf/text_format.h>

#include <QtTest>

using namespace app::control;
using envoy::service::discovery::v3::DiscoveryResponse;
using model::diff::Resources;
using model::push::Type;

namespace {

template <class T> T parse(const std::string& text)
{
    T message;
    if (!google::protobuf::TextFormat::ParseFromString(text, &message)) qFatal("bad text: %s", text.c_str());
    return message;
}

/// "C a b" clusters, "E x" EDS clusters with assignment, "L l:r" listener l with route r, "R r>c" route to cluster.
model::diff::ResourcesPtr resources(const std::string& text)
{
    auto all = std::make_shared<Resources>();
    const auto add = [&](Type type, const std::string& name, const google::protobuf::Message& message) {
        all->of(type).emplace(name, model::diff::makeResource(type, name, {}, message));
    };
    std::istringstream words(text);
    std::string word;
    for (char kind = 'C'; words >> word;) {
        if (word.size() == 1 && std::isupper(static_cast<unsigned char>(word[0]))) {
            kind = word[0];
            continue;
        }
        const std::string name = word.substr(0, word.find_first_of(":>"));
        const std::string rest = name.size() < word.size() ? word.substr(name.size() + 1) : std::string();
        if (kind == 'C')
            add(Type::Cds, name,
                parse<envoy::config::cluster::v3::Cluster>("name: '" + name + "' alt_stat_name: '" + rest + "'"));
        if (kind == 'E') {
            add(Type::Cds, name,
                parse<envoy::config::cluster::v3::Cluster>(
                    "type: EDS eds_cluster_config { eds_config { ads {} } } name: '" + name + "' alt_stat_name: '" +
                    rest + "'"));
            add(Type::Eds, name,
                parse<envoy::config::endpoint::v3::ClusterLoadAssignment>("cluster_name: '" + name + "'"));
        }
        if (kind == 'L')
            add(Type::Lds, name,
                parse<envoy::config::listener::v3::Listener>("name: '" + name +
                                                             "' filter_chains { filters { typed_config { "
                                                             "[type.googleapis.com/"
                                                             "envoy.extensions.filters.network.http_connection_manager."
                                                             "v3.HttpConnectionManager] { rds { route_config_name: '" +
                                                             rest + "' config_source { ads {} } } } } } }"));
        if (kind == 'R')
            add(Type::Rds, name,
                parse<envoy::config::route::v3::RouteConfiguration>("name: '" + name + "' virtual_hosts { name: '" +
                                                                    rest + "' }"));
    }
    return all;
}

/// A client as a test drives it: asks, and acknowledges what `receive` returned.
struct Client {
    StreamState stream;
    double time = 1000;
    std::map<Type, DiscoveryResponse> last;

    std::optional<Rejection> ask(Type type, const std::vector<std::string>& names = {}, const char* error = nullptr)
    {
        DiscoveryRequest request;
        request.mutable_node()->set_id("n");
        request.set_type_url(model::push::typeUrl(type));
        for (const auto& name : names) request.add_resource_names(name);
        request.set_response_nonce(last[type].nonce());
        request.set_version_info(last[type].version_info());
        if (error) request.mutable_error_detail()->set_message(error);
        return stream.read(request, time);
    }
    /// All responses that are due, as "CDS(a b) EDS(x)".
    std::string receive()
    {
        std::string text;
        while (auto response = stream.next(time)) {
            for (const Type type : {Type::Cds, Type::Eds, Type::Lds, Type::Rds})
                if (response->type_url() == model::push::typeUrl(type)) text += print(type, *response);
        }
        return text.empty() ? text : text.substr(1);
    }

private:
    std::string print(Type type, const DiscoveryResponse& response)
    {
        last[type] = response;
        std::string text = std::string(" ") + model::push::name(type) + "(";
        for (int i = 0; i < response.resources_size(); ++i)
            text += (i ? " " : "") + nameOf(type, response.resources(i));
        return text + ")";
    }
    static std::string nameOf(Type type, const google::protobuf::Any& any)
    {
        const auto get = [&]<class T>(T message) {
            any.UnpackTo(&message);
            return message;
        };
        if (type == Type::Cds) return get(envoy::config::cluster::v3::Cluster()).name();
        if (type == Type::Eds) return get(envoy::config::endpoint::v3::ClusterLoadAssignment()).cluster_name();
        if (type == Type::Lds) return get(envoy::config::listener::v3::Listener()).name();
        return get(envoy::config::route::v3::RouteConfiguration()).name();
    }
};

/// A client that runs `text` and has acknowledged everything.
Client settled(const std::string& text)
{
    Client client;
    client.stream.retarget(resources(text), 1, client.time);
    const auto names = [](const model::diff::ResourceMap& map) {
        std::vector<std::string> all;
        for (const auto& [name, resource] : map) all.push_back(name);
        return all;
    };
    const auto all = resources(text);
    for (int round = 0; round < 2; ++round) {
        client.ask(Type::Cds);
        client.ask(Type::Eds, names(all->of(Type::Eds)));
        client.ask(Type::Lds);
        client.ask(Type::Rds, names(all->of(Type::Rds)));
        client.receive();
    }
    return client;
}

} // namespace

/// The rules of protocols A2 and A4, one client's stream at a time.
class TestStreamState : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersWhatIsAskedAtOnce();
    void neverSendsATypeThatWasNotAsked();
    void answersAddedNamesThoughTheVersionIsTheSame();
    void doesNotAnswerTheSameRequestTwice();
    void doesNotAnswerAStaleNonceButBooksItsVerdict();
    void parksAfterANackUntilTheNextPush();
    void treatsALingeringNonceAsInitial();
    void takesAnEmptyListAfterNamesAsUnsubscribed();
    void remembersNamesThatDoNotExistYet();
    void forcesAssignmentsOfChangedClusters();
    void renamesAClusterInThreeSteps();
    void holdsRoutesBackWhenAClusterIsRejected();
    void goesOnWhenAClientStaysSilent();
    void givesEveryResponseItsOwnNonce();
    void saysWhatEachTypeWaitsFor();
};

void TestStreamState::answersWhatIsAskedAtOnce()
{
    Client client;
    client.stream.retarget(resources("C a b L l:r R r>a"), 1, client.time);

    client.ask(Type::Cds);
    QCOMPARE(client.receive(), std::string("CDS(a b)"));
    client.ask(Type::Lds);
    QCOMPARE(client.receive(), std::string("LDS(l)")); // Without waiting for the ACK of CDS.
    client.ask(Type::Rds, {"r"});
    QCOMPARE(client.receive(), std::string("RDS(r)"));
}

void TestStreamState::neverSendsATypeThatWasNotAsked()
{
    Client client;
    client.stream.retarget(resources("C a L l:r R r>a"), 1, client.time);

    client.ask(Type::Cds);
    client.receive();
    client.ask(Type::Cds);
    client.stream.retarget(resources("C a L l:r R r>b"), 2, client.time);

    QCOMPARE(client.receive(), std::string());
}

void TestStreamState::answersAddedNamesThoughTheVersionIsTheSame()
{
    Client client = settled("E x y");

    client.ask(Type::Eds, {"x"});
    QCOMPARE(client.receive(), std::string());
    client.ask(Type::Eds, {"x", "y"});

    QCOMPARE(client.receive(), std::string("EDS(y)"));
}

void TestStreamState::doesNotAnswerTheSameRequestTwice()
{
    Client client = settled("E x");

    client.ask(Type::Eds, {"x"});
    client.ask(Type::Eds, {"x"});

    QCOMPARE(client.receive(), std::string());
}

void TestStreamState::doesNotAnswerAStaleNonceButBooksItsVerdict()
{
    Client client = settled("C a");
    client.stream.retarget(resources("C a:1"), 2, client.time);
    client.receive();
    const auto second = client.last[Type::Cds];
    client.stream.retarget(resources("C a:2"), 3, client.time);
    client.receive();
    client.last[Type::Cds] = second;

    const auto rejection = client.ask(Type::Cds, {}, "no good");

    QVERIFY(rejection.has_value());
    QCOMPARE(rejection->push, 2);
    QCOMPARE(client.receive(), std::string());
}

void TestStreamState::parksAfterANackUntilTheNextPush()
{
    Client client = settled("C a");
    client.stream.retarget(resources("C a:bad"), 2, client.time);
    client.receive();

    client.ask(Type::Cds, {}, "no good");
    client.ask(Type::Cds, {}, "no good");
    QCOMPARE(client.receive(), std::string());
    QCOMPARE(client.stream.status()[0].state, model::push::State::Nacked);
    client.stream.retarget(resources("C a"), 3, client.time);

    QCOMPARE(client.receive(), std::string("CDS(a)")); // Though it is what the client acknowledged last.
}

void TestStreamState::treatsALingeringNonceAsInitial()
{
    Client client;
    client.stream.retarget(resources("C a"), 1, client.time);
    client.last[Type::Cds].set_nonce("of a dead stream");

    client.ask(Type::Cds);

    QCOMPARE(client.receive(), std::string("CDS(a)"));
}

void TestStreamState::takesAnEmptyListAfterNamesAsUnsubscribed()
{
    Client client;
    client.stream.retarget(resources("C a b"), 1, client.time);
    client.ask(Type::Cds, {"a"});
    QCOMPARE(client.receive(), std::string("CDS(a)"));

    client.ask(Type::Cds);
    client.stream.retarget(resources("C a:1 b:1"), 2, client.time);

    QCOMPARE(client.receive(), std::string());
}

void TestStreamState::remembersNamesThatDoNotExistYet()
{
    Client client;
    client.stream.retarget(resources("C a"), 1, client.time);
    client.ask(Type::Rds, {"late"});
    QCOMPARE(client.receive(), std::string());

    client.stream.retarget(resources("C a R late>a"), 2, client.time);

    QCOMPARE(client.receive(), std::string("RDS(late)"));
}

void TestStreamState::forcesAssignmentsOfChangedClusters()
{
    Client client = settled("E x y");

    client.stream.retarget(resources("E x:changed y"), 2, client.time);

    QCOMPARE(client.receive(), std::string("CDS(x y) EDS(x)"));
}

void TestStreamState::renamesAClusterInThreeSteps()
{
    Client client = settled("C old L l:r R r>old");

    client.stream.retarget(resources("C new L l:r R r>new"), 2, client.time);

    QCOMPARE(client.receive(), std::string("CDS(new old)"));
    client.ask(Type::Cds);
    QCOMPARE(client.receive(), std::string("RDS(r)"));
    client.ask(Type::Rds, {"r"});
    QCOMPARE(client.receive(), std::string("CDS(new)"));
    QVERIFY(!client.stream.isSettled());
    client.ask(Type::Cds);
    QVERIFY(client.stream.isSettled());
}

void TestStreamState::holdsRoutesBackWhenAClusterIsRejected()
{
    Client client = settled("C old L l:r R r>old");
    client.stream.retarget(resources("C new L l:r R r>new"), 2, client.time);
    client.receive();

    client.ask(Type::Cds, {}, "no good");
    client.time += 100;
    client.stream.tick(client.time);

    QCOMPARE(client.receive(), std::string());
    QCOMPARE(client.stream.status()[3].state, model::push::State::Held);
}

void TestStreamState::goesOnWhenAClientStaysSilent()
{
    Client client = settled("C old L l:r R r>old");
    client.stream.retarget(resources("C new L l:r R r>new"), 2, client.time);
    client.receive();

    client.time += 17;
    client.stream.tick(client.time);

    QCOMPARE(client.receive(), std::string("RDS(r)"));
}

void TestStreamState::givesEveryResponseItsOwnNonce()
{
    Client client = settled("C a");
    const auto first = client.last[Type::Cds].nonce();

    client.stream.retarget(resources("C a:1"), 2, client.time);
    client.receive();

    QVERIFY(!first.empty());
    QVERIFY(client.last[Type::Cds].nonce() != first);
}

void TestStreamState::saysWhatEachTypeWaitsFor()
{
    Client client;
    client.stream.retarget(resources("E x L l:r R r>x"), 1, client.time);
    client.ask(Type::Cds);
    client.ask(Type::Lds);
    client.receive();
    client.ask(Type::Cds);
    client.ask(Type::Lds);

    const auto status = client.stream.status();

    QCOMPARE(status.size(), std::size_t(2));
    QCOMPARE(status[0].state, model::push::State::Warming); // Its assignment was not asked for yet.
    QCOMPARE(status[1].state, model::push::State::Warming); // Nor the listener's routes.
}

QTEST_APPLESS_MAIN(TestStreamState)
#include "tst_stream_state.moc"
