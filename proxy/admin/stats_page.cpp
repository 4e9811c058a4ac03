// /stats and /stats/prometheus in Envoy's formats (reference B4).
#include "proxy/admin/page.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace proxy::admin {
namespace {

using stats::Distribution;
using stats::Kind;
using stats::Sample;

constexpr double quantiles[] = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100};
/// Envoy's default buckets.
constexpr double bounds[] = {0.5,  1,    5,     10,    25,    50,     100,    250,     500,    1000,
                             2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000};

bool isUsed(const Sample& sample)
{
    if (sample.kind == Kind::Histogram) return !sample.cumulative.isEmpty();
    return sample.kind == Kind::Text ? !sample.text.empty() : sample.value != 0;
}

std::string number(double value, const char* absent) { return std::isnan(value) ? absent : fmt::format("{}", value); }

void histogramText(std::string& out, const Sample& sample, bool buckets)
{
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{}:", sample.name);
    if (sample.cumulative.isEmpty()) out += " No recorded values";
    else if (buckets)
        for (const double bound : bounds)
            fmt::format_to(to, " B{:g}({},{})", bound, sample.interval.countUpTo(bound),
                           sample.cumulative.countUpTo(bound));
    else
        for (const double q : quantiles)
            fmt::format_to(to, " P{:g}({},{})", q, number(sample.interval.quantile(q / 100), "nan"),
                           number(sample.cumulative.quantile(q / 100), "nan"));
    out += '\n';
}

std::string textStats(const std::vector<Sample>& samples, bool buckets)
{
    std::string out;
    for (const Sample& sample : samples) {
        if (sample.kind == Kind::Histogram) histogramText(out, sample, buckets);
        else if (sample.kind == Kind::Text)
            fmt::format_to(std::back_inserter(out), "{}: \"{}\"\n", sample.name, sample.text);
        else fmt::format_to(std::back_inserter(out), "{}: {}\n", sample.name, sample.value);
    }
    return out;
}

/// The inside of "computed_quantiles", or of "histograms" with cumulative or disjoint buckets.
void histogramJson(std::string& out, const Sample& sample, bool buckets, bool disjoint)
{
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{{\"name\":\"{}\",\"{}\":[", sample.name, buckets ? "buckets" : "values");
    std::uint64_t cumulativeBefore = 0, intervalBefore = 0;
    bool first = true;
    for (const double bound : bounds) {
        if (!buckets) break;
        const std::uint64_t cumulative = sample.cumulative.countUpTo(bound),
                            interval = sample.interval.countUpTo(bound);
        fmt::format_to(to, "{}{{\"upper_bound\":{:g},\"interval\":{},\"cumulative\":{}}}", first ? "" : ",", bound,
                       interval - (disjoint ? intervalBefore : 0), cumulative - (disjoint ? cumulativeBefore : 0));
        cumulativeBefore = cumulative;
        intervalBefore = interval;
        first = false;
    }
    for (const double q : quantiles) {
        if (buckets) break;
        fmt::format_to(to, "{}{{\"cumulative\":{},\"interval\":{}}}", first ? "" : ",",
                       number(sample.cumulative.quantile(q / 100), "null"),
                       number(sample.interval.quantile(q / 100), "null"));
        first = false;
    }
    out += "]}";
}

std::string jsonStats(const std::vector<Sample>& samples, const std::string& mode)
{
    const bool buckets = mode == "cumulative" || mode == "disjoint";
    std::string out = "{\"stats\":[", histograms;
    for (const Sample& sample : samples) {
        if (sample.kind == Kind::Histogram) {
            if (!histograms.empty()) histograms += ',';
            histogramJson(histograms, sample, buckets, mode == "disjoint");
            continue;
        }
        if (!out.ends_with('[')) out += ',';
        if (sample.kind == Kind::Text)
            fmt::format_to(std::back_inserter(out), "{{\"name\":\"{}\",\"value\":\"{}\"}}", sample.name, sample.text);
        else fmt::format_to(std::back_inserter(out), "{{\"name\":\"{}\",\"value\":{}}}", sample.name, sample.value);
    }
    if (!histograms.empty()) {
        if (!out.ends_with('[')) out += ',';
        if (buckets) out += "{\"histograms\":[" + histograms + "]}";
        else
            out += "{\"histograms\":{\"supported_quantiles\":[0,25,50,75,90,95,99,99.5,99.9,100],\"computed_"
                   "quantiles\":[" +
                   histograms + "]}}";
    }
    return out + "]}";
}

std::string labelText(const Sample& sample)
{
    std::string out;
    for (const auto& [name, value] : sample.labels) {
        if (!out.empty()) out += ',';
        out += name + "=\"" + value + "\"";
    }
    return out;
}

void prometheusHistogram(std::string& out, const Sample& sample)
{
    auto to = std::back_inserter(out);
    const std::string labels = labelText(sample);
    const std::string separator = labels.empty() ? "" : ",";
    for (const double bound : bounds)
        fmt::format_to(to, "{}_bucket{{{}{}le=\"{}\"}} {}\n", sample.family, labels, separator, bound,
                       sample.cumulative.countUpTo(bound));
    fmt::format_to(to, "{}_bucket{{{}{}le=\"+Inf\"}} {}\n", sample.family, labels, separator,
                   sample.cumulative.count());
    fmt::format_to(to, "{}_sum{{{}}} {}\n", sample.family, labels, sample.cumulative.sum());
    fmt::format_to(to, "{}_count{{{}}} {}\n", sample.family, labels, sample.cumulative.count());
}

std::string prometheusStats(std::vector<Sample> samples)
{
    std::erase_if(samples, [](const Sample& sample) { return sample.kind == Kind::Text; });
    std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
        return std::tie(a.kind, a.family) < std::tie(b.kind, b.family);
    });
    std::string out, family;
    constexpr const char* types[] = {"counter", "gauge", "histogram"};
    for (const Sample& sample : samples) {
        if (sample.family != family)
            fmt::format_to(std::back_inserter(out), "# TYPE {} {}\n", sample.family,
                           types[static_cast<int>(sample.kind)]);
        family = sample.family;
        if (sample.kind == Kind::Histogram) prometheusHistogram(out, sample);
        else fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", sample.family, labelText(sample), sample.value);
    }
    return out;
}

