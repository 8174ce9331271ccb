// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/unix_server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace vnscope::tests {

UnixServer::UnixServer(std::vector<std::string> pieces, Then then, const std::filesystem::path& path)
{
    if (path.empty()) {
        std::string folder = std::filesystem::temp_directory_path() / "vnscope-server-XXXXXX";
        if (::mkdtemp(folder.data()) == nullptr)
            throw std::runtime_error("no folder for a socket");
        m_folder = folder;
    }
    m_path = path.empty() ? m_folder / "socket" : path;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (m_path.size() >= sizeof address.sun_path)
        throw std::runtime_error("too long for a socket: " + m_path);
    std::ranges::copy(m_path, address.sun_path);
    m_listener = base::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(m_listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(m_listener.get(), 8) != 0)
        throw std::runtime_error("cannot listen at " + m_path);
    m_thread = std::thread([this, pieces = std::move(pieces), then] { serve(pieces, then); });
}

UnixServer::~UnixServer()
{
    ::shutdown(m_listener.get(), SHUT_RDWR); // Wakes accept().
    m_thread.join();
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
    if (!m_folder.empty())
        std::filesystem::remove(m_folder, ignored);
}

void UnixServer::serve(const std::vector<std::string>& pieces, Then then) const
{
    while (true) {
        const base::FileDescriptor client(::accept(m_listener.get(), nullptr, nullptr));
        if (!client.isValid())
            return;
        std::array<char, 4096> request{};
        if (::recv(client.get(), request.data(), request.size(), 0) <= 0)
            continue;
        for (const std::string& piece : pieces)
            if (::send(client.get(), piece.data(), piece.size(), MSG_NOSIGNAL) < 0)
                break;
        while (then == Then::KeepsSilent && ::recv(client.get(), request.data(), request.size(), 0) > 0) {
        }
    }
}

} // namespace vnscope::tests
