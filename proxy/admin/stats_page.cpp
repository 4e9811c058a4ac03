// /stats and /stats/prometheus in Envoy's formats (reference B4).
#include "proxy/admin/histograms.h"
#include "proxy/admin/page.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <iterator>

namespace proxy::admin {
namespace {

using stats::Kind;
using stats::Sample;

bool isUsed(const Sample& sample)
{
    if (sample.kind == Kind::Histogram) return !sample.cumulative.isEmpty();
    return sample.kind == Kind::Text ? !sample.text.empty() : sample.value != 0;
}

std::string textStats(const std::vector<Sample>& samples, const std::string& mode)
{
    std::string out;
    for (const Sample& sample : samples) {
        if (sample.kind == Kind::Histogram) histogramText(out, sample, mode);
        else if (sample.kind == Kind::Text)
            fmt::format_to(std::back_inserter(out), "{}: \"{}\"\n", sample.name, sample.text);
        else fmt::format_to(std::back_inserter(out), "{}: {}\n", sample.name, sample.value);
    }
    return out;
}

std::string jsonStats(const std::vector<Sample>& samples, const std::string& mode)
{
    std::string out = "{\"stats\":[";
    std::vector<const Sample*> histograms;
    for (const Sample& sample : samples) {
        if (sample.kind == Kind::Histogram) {
            histograms.push_back(&sample);
            continue;
        }
        if (!out.ends_with('[')) out += ',';
        if (sample.kind == Kind::Text)
            fmt::format_to(std::back_inserter(out), "{{\"name\":\"{}\",\"value\":\"{}\"}}", sample.name, sample.text);
        else fmt::format_to(std::back_inserter(out), "{{\"name\":\"{}\",\"value\":{}}}", sample.name, sample.value);
    }
    if (histograms.empty()) return out + "]}";
    return out + (out.ends_with('[') ? "" : ",") + "{\"histograms\":" + histogramsJson(histograms, mode) + "}]}";
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

std::string prometheusStats(std::vector<Sample> samples, bool summaries, bool texts)
{
    if (!texts) std::erase_if(samples, [](const Sample& sample) { return sample.kind == Kind::Text; });
    for (Sample& sample : samples)
        if (sample.kind == Kind::Text) {
            sample.kind = Kind::Gauge;
            sample.labels.emplace_back("text_value", sample.text);
        }
    std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) {
        return std::tie(a.kind, a.family) < std::tie(b.kind, b.family);
    });
    std::string out, family;
    const char* types[] = {"counter", "gauge", summaries ? "summary" : "histogram"};
    for (const Sample& sample : samples) {
        if (sample.family != family)
            fmt::format_to(std::back_inserter(out), "# TYPE {} {}\n", sample.family,
                           types[static_cast<int>(sample.kind)]);
        family = sample.family;
        if (sample.kind == Kind::Histogram) histogramPrometheus(out, sample, labelText(sample), summaries);
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
    if (prometheus || format == "prometheus") {
        if (!oneOf(mode, {"cumulative", "summary"})) return plain("unsupported prometheus histogram bucket mode", 400);
        return plain(prometheusStats(std::move(samples), mode == "summary", request.has("text_readouts")));
    }
    if (format == "json") return json(jsonStats(samples, mode));
    return plain(textStats(samples, mode));
}

} // namespace proxy::admin
