#include "proxy/log/sink.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace proxy::log {

model::Result<std::shared_ptr<File>> File::open(const std::string& path)
{
    if (path == "/dev/stdout") return standardOutput();
    if (path == "/dev/stderr") return standardError();
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return model::fail(model::ErrorCode::Unreadable, path,
                           "unable to open file '" + path + "': " + std::strerror(errno));
    return std::shared_ptr<File>(new File(descriptor, true));
}

std::shared_ptr<File> File::standardOutput() { return std::shared_ptr<File>(new File(STDOUT_FILENO, false)); }
std::shared_ptr<File> File::standardError() { return std::shared_ptr<File>(new File(STDERR_FILENO, false)); }

File::~File()
{
    if (m_owned) ::close(m_descriptor);
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
