// The cases of the comparison: a name, the bytes to send, how long to wait, and why the two may differ.
#pragma once

#include <string>
#include <vector>

namespace interop {

struct Case {
    std::string name;
    std::string request;
    int firstMs = 1500;                 ///< Longest wait for the first byte.
    int quietMs = 120;                  ///< Silence that ends the reading.
    std::vector<std::string> then = {}; ///< Sent one after the other, each when the answer so far has gone quiet.
    bool edge = false;                  ///< To the bootstrap's second listener.
    std::string difference = {};        ///< Reason why ours is other than Envoy's on purpose; empty: must be the same.
};

/// A GET of `path` with more header lines ("a: b\r\n").
std::string get(const std::string& path, const std::string& headers = {}, const std::string& host = "a.example");
std::string post(const std::string& path, const std::string& body, const std::string& headers = {});

/// Smuggling, odd framing, odd services, connections used more than once (cases_hostile.cpp).
void addHostile(std::vector<Case>& all);

/// Every case, in a fixed order.
std::vector<Case> cases();

} // namespace interop
