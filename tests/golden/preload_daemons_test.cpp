// SPDX-License-Identifier: Apache-2.0
// Real middleboxes under the preloaded library, on the loopback device. What is recorded of them is what curl says that
// it sent and received, headers included.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/recording.hpp"
#include "tests/support/sample_case.hpp"

namespace vnscope::tests {
namespace {

using support::Recording;
using tracepoints::EventType;
using tracepoints::IoCounters;
using tracepoints::IoDirection;

constexpr const char* kNginx = "/usr/sbin/nginx";
constexpr const char* kHaproxy = "/usr/sbin/haproxy";
constexpr const char* kCurl = "/usr/bin/curl";
constexpr const char* kClient = "127.3.0.1";    ///< Where curl connects from.
constexpr const char* kProxySide = "127.3.0.2"; ///< Where haproxy connects from.
constexpr const char* kServer = "127.3.0.3";
constexpr const char* kProxy = "127.3.0.4";
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kFileBytes = 30'000'000; ///< More than the socket buffers of a connection hold.

/// A port that nobody has at the moment.
std::uint16_t freePort(const char* ip)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, ip, &address.sin_addr);
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const bool isBound = bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                         getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(fd);
    if (!isBound)
        throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

/// All that curl sent and received, added up over its requests.
struct Client {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    double seconds = 0;
};

class PreloadedDaemons : public testing::Test {
protected:
    void SetUp() override
    {
        for (const char* const program : {kNginx, kHaproxy, kCurl})
            if (!std::filesystem::exists(program))
                GTEST_SKIP() << program << " is not installed";
        std::filesystem::create_directory(path("root"));
        std::ofstream(path("root/small")) << "a small file\n";
        std::ofstream(path("root/large")) << std::string(kFileBytes, 'x');
    }

    [[nodiscard]] std::string path(const std::string& name) const { return (m_scratch.path() / name).string(); }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }

    void configureNginx(const std::string& extra)
    {
        write("nginx.conf",
              fmt::format(R"(daemon off; worker_processes 2; user root; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {0}/access.log;
  client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
  client_max_body_size 100m;
  server {{ listen {1}:{2}; root {0}/root; {3} }}
}}
)",
                          m_scratch.path().string(), kServer, m_serverPort, extra));
    }

    void configureHaproxy(const std::string& mode)
    {
        write("haproxy.cfg", fmt::format(R"(defaults
  timeout connect 5s
  timeout client 20s
  timeout server 20s
listen relay
  bind {}:{}
  {}
  server s {}:{} source {}
)",
                                         kProxy, m_proxyPort, mode, kServer, m_serverPort, kProxySide));
    }

    /// Runs both daemons and `requests` (options of one curl per line, {} for the host to ask), with nginx asked
    /// directly or by haproxy.
    void run(const std::string& host, const std::vector<std::string>& requests)
    {
        const std::string preload = "env LD_PRELOAD=" VNSCOPE_PRELOAD " VNSCOPE_IO_PERIOD_MS=50 ";
        std::string script = fmt::format("{} VNSCOPE_IO_NAME=server {} -c {} 2>/dev/null & nginx=$!\n", preload, kNginx,
                                         path("nginx.conf"));
        script += fmt::format("{} VNSCOPE_IO_NAME=relay {} -q -db -f {} & haproxy=$!\n", preload, kHaproxy,
                              path("haproxy.cfg"));
        // Until both listen; from an address of its own, which no test looks at.
        for (const auto& [ip, port] : {std::pair{kServer, m_serverPort}, std::pair{kProxy, m_proxyPort}})
            script += fmt::format(
                "for i in $(seq 100); do (exec 3<>/dev/tcp/{}/{}) 2>/dev/null && break; sleep 0.1; done\n", ip, port);
        for (const std::string& request : requests)
            script += fmt::format("{} -s --interface {} -o {} -w '%{{size_request}} %{{size_upload}} %{{size_header}} "
                                  "%{{size_download}} %{{time_total}}\\n' {} || exit 1\n",
                                  kCurl, kClient, path("got"), fmt::format(fmt::runtime(request), "http://" + host));
        script += "kill -USR1 $haproxy; wait $haproxy; kill -QUIT $nginx; wait $nginx; exit 0\n";
        write("run.sh", script);
        std::string output;
        m_recording =
            std::make_unique<Recording>(support::recordUst("vnscope_io:counters", "bash " + path("run.sh"), &output));
        std::istringstream lines(output);
        std::uint64_t request = 0;
        std::uint64_t upload = 0;
        std::uint64_t header = 0;
        std::uint64_t download = 0;
        double seconds = 0;
        std::size_t answers = 0;
        for (; lines >> request >> upload >> header >> download >> seconds; ++answers) {
            m_client.sent += request + upload;
            m_client.received += header + download;
            m_client.seconds += seconds;
        }
        ASSERT_EQ(answers, requests.size()) << output;
    }

    /// What all processes of an element counted at their ends with one peer.
    [[nodiscard]] IoCounters counted(const std::string& element, const std::string& peer) const
    {
        std::map<std::uint32_t, IoCounters> last;
        for (const IoCounters& it : m_recording->all<IoCounters>(EventType::IoCounters))
            if (m_recording->text(it.element) == element && m_recording->text(it.peer) == peer)
                last[it.pid] = it;
        IoCounters sum;
        for (const auto& [pid, it] : last) {
            for (auto [to, from] : {std::pair{&sum.in, &it.in}, std::pair{&sum.out, &it.out}}) {
                to->calls += from->calls;
                to->bytes += from->bytes;
                to->timeNs += from->timeNs;
                to->waitNs += from->waitNs;
            }
        }
        return sum;
    }
    [[nodiscard]] std::string server() const { return fmt::format("{}:{}", kServer, m_serverPort); }
    [[nodiscard]] std::string proxy() const { return fmt::format("{}:{}", kProxy, m_proxyPort); }

    void expectSameAsCurl(const IoCounters& of) const
    {
        EXPECT_EQ(of.in.bytes, m_client.sent);
        EXPECT_EQ(of.out.bytes, m_client.received);
    }

    support::ScratchDirectory m_scratch;
    std::uint16_t m_serverPort = freePort(kServer);
    std::uint16_t m_proxyPort = freePort(kProxy);
    std::unique_ptr<Recording> m_recording;
    Client m_client;
};

