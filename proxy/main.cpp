// meshwright-proxy: Envoy's command line, Envoy's v3 bootstrap.
#include "model/source/revision.h"
#include "model/source/config_set.h"
#include "proxy/admin/control.h"
#include "proxy/net/event_loop.h"
#include "proxy/runtime/server.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sys/signalfd.h>
#include <thread>
#include <unistd.h>

namespace {

using model::source::Revision;
using model::source::RevisionPtr;

/// Envoy's flags; those without a meaning here are accepted, since scripts pass them.
struct Options {
    std::string path, yaml, mode = "serve", level = "info", node, cluster, adminPath, logPath;
    unsigned concurrency = std::max(1u, std::thread::hardware_concurrency());
    int drainSeconds = 600, ignored = 0;
    std::string drainStrategy = "gradual";
    std::string ignoredText;
    bool flag = false;
};

void declare(CLI::App& app, Options& options)
{
    app.add_option("-c,--config-path", options.path, "Bootstrap file, YAML or JSON");
    app.add_option("--config-yaml", options.yaml, "Bootstrap as inline YAML; wins over the file where both say something");
    app.add_option("--mode", options.mode, "serve or validate")->check(CLI::IsMember({"serve", "validate"}));
    app.add_option("--concurrency", options.concurrency, "Number of worker threads");
    app.add_option("-l,--log-level", options.level, "Accepted levels as in Envoy");
    app.add_option("--log-path", options.logPath, "File for the program's own messages");
    app.add_option("--service-node", options.node, "Overrides node.id");
    app.add_option("--service-cluster", options.cluster, "Overrides node.cluster");
    app.add_option("--admin-address-path", options.adminPath, "File to write the admin address to");
    app.add_option("--drain-time-s", options.drainSeconds, "Seconds that draining takes");
    app.add_option("--drain-strategy", options.drainStrategy, "gradual or immediate")->check(CLI::IsMember({"gradual", "immediate"}));
    app.add_option("--parent-shutdown-time-s,--base-id,--restart-epoch,--file-flush-interval-msec", options.ignored, "Accepted without effect");
    app.add_option("--log-format,--component-log-level,--service-zone", options.ignoredText, "Accepted without effect");
    app.add_flag("--disable-hot-restart,--use-dynamic-base-id,--allow-unknown-static-fields", options.flag, "Accepted without effect");
    app.set_version_flag("--version", "meshwright-proxy version: " MESHWRIGHT_VERSION);
}

int complain(const std::string& text)
{
    std::cerr << "error: " << text << std::endl;
    return 1;
}

RevisionPtr load(const Options& options)
{
    model::source::ReadOptions read;
    read.kind = "envoy.config.bootstrap.v3.Bootstrap";
    if (options.path.empty()) return Revision::of(options.yaml, read);
    std::ifstream file(options.path, std::ios::binary);
    if (!file) return nullptr;
    read.fileName = options.path;
    return Revision::of({std::istreambuf_iterator<char>(file), {}}, read);
}

/// Tells every error of the text; false when there was one.
bool tellFindings(const Revision& revision)
{
    for (const auto& finding : revision.findings())
        if (finding.severity == model::Severity::Error)
            std::cerr << revision.options().fileName << ':' << finding.range.begin.line << ':' << finding.range.begin.column
                      << ": error: " << finding.message << " [" << finding.code << "]\n";
    return !hasErrors(revision.findings());
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
    void onEvents(std::uint32_t) override { m_loop.quit(); }

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
    proxy::runtime::Server server(loop, registry, {options.drainSeconds * std::int64_t(1000), options.drainStrategy == "gradual"});
    if (auto applied = server.apply(config); !applied) return complain(applied.error().text());
    if (options.level == "info" || options.level == "debug" || options.level == "trace")
        for (const auto& [name, address] : server.listenerAddresses())
            std::cerr << "listener '" << name << "' on " << address.text() << std::endl;
    proxy::admin::Process process;
    process.configPath = options.path;
    process.configYaml = options.yaml;
    process.serviceNode = options.node;
    process.serviceCluster = options.cluster;
    process.logLevel = options.level;
    process.concurrency = workers;
    process.drainSeconds = options.drainSeconds;
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
    if (options.path.empty() && options.yaml.empty())
        return complain("At least one of --config-path or --config-yaml is needed");
    auto revision = load(options);
    if (!revision) return complain("unable to read file: " + options.path);
    if (!tellFindings(*revision)) return 1;
    if (!revision->config().bootstrap) return complain("the text is no v3 bootstrap");
    auto bootstrap = *revision->config().bootstrap;
    if (!options.node.empty()) bootstrap.mutable_node()->set_id(options.node);
    if (!options.cluster.empty()) bootstrap.mutable_node()->set_cluster(options.cluster);
    unsigned workers = std::max(options.concurrency, 1u);
    auto config = proxy::runtime::compile(bootstrap, {}, workers, nullptr);
    if (!config) return complain(config.error().text());
    if (options.mode == "validate") {
        std::cout << "configuration '" << options.path << "' OK" << std::endl;
        return 0;
    }
    return serve(options, *config, workers);
}
