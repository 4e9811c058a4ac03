// From a key to the findings: a bootstrap of 10,000 lines (clusters, and a listener with a long route table), keys of every
// kind at random places, the next revision made and checked each time. Texts that a key broke are mended by the next one.
#include "model/check/check.h"
#include "model/source/revision.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace model::source;

namespace {

std::string listenerOf(int routes)
{
    std::string text =
        "  listeners:\n  - name: in\n    address:\n      socket_address: {address: 127.0.0.1, port_value: 10000}\n    "
        "filter_chains:\n"
        "    - filters:\n      - name: envoy.filters.network.http_connection_manager\n        typed_config:\n"
        "          \"@type\": "
        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n"
        "          stat_prefix: in\n          http_filters:\n          - name: envoy.filters.http.router\n            "
        "typed_config:\n"
        "              \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router\n"
        "          route_config:\n            virtual_hosts:\n            - name: all\n              domains: "
        "[\"*\"]\n              routes:\n";
    for (int i = 0; i < routes; ++i)
        text += "              - match:\n                  prefix: /service/" + std::to_string(i) +
                "/\n                route:\n"
                "                  cluster: service_" +
                std::to_string(i) + "\n                  timeout: 5s\n";
    return text;
}

std::string bootstrapOf(int lines)
{
    const int routes = 300;
    std::string text = "node: {id: bench, cluster: bench}\nstatic_resources:\n" + listenerOf(routes) + "  clusters:\n";
    for (int i = 0; i < routes || std::count(text.begin(), text.end(), '\n') < lines; ++i) {
        const std::string name = "service_" + std::to_string(i);
        text += "  - name: " + name +
                "  # written by hand\n    connect_timeout: 0.25s\n    type: STRICT_DNS\n    lb_policy: LEAST_REQUEST\n"
                "    load_assignment:\n      cluster_name: " +
                name +
                "\n      endpoints:\n      - lb_endpoints:\n        - endpoint:\n"
                "            address:\n              socket_address:\n                address: " +
                name +
                ".example\n"
                "                port_value: " +
                std::to_string(10000 + i) + "\n";
    }
    return text;
}

/// Time that the processor spent: other programs on the machine do not count.
double now()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double millisecondsOf(const auto& work)
{
    const double begin = now();
    work();
    return now() - begin;
}

/// What a key does to a text; the kind is for the table.
struct Key {
    const char* kind;
    std::string typed; ///< Empty: a deletion.
};

std::size_t lineStart(const std::string& text, std::size_t at) { return at == 0 ? 0 : text.rfind('\n', at - 1) + 1; }

std::string press(const std::string& text, const Key& key, std::size_t at)
{
    std::string changed = text;
    if (std::string_view(key.kind) == "line")
        changed.erase(lineStart(text, at), text.find('\n', at) + 1 - lineStart(text, at));
    else if (key.typed.empty()) changed.erase(at, 1);
    else changed.insert(at, key.typed);
    return changed;
}

double quantile(std::vector<double> times, double share)
{
    std::sort(times.begin(), times.end());
    return times.empty()
               ? 0
               : times[std::min(times.size() - 1, static_cast<std::size_t>(static_cast<double>(times.size()) * share))];
}

} // namespace

int main()
{
    const std::string text = bootstrapOf(10'000);
    RevisionPtr good = Revision::of(text);
    const double whole = millisecondsOf([&] { good = Revision::of(text); });
    const double check = millisecondsOf([&] { model::check::check(*good); });
    std::vector<double> all;
    std::map<std::string, std::vector<double>> byKind;
    std::mt19937 random(1);
    const Key keys[] = {{"letter", "x"},     {"digit", "7"}, {"space", " "}, {"newline", "\n"}, {"quote", "\""},
                        {"apostrophe", "'"}, {"colon", ":"}, {"dash", "-"},  {"brace", "{"},    {"hash", "#"},
                        {"comma", ","},      {"delete", ""}, {"line", ""}};
    for (int round = 0; round < 60; ++round)
        for (const Key& key : keys) {
            const std::size_t at = std::uniform_int_distribution<std::size_t>(60, text.size() - 60)(random);
            const std::string changed = press(text, key, at);
            RevisionPtr next, back;
            std::size_t found = 0;
            const auto timed = [&](const RevisionPtr& before, const std::string& to, RevisionPtr& made) {
                const double time = millisecondsOf([&] {
                    made = Revision::next(before, to);
                    found += model::check::check(*made).size();
                });
                all.push_back(time);
                byKind[key.kind].push_back(time);
            };
            timed(good, changed, next); // the key,
            timed(next, text, back);    // and what takes it back
            good = back;
        }
    std::printf("10,000 lines (%zu bytes): parse and load %.1f ms, check %.1f ms\n", text.size(), whole, check);
    for (const auto& [kind, times] : byKind)
        std::printf("  %-10s p50 %6.1f ms  p99 %6.1f ms\n", kind.c_str(), quantile(times, 0.5), quantile(times, 0.99));
    const double p99 = quantile(all, 0.99);
    std::printf("%zu keys: p50 %.1f ms, p99 %.1f ms (goal 50)\n", all.size(), quantile(all, 0.5), p99);
    return p99 <= 50 ? 0 : 1;
}
