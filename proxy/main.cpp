// meshwright-proxy: Envoy's command line, Envoy's v3 bootstrap.
#include "model/check/constraints.h"
#include "model/source/config_set.h"
#include "model/source/revision.h"
#include "proxy/admin/control.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/journal.h"
#include "proxy/runtime/server.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <sys/signalfd.h>
#include <thread>
#include <unistd.h>

namespace {

using model::source::Revision;
using model::source::RevisionPtr;

/// Envoy's flags. What stands here does what Envoy's documentation says, or says by its help why there is nothing to do;
/// any other flag is refused by name.
struct Options {
    std::string path, yaml, mode = "serve", level = "info", componentLevels, format, node, cluster, zone, adminPath,
                            logPath;
    std::string drainStrategy = "gradual", ipVersion = "v4";
    unsigned concurrency = std::max(1u, std::thread::hardware_concurrency());
    int drainSeconds = 600, restartEpoch = 0, number = 0;
    bool allowUnknown = false, flag = false;
};

void declare(CLI::App& app, Options& options)
{
    app.add_option("-c,--config-path", options.path, "Bootstrap file, YAML or JSON");
    app.add_option("--config-yaml", options.yaml, "Bootstrap as inline YAML; merged over the file");
    app.add_option("--mode", options.mode, "serve, validate (check and exit) or init_only (likewise)")
        ->check(CLI::IsMember({"serve", "validate", "init_only"}));
    app.add_option("--concurrency", options.concurrency, "Number of worker threads; default: one per processor");
    app.add_option("-l,--log-level", options.level, "trace, debug, info, warning, error, critical or off");
    app.add_option("--component-log-level", options.componentLevels, "Levels by logger: upstream:debug,config:trace");
    app.add_option("--log-format", options.format, "Of the program's messages: %Y %m %d %H %M %S %T %e %t %l %n %v %%");
    app.add_option("--log-path", options.logPath, "File for the program's messages instead of standard error");
    app.add_option("--service-node", options.node, "Overrides node.id");
    app.add_option("--service-cluster", options.cluster, "Overrides node.cluster");
    app.add_option("--service-zone", options.zone, "Overrides node.locality.zone");
    app.add_option("--admin-address-path", options.adminPath, "File to write the admin address to");
    app.add_option("--drain-time-s", options.drainSeconds, "Seconds that draining takes")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--drain-strategy", options.drainStrategy, "gradual or immediate")
        ->check(CLI::IsMember({"gradual", "immediate"}));
    app.add_option("--local-address-ip-version", options.ipVersion, "v4 or v6; nothing here depends on it")
        ->check(CLI::IsMember({"v4", "v6"}));
    app.add_option("--restart-epoch", options.restartEpoch, "Only 0: there is no hot restart")->check(CLI::Range(0, 0));
    app.add_option("--base-id,--parent-shutdown-time-s", options.number,
                   "For hot restart, which there is not: nothing to do");
    app.add_option("--file-flush-interval-msec", options.number,
                   "Access logs are written every 100 ms whatever it says")
        ->check(CLI::Range(100, 86400000));
    app.add_flag("--disable-hot-restart,--use-dynamic-base-id,--skip-hot-restart-on-no-parent", options.flag,
                 "There is no hot restart: nothing to do");
    app.add_flag("--allow-unknown-static-fields,--allow-unknown-fields", options.allowUnknown,
                 "Unknown fields of the bootstrap are no error");
    app.add_flag("--ignore-unknown-dynamic-fields", options.flag, "Unknown fields of xDS resources are always ignored");
    app.set_version_flag("--version", "meshwright-proxy version: " MESHWRIGHT_VERSION);
}

int complain(const std::string& text)
{
    std::cerr << "error: " << text << std::endl;
    return 1;
}

/// Tells every error of the text; false when there was one.
bool tellFindings(const Revision& revision, bool allowUnknown)
{
    bool good = true;
    for (const auto& finding : revision.findings()) {
        if (finding.severity != model::Severity::Error || (allowUnknown && finding.code == "S02"))
            continue; // S02: unknown field.
        std::cerr << revision.options().fileName << ':' << finding.range.begin.line << ':' << finding.range.begin.column
                  << ": error: " << finding.message << " [" << finding.code << "]\n";
        good = false;
    }
    return good;
}

using Bootstrap = envoy::config::bootstrap::v3::Bootstrap;

/// Reads one text into `bootstrap`, over what is there; nullptr after telling why not.
RevisionPtr merge(std::string text, const std::string& fileName, const Options& options, Bootstrap& bootstrap)
{
    model::source::ReadOptions read;
    read.kind = "envoy.config.bootstrap.v3.Bootstrap";
    read.fileName = fileName;
    auto revision = Revision::of(std::move(text), read);
    if (!tellFindings(*revision, options.allowUnknown)) return nullptr;
    if (!revision->config().bootstrap) return complain("the text is no v3 bootstrap"), nullptr;
    bootstrap.MergeFrom(*revision->config().bootstrap);
    return revision;
}

/// Tells every constraint that the merged bootstrap breaks, with the line where it is all in `text`; false when it does.
bool tellBreaches(const Bootstrap& bootstrap, const Revision* text)
{
    const auto schema = model::api::builtIn();
    const auto message = schema->create(schema->message(Bootstrap::descriptor()->full_name()));
    message->ParsePartialFromString(bootstrap.SerializePartialAsString());
    const auto findings = model::check::constraintFindings(*message, schema);
    for (const auto& finding : findings) {
        const model::Range range = text != nullptr ? text->map().rangeFor(finding.path) : model::Range();
        if (range.isKnown())
            std::cerr << text->options().fileName << ':' << range.begin.line << ':' << range.begin.column;
        else std::cerr << finding.path;
        std::cerr << ": error: " << finding.message << " [" << finding.code << "]\n";
    }
    return findings.empty();
}

bool load(const Options& options, Bootstrap& bootstrap)
{
    if (options.path.empty() && options.yaml.empty())
        return complain("At least one of --config-path or --config-yaml is needed"), false;
    RevisionPtr file, yaml;
    if (!options.path.empty()) {
        std::ifstream stream(options.path, std::ios::binary);
        if (!stream) return complain("unable to read file: " + options.path), false;
        file = merge({std::istreambuf_iterator<char>(stream), {}}, options.path, options, bootstrap);
        if (!file) return false;
    }
    if (!options.yaml.empty() && !(yaml = merge(options.yaml, "--config-yaml", options, bootstrap))) return false;
    if (!tellBreaches(bootstrap, file && yaml ? nullptr : (file ? file : yaml).get())) return false;
    bootstrap.mutable_node()->set_user_agent_name("meshwright");
    bootstrap.mutable_node()->set_user_agent_version(MESHWRIGHT_VERSION);
    if (!options.node.empty()) bootstrap.mutable_node()->set_id(options.node);
    if (!options.cluster.empty()) bootstrap.mutable_node()->set_cluster(options.cluster);
    if (!options.zone.empty()) bootstrap.mutable_node()->mutable_locality()->set_zone(options.zone);
    return true;
}

/// Sets up the program's messages; false after telling which flag is wrong.
bool startJournal(const Options& options)
{
    namespace journal = proxy::journal;
    journal::Level level{};
    if (!journal::parse(options.level, level))
        return complain("invalid log level '" + options.level + "' of --log-level"), false;
    for (std::size_t i = 0; i < journal::LoggerCount; ++i) journal::setLevel(journal::Logger(i), level);
    std::istringstream pairs(options.componentLevels);
    for (std::string pair; std::getline(pairs, pair, ',');) {
        journal::Logger logger{};
        const std::size_t colon = std::min(pair.find(':'), pair.size());
        if (!journal::parse(pair.substr(0, colon), logger))
            return complain("unknown logger in '" + pair + "' of --component-log-level"), false;
        if (!journal::parse(pair.substr(std::min(colon + 1, pair.size())), level))
            return complain("unknown level in '" + pair + "' of --component-log-level"), false;
        journal::setLevel(logger, level);
    }
    if (!options.format.empty()) journal::setFormat(options.format);
    if (!options.logPath.empty() && !journal::openFile(options.logPath))
        return complain("cannot open the file of --log-path: " + options.logPath), false;
    return true;
}

/// Ends the loop at SIGINT or SIGTERM.
class SignalWatcher final : public proxy::net::Watcher {
public:
    explicit SignalWatcher(proxy::net::EventLoop& loop) : m_loop(loop)
    {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
        m_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
        loop.addReader(m_fd, this);
    }
    ~SignalWatcher() override { close(m_fd); }
    void onEvents(std::uint32_t) override
    {
        signalfd_siginfo info{};
        if (read(m_fd, &info, sizeof info) == sizeof info)
            proxy::journal::say(proxy::journal::Main, proxy::journal::Level::Warning,
                                std::string("caught ") + (info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT"));
        m_loop.quit(); // At once, as Envoy: draining is asked for before, at the admin server.
    }

private:
    proxy::net::EventLoop& m_loop;
    int m_fd;
};

int serve(const Options& options, const proxy::runtime::ProxyConfigPtr& config, unsigned workers)
{
    std::signal(SIGPIPE, SIG_IGN);
    proxy::net::EventLoop loop;
    SignalWatcher signals(loop); // Before the workers, which inherit the mask.
    proxy::stats::Registry registry(workers);
    proxy::runtime::Server server(loop, registry,
                                  {options.drainSeconds * std::int64_t(1000), options.drainStrategy == "gradual"});
    if (auto applied = server.apply(config); !applied) return complain(applied.error().text());
    for (const auto& [name, address] : server.listenerAddresses())
        proxy::journal::say(proxy::journal::Main, proxy::journal::Level::Info,
                            "listener '" + name + "' on " + address.text());
    proxy::admin::Process process;
    process.configPath = options.path;
    process.configYaml = options.yaml;
    process.serviceNode = options.node;
    process.serviceCluster = options.cluster;
    process.logLevel = options.level;
    process.concurrency = workers;
    process.drainSeconds = options.drainSeconds;
    process.gradualDrain = options.drainStrategy == "gradual";
    process.adminPath = options.adminPath;
    process.logPath = options.logPath;
    process.serviceZone = options.zone;
    process.componentLevels = options.componentLevels;
    process.logFormat = options.format;
    auto control = proxy::admin::Control::start(loop, server, registry, std::move(process));
    if (!control) return complain(control.error().text());
    if (const auto* address = (*control)->adminAddress(); address && !options.adminPath.empty())
        std::ofstream(options.adminPath) << address->text();
    loop.run();
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Meshwright's proxy");
    Options options;
    declare(app, options);
    CLI11_PARSE(app, argc, argv);
    if (!startJournal(options)) return 1;
    Bootstrap bootstrap;
    if (!load(options, bootstrap)) return 1;
    unsigned workers = std::max(options.concurrency, 1u);
    auto config = proxy::runtime::compile(bootstrap, {}, workers, nullptr);
    if (!config) return complain(config.error().text());
    if (options.mode != "serve") {
        std::cout << "configuration '" << options.path << "' OK" << std::endl;
        return 0;
    }
    return serve(options, *config, workers);
}
