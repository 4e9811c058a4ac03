// From a key to the findings: a bootstrap of 10,000 lines, one letter typed or taken back per step, the next revision made.
#include "model/source/revision.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

using namespace model::source;

namespace {

std::string bootstrapOf(int lines)
{
    std::string text = "node: {id: bench, cluster: bench}\nstatic_resources:\n  clusters:\n";
    for (int i = 0; std::count(text.begin(), text.end(), '\n') < lines; ++i) {
        const std::string name = "service_" + std::to_string(i);
        text += "  - name: " + name + "  # written by hand\n    connect_timeout: 0.25s\n    type: STRICT_DNS\n    lb_policy: LEAST_REQUEST\n"
                "    load_assignment:\n      cluster_name: " + name + "\n      endpoints:\n      - lb_endpoints:\n        - endpoint:\n"
                "            address:\n              socket_address:\n                address: " + name + ".example\n"
                "                port_value: " + std::to_string(10000 + i) + "\n";
    }
    return text;
}

double millisecondsOf(const auto& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

int main()
{
    std::string text = bootstrapOf(10'000);
    RevisionPtr revision = Revision::of(text);
    const double whole = millisecondsOf([&] { revision = Revision::of(text); });
    std::mt19937 random(1);
    std::vector<double> times;
    for (int i = 0; i < 300; ++i) {
        std::size_t at = text.find(".example", std::uniform_int_distribution<std::size_t>(0, text.size() - 400)(random));
        if (at == std::string::npos) at = text.rfind(".example");
        std::string changed = text;
        if (i % 2 == 0) changed.insert(at, "x");
        else changed.erase(at - 1, 1);
        times.push_back(millisecondsOf([&] { revision = Revision::next(revision, changed); }));
        text = changed;
    }
    std::sort(times.begin(), times.end());
    const double p99 = times[times.size() * 99 / 100];
    std::printf("10,000 lines (%zu bytes): whole %.1f ms; edit median %.1f ms, p99 %.1f ms (goal 50)\n", text.size(), whole, times[times.size() / 2], p99);
    return p99 <= 50 ? 0 : 1;
}
