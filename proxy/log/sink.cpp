#include "proxy/log/sink.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>

#include <fcntl.h>
#include <unistd.h>

namespace proxy::log {
namespace {

constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;

/// The files that are open, whoever owns them.
struct Open {
    std::mutex mutex;
    std::set<const File*> files;
};
Open& openFiles()
{
    static Open all;
    return all;
}

} // namespace

model::Result<std::shared_ptr<File>> File::open(const std::string& path)
{
    if (path == "/dev/stdout") return standardOutput();
    if (path == "/dev/stderr") return standardError();
    const int descriptor = ::open(path.c_str(), flags, 0644);
    if (descriptor < 0)
        return model::fail(model::ErrorCode::Unreadable, path,
                           "unable to open file '" + path + "': " + std::strerror(errno));
    return std::shared_ptr<File>(new File(descriptor, path));
}

std::shared_ptr<File> File::standardOutput() { return std::shared_ptr<File>(new File(STDOUT_FILENO, {})); }
std::shared_ptr<File> File::standardError() { return std::shared_ptr<File>(new File(STDERR_FILENO, {})); }

File::File(int descriptor, std::string path) : m_descriptor(descriptor), m_path(std::move(path))
{
    const std::lock_guard lock(openFiles().mutex);
    if (!m_path.empty()) openFiles().files.insert(this);
}

File::~File()
{
    if (m_path.empty()) return;
    const std::lock_guard lock(openFiles().mutex);
    openFiles().files.erase(this);
    ::close(m_descriptor);
}

std::size_t File::reopenAll()
{
    const std::lock_guard lock(openFiles().mutex);
    std::size_t count = 0;
    for (const File* file : openFiles().files) {
        const int fresh = ::open(file->m_path.c_str(), flags, 0644);
        if (fresh < 0) continue;
        if (::dup3(fresh, file->m_descriptor, O_CLOEXEC) >= 0) ++count; // Writers see the old file or the new one.
        ::close(fresh);
    }
    return count;
}

bool File::write(std::string_view lines)
{
    while (!lines.empty()) {
        const ssize_t done = ::write(m_descriptor, lines.data(), lines.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        lines.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

void Buffer::flush()
{
    if (m_text.empty()) return;
    m_file->write(m_text);
    m_text.clear();
}

} // namespace proxy::log
