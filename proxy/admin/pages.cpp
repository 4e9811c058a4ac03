#include "proxy/admin/pages.h"

#include "proxy/net/journal.h"

#include "envoy/admin/v3/memory.pb.h"
#include "envoy/admin/v3/server_info.pb.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <malloc.h>

namespace proxy::admin {

Response plain(std::string body, int status) { return {status, "text/plain; charset=UTF-8", std::move(body)}; }
Response json(std::string body) { return {200, "application/json", std::move(body)}; }

Response json(const google::protobuf::Message& message)
{
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    options.preserve_proto_field_names = true;
    std::string text;
    const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
    return status.ok() ? json(std::move(text)) : plain(status.ToString(), 500);
}

Pages::Pages(Actions actions, stats::Registry& registry, Process process)
    : m_actions(std::move(actions))
    , m_registry(registry)
    , m_process(std::move(process))
{
    addReadPages();
    addChangePages();
}

void Pages::addReadPages()
{
    const auto help = [this](const Request&) { return plain("admin commands are:\n" + helpText()); };
    m_pages["/"] = {"Admin home page", false, help, {}};
    m_pages["/help"] = {"print out list of admin commands", false, help, {}};
    const auto text = [](const char* body, bool isJson = false) {
        return [body, isJson](const Request&) { return isJson ? json(std::string(body)) : plain(body); };
    };
    m_pages["/certs"] = {"print certs on machine", false, text("{\n \"certificates\": []\n}\n", true), {}};
    m_pages["/runtime"] = {"print runtime values", false, text("{\n \"entries\": {},\n \"layers\": []\n}\n", true), {}};
    m_pages["/hot_restart_version"] = {"print the hot restart compatibility version", false, text("disabled"), {}};
    m_pages["/ready"] = {"print server state, return 200 if LIVE, otherwise return 503",
                         false,
                         [this](const Request&) { return ready(); },
                         {}};
    m_pages["/server_info"] = {
        "print server version/status information", false, [this](const Request&) { return serverInfo(); }, {}};
    m_pages["/memory"] = {
        "print current allocation/heap usage", false, [this](const Request&) { return memory(); }, {}};
    m_pages["/clusters"] = {"upstream cluster status",
                            false,
                            [this](const Request& r) { return clustersPage(r, m_actions.snapshot()); },
                            {{"filter", "Regular expression (Google re2) for filtering clusters by name"}}};
    m_pages["/listeners"] = {"print listener info",
                             false,
                             [this](const Request& r) { return listenersPage(r, m_actions.snapshot()); },
                             {{"format", "File format to use; One of (text, json)"}}};
    m_pages["/config_dump"] = {
        "dump current Envoy configs",
        false,
        [this](const Request& r) { return configDumpPage(r, m_actions.snapshot(), m_started); },
        {{"resource", "The resource to dump"},
         {"mask",
          "The mask to apply. When both resource and mask are specified, the mask is applied to every element in "
          "the desired repeated field so that only a subset of fields are returned. The mask is parsed as a "
          "Protobuf::FieldMask"},
         {"name_regex", "Dump only the currently loaded configurations whose names match the specified regex. Can be "
                        "used with both resource and mask query parameters."},
         {"include_eds", "Dump currently loaded configuration including EDS. See the response definition for more "
                         "information"}}};
    m_pages["/init_dump"] = {
        "dump current Envoy init manager information (experimental)",
        false,
        [this](const Request& r) { return initDumpPage(r, m_actions.snapshot()); },
        {{"mask", "The desired component to dump unready targets. The mask is parsed as a Protobuf::FieldMask. For "
                  "example, get the unready targets of all listeners with /init_dump?mask=listener`"}}};
    m_pages["/endpoints"] = {"latency histograms of every endpoint (Meshwright's addition)",
                             false,
                             [this](const Request&) { return endpointsPage(m_registry); },
                             {}};
    m_pages["/stats"] = {
        "print server stats",
        false,
        [this](const Request& r) { return publishProcess(), statsPage(r, m_registry, false); },
        {{"usedonly", "Only include stats that have been written by system since restart"},
         {"filter", "Regular expression (Google re2) for filtering stats"},
         {"invert_filter", "Invert the filter regex"},
         {"format", "Format to use; One of (text, json)"}, // Envoy: html and active-html, too.
         {"type", "Stat types to include.; One of (All, Counters, Histograms, Gauges, TextReadouts)"},
         {"histogram_buckets", "Histogram bucket display mode; One of (cumulative, disjoint, detailed, summary)"}}};
    m_pages["/stats/prometheus"] = {
        "print server stats in prometheus format",
        false,
        [this](const Request& r) { return publishProcess(), statsPage(r, m_registry, true); },
        {{"usedonly", "Only include stats that have been written by system since restart"},
         {"text_readouts", "Render text_readouts as new gaugues with value 0 (increases Prometheus data size)"},
         {"filter", "Regular expression (Google re2) for filtering stats"},
         {"invert_filter", "Invert the filter regex"},
         {"histogram_buckets", "Histogram bucket display mode; One of (cumulative, summary)"}}};
}

void Pages::addChangePages()
{
    const auto done = [](auto what) {
        return [what](const Request&) {
            what();
            return plain("OK\n");
        };
    };
    m_pages["/reset_counters"] = {"reset all counters to zero", true, done([this] { m_registry.reset(); }), {}};
    m_pages["/quitquitquit"] = {"exit the server", true, done([this] { m_actions.quit(); }), {}};
    m_pages["/drain_listeners"] = {
        "drain listeners",
        true,
        [this](const Request& r) { return drain(r); },
        {{"graceful", "When draining listeners, enter a graceful drain period prior to closing listeners. This "
                      "behaviour and duration is configurable via server options or CLI"},
         {"skip_exit",
          "When draining listeners, drain the connections but never stop the listeners. The graceful parameter has no "
          "effect when this is set, since the drain period only delays stopping the listeners"},
         {"inboundonly",
          "Drains all inbound listeners. traffic_direction field in envoy_v3_api_msg_config.listener.v3.Listener is "
          "used to determine whether a listener is inbound or outbound."}}};
    m_pages["/reopen_logs"] = {"reopen access logs", true, done([this] { m_actions.reopenLogs(); }), {}};
    m_pages["/healthcheck/fail"] = {
        "cause the server to fail health checks", true, done([this] { m_actions.failHealth(m_failed = true); }), {}};
    m_pages["/healthcheck/ok"] = {
        "cause the server to pass health checks", true, done([this] { m_actions.failHealth(m_failed = false); }), {}};
    m_pages["/logging"] = {"query/change logging levels",
                           true,
                           [this](const Request& r) { return logging(r); },
                           {{"paths", "Change multiple logging levels by setting to "
                                      "<logger_name1>:<desired_level1>,<logger_name2>:<desired_level2>"},
                            {"group", "Change given logger group to desired level, set to "
                                      "<logger_group_name>:<desired_level>. logger_group_name must be a logger name."},
                            {"level", "desired logging level, this will change all loggers's level; One of (, trace, "
                                      "debug, info, warning, error, critical, off)"}}};
}

Response Pages::answer(const Request& request)
{
    journal::say(journal::Admin, journal::Level::Debug, request.method + " " + request.path);
    const auto page = m_pages.find(request.path);
    if (page == m_pages.end()) return plain("invalid path. admin commands are:\n" + helpText(), 404);
    if (page->second.changes && request.method != "POST")
        return plain("Method " + request.method + " not allowed, POST required.", 405);
    return page->second.make(request);
}

std::string Pages::helpText() const
{
    std::string text;
    for (const auto& [path, page] : m_pages) {
        text += "  " + path + (page.changes ? " (POST)" : "") + ": " + page.help + "\n";
        for (const auto& [name, help] : page.parameters) text += "      " + name + ": " + help + "\n";
    }
    return text;
}

std::string Pages::stateName(const Snapshot& snapshot) const
{
    if (m_failed) return "DRAINING";
    if (snapshot.isLive) return "LIVE";
    return snapshot.dynamic.clustersReady ? "INITIALIZING" : "PRE_INITIALIZING";
}

void Pages::publishProcess()
{
    envoy::admin::v3::ServerInfo::State state = envoy::admin::v3::ServerInfo::LIVE;
    envoy::admin::v3::ServerInfo::State_Parse(stateName(m_actions.snapshot()), &state);
    admin::publishProcess(m_registry, std::chrono::duration_cast<std::chrono::seconds>(xds::Clock::now() - m_started),
                          state);
}

Response Pages::drain(const Request& request) const
{
    using Stop = runtime::Server::Stop;
    m_actions.drain(request.has("skip_exit")  ? Stop::Never
                    : request.has("graceful") ? Stop::AfterDrain
                                              : Stop::Now,
                    request.has("inboundonly"));
    return plain("OK\n");
}

Response Pages::ready() const
{
    const std::string state = stateName(m_actions.snapshot());
    return plain(state + "\n", state == "LIVE" ? 200 : 503);
}

Response Pages::serverInfo() const
{
    using google::protobuf::util::TimeUtil;
    const Snapshot snapshot = m_actions.snapshot();
    envoy::admin::v3::ServerInfo info;
    info.set_version("0000000000000000000000000000000000000000/" MESHWRIGHT_VERSION "/Clean/RELEASE/OpenSSL");
    envoy::admin::v3::ServerInfo::State state = envoy::admin::v3::ServerInfo::LIVE;
    envoy::admin::v3::ServerInfo::State_Parse(stateName(snapshot), &state);
    info.set_state(state);
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(xds::Clock::now() - m_started).count();
    *info.mutable_uptime_current_epoch() = TimeUtil::SecondsToDuration(uptime);
    *info.mutable_uptime_all_epochs() = TimeUtil::SecondsToDuration(uptime);
    info.set_hot_restart_version("disabled");
    auto* options = info.mutable_command_line_options();
    options->set_concurrency(m_process.concurrency);
    options->set_config_path(m_process.configPath);
    options->set_config_yaml(m_process.configYaml);
    options->set_log_level(m_process.logLevel);
    options->set_service_node(m_process.serviceNode);
    options->set_service_cluster(m_process.serviceCluster);
    options->set_service_zone(m_process.serviceZone);
    options->set_component_log_level(m_process.componentLevels);
    options->set_log_format(m_process.logFormat);
    options->set_log_path(m_process.logPath);
    options->set_admin_address_path(m_process.adminPath);
    options->set_disable_hot_restart(true);
    options->set_drain_strategy(m_process.gradualDrain ? envoy::admin::v3::CommandLineOptions::Gradual
                                                       : envoy::admin::v3::CommandLineOptions::Immediate);
    options->set_mode(envoy::admin::v3::CommandLineOptions::Serve);
    *options->mutable_file_flush_interval() = TimeUtil::MillisecondsToDuration(100);
    *options->mutable_parent_shutdown_time() =
        TimeUtil::SecondsToDuration(900); // Envoy's default; nobody waits for it.
    *options->mutable_drain_time() = TimeUtil::SecondsToDuration(m_process.drainSeconds);
    *info.mutable_node() = snapshot.config->bootstrap.node();
    redact(info);
    return orderedJson(info);
}

Response Pages::memory() const
{
    const struct mallinfo2 heap = mallinfo2();
    envoy::admin::v3::Memory message;
    message.set_allocated(heap.uordblks + heap.hblkhd);
    message.set_heap_size(heap.arena + heap.hblkhd);
    message.set_pageheap_free(heap.fordblks);
    message.set_total_physical_bytes(heap.arena + heap.hblkhd);
    return orderedJson(message);
}

Response Pages::logging(const Request& request)
{
    using namespace journal;
    const auto list = [](std::string before, int status) {
        before += "active loggers:\n";
        for (std::size_t i = 0; i < LoggerCount; ++i)
            before.append("  ").append(nameOf(Logger(i))).append(": ").append(nameOf(levelOf(Logger(i)))).append("\n");
        return plain(before + "\n", status);
    };
    const std::string usage =
        "usage: /logging?<name>=<level> (change single level)\nusage: /logging?paths=name1:level1,name2:level2,... "
        "(change multiple levels)\nusage: /logging?level=<level> (change all levels)\n"
        "usage: /logging?group=<group_name>:<level> (change group of loggers)\n"
        "levels: trace debug info warning error critical off \n";
    std::vector<std::pair<std::string, std::string>> changes;
    for (const auto& [key, value] : request.query) {
        if (key == "level")
            for (std::size_t i = 0; i < LoggerCount; ++i) changes.emplace_back(nameOf(Logger(i)), value);
        else if (key == "paths" || key == "group")
            for (std::size_t at = 0; at < value.size();) {
                const std::string pair = value.substr(at, value.find(',', at) - at);
                const std::size_t colon = std::min(pair.find(':'), pair.size());
                changes.emplace_back(pair.substr(0, colon), pair.substr(std::min(colon + 1, pair.size())));
                at += pair.size() + 1;
            }
        else changes.emplace_back(key, value);
    }
    Logger logger{};
    Level level{};
    for (const auto& [name, text] : changes) {
        if (!parse(name, logger)) return list("error: unknown logger name\n\n" + usage, 400);
        if (!parse(text, level)) return list("error: unknown logger level\n\n" + usage, 400);
    }
    for (const auto& [name, text] : changes)
        if (parse(name, logger) && parse(text, level)) setLevel(logger, level);
    return list({}, 200);
}

} // namespace proxy::admin
