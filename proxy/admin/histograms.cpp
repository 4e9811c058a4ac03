#include "proxy/admin/histograms.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

namespace proxy::admin {
namespace {

using stats::Distribution;
using stats::Sample;

constexpr double quantiles[] = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100};
constexpr const char* quantileNames = "[0,25,50,75,90,95,99,99.5,99.9,100]";
/// Envoy's default buckets.
constexpr double bounds[] = {0.5,  1,    5,     10,    25,    50,     100,    250,     500,    1000,
                             2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000};

std::string number(double value, const char* absent) { return std::isnan(value) ? absent : fmt::format("{}", value); }

/// The shortest form, as Envoy's JSON has it: 3e+05, 1800000.
std::string shortest(double value)
{
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

/// Calls `print` with every bound and the values of the interval and of all time up to it, or since the bound before.
template <class Print> void forBounds(const Sample& sample, bool disjoint, Print print)
{
    std::uint64_t intervalBefore = 0, cumulativeBefore = 0;
    for (const double bound : bounds) {
        const std::uint64_t interval = sample.interval.countUpTo(bound),
                            cumulative = sample.cumulative.countUpTo(bound);
        print(bound, interval - intervalBefore, cumulative - cumulativeBefore);
        if (disjoint) intervalBefore = interval, cumulativeBefore = cumulative;
    }
}

void quantilesText(std::string& out, const Sample& sample)
{
    for (const double q : quantiles)
        fmt::format_to(std::back_inserter(out), "{}P{:g}({},{})", out.ends_with('=') ? "" : " ", q,
                       number(sample.interval.quantile(q / 100), "nan"),
                       number(sample.cumulative.quantile(q / 100), "nan"));
}

void detailsText(std::string& out, const Distribution& distribution)
{
    const char* separator = "";
    for (const auto& [bucket, count] : distribution.buckets()) {
        fmt::format_to(std::back_inserter(out), "{}{:g},{:g}:{}", separator, Distribution::lowerBound(bucket),
                       Distribution::width(bucket), count);
        separator = ", ";
    }
}

std::string bucketsJson(const Sample& sample, bool disjoint)
{
    std::string out;
    forBounds(sample, disjoint, [&](double bound, std::uint64_t interval, std::uint64_t cumulative) {
        fmt::format_to(std::back_inserter(out), "{}{{\"upper_bound\":{},\"interval\":{},\"cumulative\":{}}}",
                       out.empty() ? "" : ",", shortest(bound), interval, cumulative);
    });
    return out;
}

std::string quantilesJson(const Sample& sample)
{
    std::string out;
    for (const double q : quantiles)
        fmt::format_to(std::back_inserter(out), "{}{{\"cumulative\":{},\"interval\":{}}}", out.empty() ? "" : ",",
                       number(sample.cumulative.quantile(q / 100), "null"),
                       number(sample.interval.quantile(q / 100), "null"));
    return out;
}

std::string detailsJson(const Distribution& distribution)
{
    std::string out;
    for (const auto& [bucket, count] : distribution.buckets())
        fmt::format_to(std::back_inserter(out), "{}{{\"lower_bound\":{},\"width\":{},\"count\":{}}}",
                       out.empty() ? "" : ",", shortest(Distribution::lowerBound(bucket)),
                       shortest(Distribution::width(bucket)), count);
    return out;
}

} // namespace

void histogramText(std::string& out, const Sample& sample, std::string_view mode)
{
    out += sample.name;
    if (sample.cumulative.isEmpty()) out += ": No recorded values";
    else if (mode == "detailed") {
        out += ":\n  totals=";
        detailsText(out, sample.cumulative);
        out += "\n  intervals=";
        detailsText(out, sample.interval);
        out += "\n  summary=";
        quantilesText(out, sample);
    } else if (mode == "cumulative" || mode == "disjoint") {
        out += ":";
        forBounds(sample, mode == "disjoint", [&](double bound, std::uint64_t interval, std::uint64_t cumulative) {
            fmt::format_to(std::back_inserter(out), " B{:g}({},{})", bound, interval, cumulative);
        });
    } else {
        out += ":";
        quantilesText(out, sample);
    }
    out += '\n';
}

std::string histogramsJson(const std::vector<const Sample*>& samples, std::string_view mode)
{
    const bool buckets = mode == "cumulative" || mode == "disjoint", detailed = mode == "detailed";
    std::string out;
    for (const Sample* sample : samples) {
        fmt::format_to(std::back_inserter(out), "{}{{\"name\":\"{}\",", out.empty() ? "" : ",", sample->name);
        if (buckets) out += "\"buckets\":[" + bucketsJson(*sample, mode == "disjoint") + "]}";
        else if (detailed)
            out += "\"totals\":[" + detailsJson(sample->cumulative) + "],\"intervals\":[" +
                   detailsJson(sample->interval) + "],\"percentiles\":[" + quantilesJson(*sample) + "]}";
        else out += "\"values\":[" + quantilesJson(*sample) + "]}";
    }
    if (buckets) return "[" + out + "]";
    return std::string("{\"supported_") + (detailed ? "percentiles" : "quantiles") + "\":" + quantileNames + ",\"" +
           (detailed ? "details" : "computed_quantiles") + "\":[" + out + "]}";
}

void histogramPrometheus(std::string& out, const Sample& sample, const std::string& labels, bool asSummary)
{
    auto to = std::back_inserter(out);
    const std::string before = labels.empty() ? "" : labels + ",";
    for (const double q : quantiles) {
        if (!asSummary) break;
        fmt::format_to(to, "{}{{{}quantile=\"{:g}\"}} {}\n", sample.family, before, q / 100,
                       number(sample.cumulative.quantile(q / 100), "nan"));
    }
    for (const double bound : bounds) {
        if (asSummary) break;
        fmt::format_to(to, "{}_bucket{{{}le=\"{}\"}} {}\n", sample.family, before, bound,
                       sample.cumulative.countUpTo(bound));
    }
    if (!asSummary)
        fmt::format_to(to, "{}_bucket{{{}le=\"+Inf\"}} {}\n", sample.family, before, sample.cumulative.count());
    fmt::format_to(to, "{}_sum{{{}}} {}\n", sample.family, labels, sample.cumulative.sum());
    fmt::format_to(to, "{}_count{{{}}} {}\n", sample.family, labels, sample.cumulative.count());
}

} // namespace proxy::admin
