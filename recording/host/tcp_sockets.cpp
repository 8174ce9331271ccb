// SPDX-License-Identifier: Apache-2.0
#include "recording/host/tcp_sockets.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "recording/host/numbered_entries.hpp"

namespace vnscope::recording::host {

namespace {

constexpr std::size_t kWordDigits = 8;
constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Takes the next word off `line`.
std::string_view nextWord(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
    return word;
}

template <typename Number> bool parse(std::string_view text, Number& number, int base)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return error == std::errc() && end == text.data() + text.size();
}

struct End {
    std::size_t bytes = 0; ///< Of the address: 4 or 16.
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;
};

/// "0100007F:1538": words of the address in this host's byte order, the port as a number.
std::optional<End> parseEnd(std::string_view text)
{
    End end;
    const std::size_t colon = text.find(':');
    if ((colon != kWordDigits && colon != 4 * kWordDigits) || !parse(text.substr(colon + 1), end.port, 16))
        return std::nullopt;
    for (std::size_t at = 0; at < colon; at += kWordDigits) {
        std::uint32_t word = 0;
        if (!parse(text.substr(at, kWordDigits), word, 16))
            return std::nullopt;
        std::memcpy(&end.address[end.bytes], &word, sizeof word);
        end.bytes += sizeof word;
    }
    return end;
}

bool isMapped(const End& end)
{
    return end.bytes == 16 && std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), end.address.begin());
}

void unmap(End& end)
{
    std::array<std::uint8_t, 16> address{};
    std::copy_n(end.address.begin() + kMappedPrefix.size(), 4, address.begin());
    end.address = address;
    end.bytes = 4;
}

void readSockets(const char* path, std::vector<TcpSocket>& sockets)
{
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (const auto socket = parseTcpSocket(line))
            sockets.push_back(*socket);
    }
}

/// The inode in "socket:[123]"; 0 for other files.
std::uint64_t socketInode(const std::string& link)
{
    constexpr std::string_view kBegin = "socket:[";
    std::array<char, 64> target{};
    const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
    std::string_view text(target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    std::uint64_t inode = 0;
    if (!text.starts_with(kBegin) || !text.ends_with(']'))
        return 0;
    text.remove_prefix(kBegin.size());
    text.remove_suffix(1);
    return parse(text, inode, 10) ? inode : 0;
}

std::string commOf(std::uint32_t pid)
{
    std::ifstream file(fmt::format("/proc/{}/comm", pid));
    std::string name;
    std::getline(file, name);
    return name;
}

} // namespace

std::optional<TcpSocket> parseTcpSocket(std::string_view line)
{
    TcpSocket socket;
    (void)nextWord(line); // Its number.
    std::optional<End> local = parseEnd(nextWord(line));
    std::optional<End> remote = parseEnd(nextWord(line));
    if (!local || !remote || local->bytes != remote->bytes || !parse(nextWord(line), socket.state, 16))
        return std::nullopt;
    for (int skipped = 0; skipped < 5; ++skipped) // Queues, timer, retransmissions, user, timeout.
        (void)nextWord(line);
    if (!parse(nextWord(line), socket.inode, 10))
        return std::nullopt;
    if (isMapped(*local) && isMapped(*remote)) {
        unmap(*local);
        unmap(*remote);
    }
    socket.family = local->bytes == 4 ? 4 : 6;
    socket.local = local->address;
    socket.remote = remote->address;
    socket.localPort = local->port;
    socket.remotePort = remote->port;
    return socket;
}

std::vector<Connection> readConnections(std::uint32_t netns)
{
    std::vector<TcpSocket> sockets;
    readSockets("/proc/thread-self/net/tcp", sockets);
    readSockets("/proc/thread-self/net/tcp6", sockets);
    std::set<std::uint16_t> services;
    for (const TcpSocket& socket : sockets) {
        if (socket.state == TcpSocket::kListen)
            services.insert(socket.localPort);
    }
    std::vector<Connection> connections;
    for (const TcpSocket& socket : sockets) {
        const bool isOpen = socket.state == TcpSocket::kEstablished || socket.state == TcpSocket::kCloseWait;
        if (isOpen && socket.inode != 0)
            connections.push_back({netns, 0, -1, services.contains(socket.localPort), socket, {}});
    }
    return connections;
}

std::vector<Connection> withOwners(const std::vector<Connection>& connections)
{
    std::unordered_map<std::uint64_t, const Connection*> byInode;
    for (const Connection& connection : connections)
        byInode.emplace(connection.socket.inode, &connection);
    std::vector<Connection> owned;
    forEachNumber("/proc", [&](std::uint32_t pid) {
        std::string name;
        const std::string files = fmt::format("/proc/{}/fd", pid);
        forEachNumber(files.c_str(), [&](std::uint32_t fd) {
            const auto found = byInode.find(socketInode(fmt::format("{}/{}", files, fd)));
            if (found == byInode.end())
                return;
            if (name.empty())
                name = commOf(pid);
            Connection& mine = owned.emplace_back(*found->second);
            mine.pid = pid;
            mine.fd = static_cast<std::int32_t>(fd);
            mine.process = name;
        });
    });
    return owned;
}

} // namespace vnscope::recording::host