TEST_F(PreloadedDaemons, NginxWithSendfile)
{
    configureNginx("sendfile on;");
    configureHaproxy("mode tcp");
    run(server(), {"{}/small", "{}/large", "{}/none"});
    ASSERT_GT(m_client.received, kFileBytes);
    expectSameAsCurl(counted("server", kClient));
}

TEST_F(PreloadedDaemons, NginxWithoutSendfile)
{
    configureNginx("sendfile off;");
    configureHaproxy("mode tcp");
    run(server(), {"{}/small", "{}/large", "{}/none"});
    ASSERT_GT(m_client.received, kFileBytes);
    expectSameAsCurl(counted("server", kClient));
}

TEST_F(PreloadedDaemons, HaproxyRelaysWithSplice)
{
    configureNginx("sendfile on;");
    configureHaproxy("mode tcp\n  option splice-request\n  option splice-response");
    run(proxy(), {"{}/small", "{}/large", "-T " + path("root/large") + " {}/none"});
    ASSERT_GT(m_client.received, kFileBytes);
    const IoCounters front = counted("relay", kClient);
    const IoCounters back = counted("relay", server());
    expectSameAsCurl(front);
    EXPECT_EQ(back.out.bytes, front.in.bytes);
    EXPECT_EQ(back.in.bytes, front.out.bytes);
    expectSameAsCurl(counted("server", kProxySide));
}

TEST_F(PreloadedDaemons, HaproxySpeaksHttp)
{
    configureNginx("sendfile on;");
    configureHaproxy("mode http");
    run(proxy(), {"{}/small", "{}/large", "{}/none"});
    expectSameAsCurl(counted("relay", kClient));
    const IoCounters toServer = counted("relay", server());
    const IoCounters toProxy = counted("server", kProxySide);
    EXPECT_GT(toServer.in.bytes, kFileBytes);
    EXPECT_EQ(toServer.out.bytes, toProxy.in.bytes);
    EXPECT_EQ(toServer.in.bytes, toProxy.out.bytes);
}

TEST_F(PreloadedDaemons, ASlowClientIsWaitedForAsAWriter)
{
    for (const std::string sendfile : {"sendfile on;", "sendfile off;"}) {
        SCOPED_TRACE(sendfile);
        configureNginx(sendfile);
        configureHaproxy("mode tcp");
        m_client = {};
        run(server(), {"--limit-rate 20M {}/large"});
        const IoCounters counters = counted("server", kClient);
        EXPECT_GE(counters.out.waitNs, kSecond / 2) << "30 MB at 20 MiB/s, of which buffers hold some";
        EXPECT_LE(counters.out.waitNs, static_cast<std::uint64_t>(m_client.seconds * kSecond));
        EXPECT_LT(counters.out.timeNs, kSecond / 2);
    }
}

TEST_F(PreloadedDaemons, ASlowServerIsWaitedForAsAReader)
{
    configureNginx("sendfile on; limit_rate 20m;");
    configureHaproxy("mode http");
    run(proxy(), {"{}/large"});
    const IoCounters back = counted("relay", server());
    const IoCounters front = counted("relay", kClient);
    EXPECT_GE(back.in.waitNs, kSecond / 2) << "30 MB at 20 MiB/s, of which the first second's come at once";
    EXPECT_LE(back.in.waitNs, static_cast<std::uint64_t>(m_client.seconds * kSecond) + kSecond / 10);
    EXPECT_LT(front.out.waitNs, kSecond / 4);
}

} // namespace
} // namespace vnscope::tests
