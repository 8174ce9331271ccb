// SPDX-License-Identifier: Apache-2.0
//
// Two ovsdb-servers of Open vSwitch itself, in folders of their own; no ovs-vswitchd and no kernel module. What
// vnscope-statedump says of their ports is held against what `ovs-vsctl` says.
#include <signal.h>
#include <stdlib.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

namespace fs = std::filesystem;

/// Bridge, port, tag.
using Port = std::tuple<std::string, std::string, std::string>;

struct Printed {
    int status = -1;
    std::string text;
};

Printed shell(const std::string& command)
{
    Printed printed;
    FILE* const pipe = ::popen(command.c_str(), "re");
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        printed.text.append(buffer.data(), got);
    printed.status = ::pclose(pipe);
    return printed;
}

std::vector<std::string> words(const std::string& text)
{
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

/// A running ovsdb-server with an empty database of Open vSwitch in `folder`.
class Server final {
public:
    Server(fs::path folder, const std::string& socket) : m_folder(std::move(folder)), m_socket(m_folder / socket)
    {
        fs::create_directory(m_folder);
        const std::string schema = "$(dirname $(command -v ovsdb-tool))/../share/openvswitch/vswitch.ovsschema";
        const std::string database = m_folder / "conf.db";
        EXPECT_EQ(shell(fmt::format("ovsdb-tool create {} {} 2>&1", database, schema)).status, 0);
        EXPECT_EQ(shell(fmt::format("cd {0} && OVS_RUNDIR={0} ovsdb-server {1} --remote=punix:{2} --pidfile={0}/pid "
                                    "--no-chdir --detach >log 2>&1",
                                    m_folder.string(), database, m_socket.string()))
                      .status,
                  0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server()
    {
        pid_t process = 0;
        if (std::ifstream(m_folder / "pid") >> process && process > 0)
            ::kill(process, SIGTERM);
        // Removing that file is the last thing that it does.
        for (int i = 0; i < 500 && fs::exists(m_folder / "pid"); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }

    [[nodiscard]] std::string socket() const { return m_socket; }
    [[nodiscard]] std::string vsctl(const std::string& arguments) const
    {
        const Printed printed =
            shell(fmt::format("ovs-vsctl --db=unix:{} --no-wait --timeout=10 {} 2>&1", m_socket.string(), arguments));
        EXPECT_EQ(printed.status, 0) << printed.text;
        return printed.text;
    }
    [[nodiscard]] std::set<Port> ports() const
    {
        std::set<Port> all;
        for (const std::string& bridge : words(vsctl("list-br")))
            for (const std::string& port : words(vsctl("list-ports " + bridge))) {
                const std::string tag = words(vsctl(fmt::format("get port {} tag", port))).front();
                all.insert({bridge, port, tag == "[]" ? "0" : tag});
            }
        return all;
    }

private:
    fs::path m_folder;
    fs::path m_socket;
};

class TwoDatabases : public testing::Test {
protected:
    void SetUp() override
    {
        if (shell("command -v ovsdb-server && command -v ovsdb-tool && command -v ovs-vsctl").status != 0)
            GTEST_SKIP() << "Open vSwitch (openvswitch-switch) is not installed";
        std::string pattern = fs::temp_directory_path() / "vnscope-ovs-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        m_scratch = pattern;
        m_first = std::make_unique<Server>(m_scratch / "a", "db.sock");
        m_second = std::make_unique<Server>(m_scratch / "b", "named-otherwise.sock");
        (void)m_first->vsctl("add-br vnsbr0 -- add-port vnsbr0 vnsp1 tag=10 -- add-port vnsbr0 vnsp2");
        (void)m_second->vsctl("add-br vnsbr1 -- add-port vnsbr1 vnsp1 tag=99 -- add-port vnsbr1 vnsp3 tag=7");
        ASSERT_EQ(m_first->ports().size(), 2U);
        ASSERT_EQ(m_second->ports().size(), 2U);
    }
    void TearDown() override
    {
        m_first.reset();
        m_second.reset();
        if (!m_scratch.empty())
            fs::remove_all(m_scratch);
    }
    /// Ports of our bridges, their own internal ports apart, which `ovs-vsctl list-ports` leaves out.
    [[nodiscard]] std::set<Port> dumped(const std::string& environment, const std::string& options) const
    {
        const Printed printed = shell(
            fmt::format("{} {}/bin/vnscope-statedump --json {} 2>/dev/null", environment, VNSCOPE_BINARY_DIR, options));
        EXPECT_EQ(printed.status, 0);
        std::set<Port> all;
        const auto state = nlohmann::json::parse(printed.text);
        for (const auto& port : state.at("ovs_port")) {
            const auto bridge = port.at("bridge").get<std::string>();
            const auto name = port.at("name").get<std::string>();
            if (bridge.starts_with("vnsbr") && name != bridge)
                all.insert({bridge, name, std::to_string(port.at("tag").get<int>())});
        }
        return all;
    }
    [[nodiscard]] std::set<Port> allPorts() const
    {
        std::set<Port> all = m_first->ports();
        all.merge(m_second->ports());
        return all;
    }

    fs::path m_scratch;
    std::unique_ptr<Server> m_first;
    std::unique_ptr<Server> m_second;
};

TEST_F(TwoDatabases, AreBothAskedWhereTheyAreNamed)
{
    const std::string both = fmt::format("--ovsdb {} --ovsdb {}", m_first->socket(), m_second->socket());
    EXPECT_EQ(dumped("", both), allPorts());
    EXPECT_EQ(dumped("", "--ovsdb " + m_second->socket()), m_second->ports());
}

TEST_F(TwoDatabases, AreBothFoundByTheirControlSockets)
{
    const std::string folders =
        fmt::format("OVS_RUNDIR={} OVS_DBDIR={}", (m_scratch / "a").string(), (m_scratch / "b").string());
    EXPECT_EQ(dumped(folders, ""), allPorts());
}

} // namespace
