// How a descriptor is found in a program image:
// 1. A FileDescriptorProto starts with field 1 (0x0a), a length below 128, and a name that ends in ".proto".
// 2. From there top-level fields are walked while they are ones a FileDescriptorProto has, with `name` only once.
// 3. What was walked is parsed; it is kept when it parses and declares something.
// Cost: one pass over the image with memchr-like search for ".proto" (107 MB: well under a second).
// Runtime flags are texts of their own in the image, as names of variables (envoy_reloadable_features_x) or as keys
// (envoy.reloadable_features.x); see RUNTIME_GUARD in source/common/runtime/runtime_features.cc of Envoy.
#include "model/api/binary.h"

#include <google/protobuf/io/coded_stream.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <set>

namespace model::api {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::io::CodedInputStream;

constexpr std::string_view suffix = ".proto";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' ||
           c == '.' || c == '-';
}

/// Returns where the field header before the name that ends at `end` stands, or npos.
std::size_t headerBefore(std::string_view bytes, std::size_t end)
{
    std::size_t begin = end;
    while (begin > 0 && end - begin < 127 && isNameCharacter(bytes[begin - 1])) --begin;
    // The length byte may itself look like a name character: try every start.
    for (std::size_t start = begin; start + suffix.size() < end; ++start) {
        if (start < 2) continue;
        if (bytes[start - 2] == 0x0a && static_cast<unsigned char>(bytes[start - 1]) == end - start) return start - 2;
    }
    return std::string_view::npos;
}

/// Wire type that a top-level field of FileDescriptorProto must have; -1 for fields that it has not.
int wireTypeOf(unsigned field)
{
    switch (field) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
    case 12: return 2;
    case 10:
    case 11:
    case 14: return 0;
    default: return -1;
    }
}

bool skip(CodedInputStream& in, unsigned wireType)
{
    if (wireType == 0) {
        std::uint64_t ignored = 0;
        return in.ReadVarint64(&ignored);
    }
    std::uint32_t length = 0;
    return in.ReadVarint32(&length) && length < (1U << 24) && in.Skip(static_cast<int>(length));
}

/// Returns how many bytes from the start of `bytes` are top-level fields of one descriptor.
std::size_t walk(std::string_view bytes)
{
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    CodedInputStream in(data, static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 24)));
    std::size_t good = 0;
    bool named = false;
    while (true) {
        const std::uint32_t tag = in.ReadTagNoLastTag();
        const unsigned field = tag >> 3U;
        if (tag == 0 || wireTypeOf(field) != static_cast<int>(tag & 7U) || (field == 1 && named)) return good;
        named = named || field == 1;
        if (!skip(in, tag & 7U)) return good;
        good = static_cast<std::size_t>(in.CurrentPosition());
    }
}

bool hasContent(const FileDescriptorProto& file)
{
    return file.message_type_size() + file.enum_type_size() + file.service_size() + file.extension_size() > 0 ||
           file.dependency_size() > 0;
}

std::map<std::string, FileDescriptorProto> findAll(std::string_view bytes)
{
    std::map<std::string, FileDescriptorProto> found;
    for (std::size_t at = bytes.find(suffix); at != std::string_view::npos; at = bytes.find(suffix, at + 1)) {
        const std::size_t header = headerBefore(bytes, at + suffix.size());
        if (header == std::string_view::npos) continue;
        const std::string_view candidate = bytes.substr(header);
        FileDescriptorProto file;
        if (!file.ParseFromArray(candidate.data(), static_cast<int>(walk(candidate))) || !hasContent(file)) continue;
        FileDescriptorProto& kept = found[file.name()];
        if (file.ByteSizeLong() > kept.ByteSizeLong()) kept = std::move(file);
    }
    return found;
}

