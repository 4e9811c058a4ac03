// Runs while the build is configured: reads descriptors and runtime flags of an Envoy program and lists what its generated
// code needs.
// usage: descriptor_reader ENVOY SET.desc FLAGS.txt ROOTS.txt > CLOSURE.txt
#include "model/api/binary.h"

#include <fstream>
#include <iostream>

int main(int argc, char** argv)
{
    if (argc != 5) return 2;
    const auto set = model::api::descriptorsOfBinary(argv[1]);
    if (!set) {
        std::cerr << set.error().text() << '\n';
        return 1;
    }
    std::ofstream(argv[2], std::ios::binary) << set->SerializeAsString();
    const auto known = model::api::runtimeFlagsOfBinary(argv[1]);
    if (!known) return 1;
    std::ofstream flags(argv[3]);
    for (const std::string& flag : *known) flags << flag << '\n';
    std::vector<std::string> roots;
    std::ifstream file(argv[4]);
    for (std::string line; std::getline(file, line);)
        if (!line.empty() && line[0] != '#') roots.push_back(line);
    for (const std::string& name : model::api::closureOf(*set, roots)) std::cout << name << '\n';
    return 0;
}
