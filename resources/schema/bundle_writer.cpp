// Runs during the build: joins descriptors, documentation and extension registry into the bundle the programs carry.
// usage: bundle_writer NAME V3.desc V2.desc DOCUMENTATION.json EXTENSIONS.json FLAGS.txt OUT.bundle
#include "model/api/catalog.pb.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>
#include <sstream>

namespace {

std::string read(const char* path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw std::runtime_error(std::string(path) + ": cannot be read");
    return text.str();
}

google::protobuf::Value json(const char* path)
{
    google::protobuf::Value value;
    if (!google::protobuf::util::JsonStringToMessage(read(path), &value).ok())
        throw std::runtime_error(std::string(path) + ": not JSON");
    return value;
}

void fillV3(meshwright::catalog::Catalog& catalog, char** argv)
{
    catalog.set_name(argv[1]);
    catalog.set_descriptors(read(argv[2]));
    const google::protobuf::Value documentation = json(argv[4]);
    for (const auto& [key, text] : documentation.struct_value().fields())
        (*catalog.mutable_documentation())[key] = text.string_value();
    const google::protobuf::Value extensions = json(argv[5]);
    for (const auto& item : extensions.list_value().values()) {
        const auto& fields = item.struct_value().fields();
        auto& extension = *catalog.add_extensions();
        extension.set_name(fields.at("name").string_value());
        extension.set_category(fields.at("category").string_value());
        if (const auto urls = fields.find("type_urls"); urls != fields.end())
            for (const auto& url : urls->second.list_value().values()) extension.add_type_urls(url.string_value());
    }
    std::ifstream flags(argv[6]);
    for (std::string flag; std::getline(flags, flag);) catalog.add_runtime_flags(flag);
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc != 8) return 2;
    meshwright::catalog::Bundle bundle;
    fillV3(*bundle.mutable_v3(), argv);
    bundle.mutable_v2()->set_name("envoy-v2");
    bundle.mutable_v2()->set_descriptors(read(argv[3]));
    std::ofstream(argv[7], std::ios::binary) << bundle.SerializeAsString();
    return 0;
} catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