/// A read-only mapping of a whole file.
class Mapping {
public:
    explicit Mapping(const std::string& path) : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        struct stat status {};
        if (m_fd < 0 || ::fstat(m_fd, &status) != 0 || status.st_size == 0) return;
        m_size = static_cast<std::size_t>(status.st_size);
        m_data = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, m_fd, 0);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping()
    {
        if (m_data != MAP_FAILED) ::munmap(m_data, m_size);
        if (m_fd >= 0) ::close(m_fd);
    }
    bool isOpen() const { return m_data != MAP_FAILED; }
    std::string_view bytes() const { return {static_cast<const char*>(m_data), m_size}; }

private:
    int m_fd;
    void* m_data = MAP_FAILED;
    std::size_t m_size = 0;
};

bool isFlagCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

Unexpected unreadable(const std::string& path)
{
    const ErrorCode code = errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Unreadable;
    return fail(code, path, std::string("cannot be read: ") + std::strerror(errno));
}

} // namespace

FileDescriptorSet descriptorsIn(std::string_view bytes)
{
    std::map<std::string, FileDescriptorProto> found = findAll(bytes);
    FileDescriptorSet set;
    std::map<std::string, bool> done; // value: the file and all it needs are there
    std::function<bool(const std::string&)> add = [&](const std::string& name) {
        if (const auto known = done.find(name); known != done.end()) return known->second;
        done[name] = false;
        const auto file = found.find(name);
        if (file == found.end()) return false;
        for (const std::string& needed : file->second.dependency())
            if (!add(needed)) return false;
        *set.add_file() = file->second;
        return done[name] = true;
    };
    for (const auto& [name, file] : found) add(name);
    return set;
}

std::vector<std::string> runtimeFlagsIn(std::string_view bytes)
{
    std::set<std::string> flags;
    for (const std::string_view kind : {"reloadable_features", "restart_features"})
        for (const char separator : {'_', '.'}) {
            const std::string head = std::string("envoy") + separator + std::string(kind) + separator;
            for (std::size_t at = bytes.find(head); at != std::string_view::npos; at = bytes.find(head, at + 1)) {
                std::size_t end = at + head.size();
                while (end < bytes.size() && isFlagCharacter(bytes[end])) ++end;
                const bool isWhole = (at == 0 || bytes[at - 1] == '\0') && end < bytes.size() && bytes[end] == '\0';
                if (isWhole && end > at + head.size())
                    flags.insert("envoy." + std::string(kind) + "." +
                                 std::string(bytes.substr(at + head.size(), end - at - head.size())));
            }
        }
    return {flags.begin(), flags.end()};
}

Result<std::vector<std::string>> runtimeFlagsOfBinary(const std::string& path)
{
    const Mapping mapping(path);
    if (!mapping.isOpen()) return unreadable(path);
    return runtimeFlagsIn(mapping.bytes());
}

Result<FileDescriptorSet> descriptorsOfBinary(const std::string& path)
{
    const Mapping mapping(path);
    if (!mapping.isOpen()) return unreadable(path);
    FileDescriptorSet set = descriptorsIn(mapping.bytes());
    for (const FileDescriptorProto& file : set.file())
        if (file.name() == "envoy/config/bootstrap/v3/bootstrap.proto") return set;
    return fail(
        ErrorCode::Malformed, path,
        "carries no description of the Envoy v3 API; name the Envoy program itself, not a script that starts it");
}

std::vector<std::string> closureOf(const FileDescriptorSet& set, const std::vector<std::string>& roots)
{
    std::map<std::string, const FileDescriptorProto*> byName;
    for (const FileDescriptorProto& file : set.file()) byName[file.name()] = &file;
    std::set<std::string> wanted;
    std::function<void(const std::string&)> add = [&](const std::string& name) {
        const auto file = byName.find(name);
        if (file == byName.end() || !wanted.insert(name).second) return;
        for (const std::string& needed : file->second->dependency()) add(needed);
    };
    for (const std::string& root : roots) add(root);
    std::vector<std::string> ordered;
    for (const FileDescriptorProto& file : set.file())
        if (wanted.contains(file.name())) ordered.push_back(file.name());
    return ordered;
}

} // namespace model::api
