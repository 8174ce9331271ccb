// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "storage/base/file_descriptor.hpp"

namespace vnscope::tests {

/// A server at a Unix socket that says always the same, to each that has asked something.
class UnixServer final {
public:
    enum class Then { HangsUp, KeepsSilent };

    /// In a folder of its own, or at `path`.
    explicit UnixServer(std::vector<std::string> pieces, Then then = Then::HangsUp,
                        const std::filesystem::path& path = {});
    UnixServer(const UnixServer&) = delete;
    UnixServer& operator=(const UnixServer&) = delete;
    ~UnixServer();

    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    void serve(const std::vector<std::string>& pieces, Then then) const;

    std::filesystem::path m_folder; ///< To remove; may be empty.
    std::string m_path;
    base::FileDescriptor m_listener;
    std::thread m_thread;
};

} // namespace vnscope::tests