bool isOfType(const Sample& sample, const std::string& type)
{
    if (type == "Counters") return sample.kind == Kind::Counter;
    if (type == "Gauges") return sample.kind == Kind::Gauge;
    if (type == "Histograms") return sample.kind == Kind::Histogram;
    return type != "TextReadouts" || sample.kind == Kind::Text;
}

bool oneOf(const std::string& value, std::initializer_list<const char*> allowed)
{
    return value.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

} // namespace

Response statsPage(const Request& request, const stats::Registry& registry, bool prometheus)
{
    const std::string format = request.get("format"), type = request.get("type"),
                      mode = request.get("histogram_buckets");
    if (!oneOf(format, {"html", "active-html", "json", "prometheus", "text"}))
        return plain("usage: /stats?format=(html|active-html|json|prometheus|text)\n\n", 400);
    if (format == "html" || format == "active-html")
        return plain("HTML statistics are not supported by this proxy", 501);
    if (!oneOf(type, {"All", "Counters", "Gauges", "Histograms", "TextReadouts"}))
        return plain("invalid &type= param", 400);
    if (!oneOf(mode, {"cumulative", "disjoint", "detailed", "summary"}))
        return plain("usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary|prometheusnative)\n", 400);
    const re2::RE2 filter(request.get("filter"), re2::RE2::Quiet);
    if (!filter.ok()) return plain("Invalid re2 regex: " + filter.error(), 400);

    std::vector<Sample> samples = registry.collect();
    std::erase_if(samples, [&](const Sample& sample) {
        return (request.has("filter") && re2::RE2::PartialMatch(sample.name, filter) == request.has("invert_filter")) ||
               (request.has("usedonly") && !isUsed(sample)) || !isOfType(sample, type);
    });
    if (prometheus || format == "prometheus") return plain(prometheusStats(std::move(samples)));
    if (format == "json") return json(jsonStats(samples, mode));
    return plain(textStats(samples, mode == "cumulative"));
}

} // namespace proxy::admin
