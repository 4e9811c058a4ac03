// v1 -> v2. v1 differs from v2 in shapes, hardly in meaning: addresses are URLs, times are numbers of milliseconds, filters
// carry their kind. Each function turns one v1 object into the v2 message of the same role; what it does not take stays and
// is dropped with an error, so nothing is lost silently. For v1.cpp, v1_listeners.cpp, v1_routes.cpp, v1_clusters.cpp.
#pragma once

#include "model/import/report.h"
#include "model/import/value.h"
#include "model/source/path.h"

#include <functional>
#include <initializer_list>
#include <string>

namespace model::import {

namespace path = source::path;

/// One import; tells its report what changed. `where` is always the path of the v1 object.
class FromV1 {
public:
    explicit FromV1(Report& report) : m_report(report) {}

    Value bootstrap(Value v1);

private:
    using Convert = std::function<Value(Value, const std::string&)>;

    /// Converts every item of a list.
    Value each(Value list, const std::string& where, const Convert& convert);
    /// Tells what nothing has taken.
    void leftovers(const Value& value, const std::string& where);
    /// Moves a time in milliseconds to a duration.
    static void milliseconds(Value& from, const char* key, Value& to, const char* name);
    static Value seconds(const std::string& milliseconds);
    static void rename(Value& from, const char* key, Value& to, const char* name);
    /// Moves fields that are the same in v2.
    static void keep(Value& from, Value& to, std::initializer_list<const char*> keys);
    /// "tcp://127.0.0.1:80" or "unix://path" -> core.Address.
    Value address(const Value& url, const std::string& where);
    Value admin(Value v1);
    Value tls(Value v1, const std::string& where, bool downstream);
    static std::string upper(std::string text);

    // Listeners and their filters.
    Value listener(Value v1, const std::string& where);
    /// Gives a filter the name that v2 knows it by; returns its configuration.
    static Value named(Value& v1, Value& v2, const std::string& name);
    Value networkFilter(Value v1, const std::string& where);
    Value tcpProxy(Value v1, const std::string& where);
    Value manager(Value v1, const std::string& where);
    Value rds(const Value& v1, const std::string& where);
    Value accessLog(Value v1, const std::string& where);
    Value httpFilter(Value v1, const std::string& where);
    Value fault(Value v1, const std::string& where);

    // Routes.
    Value routeConfig(Value v1, const std::string& where);
    static void headersToAdd(Value& from, Value& to, const char* key);
    Value virtualHost(Value v1, const std::string& where);
    Value route(Value v1, const std::string& where);
    Value match(Value& v1, const std::string& where);
    Value headerMatcher(Value v1, const std::string& where);
    Value action(Value& v1, const std::string& where);

    // Clusters.
    Value cluster(Value v1, const std::string& where);
    void discovery(Value& v2, const Value& service, const std::string& where);
    void features(Value& v1, Value& v2, const std::string& where);
    void limits(Value& v1, Value& v2, const std::string& where);
    Value healthCheck(Value v1, const std::string& where);
    static Value outlierDetection(Value v1);

    Report& m_report;
};

} // namespace model::import
