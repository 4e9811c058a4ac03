// Learns a schema from an Envoy program: descriptors out of its bytes, version and extensions from running it.
#pragma once

#include "model/api/catalog.pb.h"
#include "model/base/result.h"

#include <chrono>
#include <string>
#include <vector>

namespace model::api {

/// How to learn.
struct LearnOptions {
    std::string name; ///< Of the catalog.
    bool run = true;  ///< Starts the program (admin page on loopback, port chosen by the system) and asks /config_dump.
    std::chrono::seconds patience{30};
};

/// A learned catalog and what could not be found out.
struct Learned {
    meshwright::catalog::Catalog catalog;
    int messages = 0;               ///< Message types in it.
    std::vector<std::string> notes; ///< One sentence each: "did not start, so its extensions are unknown".
};

/// Blocks for as long as the program runs (1 s or so). Documentation is that of the built-in schema, where names match.
/// Errors: NotFound, Unreadable, Malformed (no Envoy). A program that does not run here is no error but a note.
Result<Learned> learn(const std::string& binary, const LearnOptions& options);

} // namespace model::api
