// The admin pages by path.
#pragma once

#include "proxy/admin/page.h"

#include <atomic>
#include <mutex>

namespace proxy::admin {

/// Answers requests; lives in the admin thread.
class Pages {
public:
    Pages(Actions actions, stats::Registry& registry, Process process);
    Response answer(const Request& request);
    /// The body of /ready's answer without the line's end, "LIVE".
    std::string stateName(const Snapshot& snapshot) const;
    /// Brings server.* up to date; also due at every flush.
    void publishProcess();

private:
    struct Page {
        std::string help;
        bool changes = false; ///< POST only.
        std::function<Response(const Request&)> make;
        std::vector<std::pair<std::string, std::string>> parameters;
    };
    void addReadPages();
    void addChangePages();
    std::string helpText() const;
    Response drain(const Request& request) const;
    Response ready() const;
    Response serverInfo() const;
    Response memory() const;
    Response logging(const Request& request);

    Actions m_actions;
    stats::Registry& m_registry;
    Process m_process;
    xds::Clock::time_point m_started = xds::Clock::now();
    bool m_failed = false; ///< POST /healthcheck/fail.
    std::map<std::string, Page, std::less<>> m_pages;
};

} // namespace proxy::admin
