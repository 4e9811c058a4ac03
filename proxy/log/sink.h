// Where access log lines go: files and standard output, buffered by worker.
#pragma once

#include "model/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace proxy::log {

/// An open file that several workers append to; each write is one system call with whole lines, so lines never mix.
class File {
public:
    /// "/dev/stdout" and "/dev/stderr" are the process's own streams. Opening the same path again gives another handle.
    static model::Result<std::shared_ptr<File>> open(const std::string& path);
    static std::shared_ptr<File> standardOutput();
    static std::shared_ptr<File> standardError();
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    /// Opens every file again by its path, for log rotation (POST /reopen_logs). Any thread; a file that cannot be opened
    /// stays as it is. Returns how many were opened.
    static std::size_t reopenAll();

    /// Any thread. Returns false when the system refused (disk full); the lines are lost, as in Envoy.
    bool write(std::string_view lines);

private:
    File(int descriptor, std::string path);
    const int m_descriptor;   ///< Stays the same number when the file is opened again.
    const std::string m_path; ///< Empty for the process's own streams.
};

/// One worker's buffer before a File. The worker calls flush() from a timer (Envoy: each second, or at 64 kB).
class Buffer {
public:
    explicit Buffer(std::shared_ptr<File> file) : m_file(std::move(file)) {}
    ~Buffer() { flush(); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    /// Lines are appended here; call written() after each.
    std::string& text() { return m_text; }
    void written()
    {
        if (m_text.size() >= 65536) flush();
    }
    void flush();

private:
    std::shared_ptr<File> m_file;
    std::string m_text;
};

} // namespace proxy::log
