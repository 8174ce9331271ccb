// SPDX-License-Identifier: Apache-2.0
// Runs the real program on real traces, as a user or a script would.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const fs::path kProgram = fs::path(VNSCOPE_BINARY_DIR) / "bin" / "vnscope";
const fs::path kStatedump = fs::path(VNSCOPE_BINARY_DIR) / "bin" / "vnscope-statedump";
const fs::path kAgent = fs::path(VNSCOPE_BINARY_DIR) / "bin" / "vnscope-agent";

fs::path sampleTrace(const std::string& name)
{
    const char* elsewhere = std::getenv("VNSCOPE_SAMPLE_TRACES");
    const fs::path samples =
        elsewhere == nullptr ? fs::path(VNSCOPE_BINARY_DIR) / "sample-traces" : fs::path(elsewhere);
    return samples / name / "trace";
}

std::string readFile(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Outcome {
    int exitCode = -1; ///< -1: ended by a signal.
    int signalNumber = 0;
    std::string out;
    std::string err;
};

/// The program running, its outputs in files, so that neither can block it.
class Program final {
public:
    Program(const fs::path& scratch, const std::vector<std::string>& arguments, const std::string& outPath = {})
        : m_out(outPath.empty() ? scratch / "stdout" : fs::path(outPath)),
          m_err(scratch / "stderr"),
          m_isOutReadable(outPath.empty())
    {
        std::vector<std::string> words{kProgram.string()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        const std::string temporary = fmt::format("TMPDIR={}", (scratch / "tmp").string());
        std::vector<std::string> environment{temporary, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
        std::vector<char*> envp;
        for (std::string& entry : environment)
            envp.push_back(entry.data());
        envp.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, m_out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, m_err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        pid_t pid = -1;
        // posix_spawn leaves any value there when it fails, and a negative one would mean many processes to kill().
        if (posix_spawn(&pid, kProgram.c_str(), &actions, nullptr, argv.data(), envp.data()) == 0)
            m_pid = pid;
        else
            ADD_FAILURE() << kProgram << " cannot be started";
        posix_spawn_file_actions_destroy(&actions);
    }

    void signal(int number) const
    {
        if (m_pid)
            kill(*m_pid, number);
    }

    Outcome finish()
    {
        Outcome outcome;
        if (!m_pid)
            return outcome;
        int status = 0;
        waitpid(*m_pid, &status, 0);
        m_pid.reset();
        outcome.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        outcome.signalNumber = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        if (m_isOutReadable)
            outcome.out = readFile(m_out);
        outcome.err = readFile(m_err);
        return outcome;
    }

private:
    fs::path m_out;
    fs::path m_err;
    bool m_isOutReadable;       ///< /dev/full has no end.
    std::optional<pid_t> m_pid; ///< Only a process that we started and did not wait for yet.
};

/// Processes whose command line names `text`: readers that outlived their import.
std::vector<std::string> processesNaming(const std::string& text)
{
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string commandLine = readFile(entry.path() / "cmdline");
        if (commandLine.find(text) != std::string::npos)
            found.push_back(commandLine);
    }
    return found;
}

class CliProgram : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_EQ(access(kProgram.c_str(), X_OK), 0) << kProgram << " is not built";
        std::string pattern = fs::temp_directory_path() / "vnscope-cli-test-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        m_scratch = pattern;
        fs::create_directory(m_scratch / "tmp");
        fs::create_directory(m_scratch / "work");
    }
    void TearDown() override
    {
        if (!m_scratch.empty())
            fs::remove_all(m_scratch);
    }

    Outcome run(const std::vector<std::string>& arguments) const { return Program(m_scratch, arguments).finish(); }

    /// Files that the program made and left in its working or temporary place.
    [[nodiscard]] std::set<std::string> left() const
    {
        std::set<std::string> names;
        for (const char* place : {"tmp", "work"}) {
            for (const auto& entry : fs::directory_iterator(m_scratch / place))
                names.insert(entry.path().filename().string());
        }
        return names;
    }

    [[nodiscard]] std::string work(const std::string& name) const { return (m_scratch / "work" / name).string(); }

    std::string importSample(const std::string& name = "nic-router") const
    {
        const std::string store = work(name + ".vns");
        const Outcome outcome = run({"import", sampleTrace(name), "-o", store});
        EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
        return store;
    }

    fs::path m_scratch;
};

TEST_F(CliProgram, ImportsQuietlyInAPipe)
{
    const Outcome outcome = run({"import", sampleTrace("nic-router"), "-o", work("a.vns")});
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "") << "this trace lost nothing";
    EXPECT_EQ(left(), std::set<std::string>{"a.vns"});
}

TEST_F(CliProgram, QueriesInThreeFormats)
{
    const std::string store = importSample();
    const std::string sql = "SELECT sum(count) AS events FROM event_class";
    const Outcome table = run({"query", store, sql});
    EXPECT_EQ(table.exitCode, 0);
    EXPECT_EQ(table.out, "events\n------\n143191\n(1 row)\n") << "events.txt of this recording counts them";
    EXPECT_EQ(run({"query", store, sql, "--format", "csv"}).out, "events\r\n143191\r\n");
    EXPECT_EQ(nlohmann::json::parse(run({"query", store, sql, "--format", "json"}).out)[0]["events"], 143191);
}

TEST_F(CliProgram, QueriesCannotChangeTheStore)
{
    const std::string store = importSample();
    const std::string before = readFile(store);
    for (const char* sql :
         {"DELETE FROM trace", "INSERT INTO meta VALUES('x', 1)", "UPDATE meta SET value = 0", "DROP TABLE trace",
          "CREATE TABLE t(x)", "ATTACH 'other.db' AS other", "PRAGMA writable_schema = 1", "VACUUM",
          "SELECT load_extension('x')", "SELECT 1; DELETE FROM trace", "no sql at all"}) {
        const Outcome outcome = run({"query", store, sql});
        EXPECT_EQ(outcome.exitCode, 2) << sql << ": " << outcome.err;
        EXPECT_TRUE(outcome.err.starts_with("vnscope: ")) << outcome.err;
        EXPECT_EQ(outcome.out, "") << sql;
    }
    EXPECT_EQ(readFile(store), before);
}

TEST_F(CliProgram, ReportsInEveryFormatFromStoreAndTrace)
{
    const std::string store = importSample();
    EXPECT_EQ(run({"report", store, "-o", work("r.html")}).exitCode, 0);
    EXPECT_THAT(readFile(work("r.html")), HasSubstr("<html"));
    EXPECT_EQ(run({"report", store, "-o", work("r.json")}).exitCode, 0);
    EXPECT_EQ(nlohmann::json::parse(readFile(work("r.json")))["format"], "vnscope-report");
    const Outcome text = run({"report", store});
    EXPECT_EQ(text.exitCode, 0);
    EXPECT_THAT(text.out, HasSubstr("nic0"));
    const Outcome fromTrace =
        run({"report", sampleTrace("nic-router"), "--format", "json", "--keep-store", work("kept.vns")});
    EXPECT_EQ(fromTrace.exitCode, 0) << fromTrace.err;
    EXPECT_TRUE(nlohmann::json::accept(fromTrace.out));
    EXPECT_EQ(left(), (std::set<std::string>{"kept.vns", "nic-router.vns", "r.html", "r.json"}));
}

TEST_F(CliProgram, GatesOnThresholds)
{
    const std::string store = importSample();
    EXPECT_EQ(run({"report", store, "-o", work("r.txt"), "--fail-if", "rx_packets(nic0) < 1"}).exitCode, 0);
    const Outcome broken =
        run({"report", store, "-o", work("r.txt"), "--fail-if", "drops > 100 and rx_bps(nic0) < 1e9"});
    EXPECT_EQ(broken.exitCode, 4) << broken.err;
    EXPECT_THAT(broken.err, HasSubstr("drops is "));
    EXPECT_TRUE(fs::exists(work("r.txt"))) << "the report is written all the same";
    EXPECT_EQ(run({"report", store, "--fail-if", "drops > 1M", "--fail-if", "drops > 1"}).exitCode, 4);
    const Outcome unknown = run({"report", store, "--fail-if", "rx_bps(nic9) < 1"});
    EXPECT_EQ(unknown.exitCode, 2);
    EXPECT_THAT(unknown.err, HasSubstr("nic0"));
}

TEST_F(CliProgram, StrictIsCodeThreeWhenDataWasLost)
{
    EXPECT_EQ(run({"import", sampleTrace("nic-router"), "-o", work("whole.vns"), "--strict"}).exitCode, 0);
    const fs::path damaged = m_scratch / "damaged";
    fs::copy(sampleTrace("nic-router"), damaged, fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(damaged)) {
        if (entry.path().filename() == "ch_0" || entry.path().filename().string().ends_with("_0"))
            fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
    }
    const Outcome lenient = run({"import", damaged, "-o", work("a.vns")});
    EXPECT_EQ(lenient.exitCode, 0) << lenient.err;
    EXPECT_THAT(lenient.err, HasSubstr("warning: data was lost"));
    EXPECT_EQ(run({"import", damaged, "-o", work("a.vns"), "--strict"}).exitCode, 3);
    EXPECT_EQ(run({"report", work("a.vns"), "-o", work("a.txt"), "--strict"}).exitCode, 3);
    EXPECT_EQ(run({"report", work("a.vns"), "-o", work("a.txt"), "--strict", "--fail-if", "drops >= 0"}).exitCode, 4);
}

TEST_F(CliProgram, SelectsAWindow)
{
    const auto count = [&](std::vector<std::string> options) {
        std::vector<std::string> arguments{"import", sampleTrace("nic-router"), "-o", work("w.vns")};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
        const auto json = nlohmann::json::parse(
            run({"query", work("w.vns"), "SELECT sum(events) AS n FROM trace", "--format", "json"}).out);
        return json[0]["n"].get<std::int64_t>();
    };
    const std::int64_t first = count({"--end", "+10s"});
    const std::int64_t second = count({"--begin", "+10s", "--duration", "10s"});
    const std::int64_t rest = count({"--begin", "+20s"});
    EXPECT_GT(first, 0);
    EXPECT_GT(second, 0);
    EXPECT_EQ(first + second + rest, 143191) << "half-open windows that touch share no event and lose none";
    EXPECT_EQ(
        run({"import", sampleTrace("nic-router"), "-o", work("x.vns"), "--begin", "2026-11-20T10:00:00"}).exitCode, 2);
}

TEST_F(CliProgram, KeepsTheEventsThatAreAskedFor)
{
    const auto import = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "import");
        arguments.insert(arguments.end(), {"-o", work("e.vns")});
        return run(arguments);
    };
    const auto query = [&](const std::string& sql) {
        std::string out = run({"query", work("e.vns"), sql, "--format", "csv"}).out;
        return out.substr(out.find('\n') + 1);
    };
    const std::string understood = "SELECT sum(count) FROM event_class WHERE schema IS NOT NULL";
    EXPECT_EQ(import({sampleTrace("nic-router")}).exitCode, 0);
    EXPECT_EQ(query("SELECT count(*) FROM event"), "0\r\n");
    EXPECT_THAT(run({"info", work("e.vns")}).out, HasSubstr("not_asked"));
    // A trace that follows the option is no limit.
    EXPECT_EQ(import({"--events", sampleTrace("nic-router")}).exitCode, 0);
    EXPECT_EQ(query("SELECT count(*) FROM event"), query(understood));
    EXPECT_THAT(query("SELECT value FROM meta WHERE key = 'command'"), HasSubstr(" --events"));
    EXPECT_EQ(query("SELECT count(*) FROM data_quality WHERE kind = 'events_not_kept'"), "0\r\n");
    EXPECT_EQ(import({"--events=1k", sampleTrace("nic-router")}).exitCode, 0);
    EXPECT_EQ(query("SELECT count(*), max(event_id) FROM event"), "1000,1000\r\n");
    EXPECT_EQ(query("SELECT count + 1000 FROM data_quality WHERE kind = 'events_not_kept'"), query(understood));
    EXPECT_THAT(query("SELECT value FROM meta WHERE key = 'command'"), HasSubstr(" --events=1k"));
    const Outcome wrong = import({"--events=some", sampleTrace("nic-router")});
    EXPECT_EQ(wrong.exitCode, 2);
    EXPECT_THAT(wrong.err, HasSubstr("--events"));
}

TEST_F(CliProgram, ExportsTables)
{
    const std::string store = importSample();
    EXPECT_EQ(run({"export", store, "-o", work("csv"), "--tables", "trace,device_total"}).exitCode, 0);
    EXPECT_THAT(readFile(work("csv/device_total.csv")), HasSubstr("nic0"));
    EXPECT_EQ(std::distance(fs::directory_iterator(work("csv")), fs::directory_iterator()), 2);
    const Outcome again = run({"export", store, "-o", work("csv")});
    EXPECT_EQ(again.exitCode, 1);
    EXPECT_THAT(again.err, HasSubstr("not an empty directory"));
    EXPECT_EQ(run({"export", store, "-o", work("json"), "--format", "json"}).exitCode, 0);
    for (const auto& entry : fs::directory_iterator(work("json")))
        EXPECT_TRUE(nlohmann::json::accept(readFile(entry.path()))) << entry.path();
    EXPECT_EQ(run({"export", store, "-o", work("x"), "--tables", "nonsense"}).exitCode, 2);
    EXPECT_FALSE(fs::exists(work("x")));
}

TEST_F(CliProgram, DrawsTheWayOfPackets)
{
    const std::string store = importSample();
    const Outcome dot = run({"paths", store, "--format", "dot"});
    EXPECT_EQ(dot.exitCode, 0) << dot.err;
    EXPECT_TRUE(dot.out.starts_with("digraph "));
    // ABOUT.md of this recording: 40 and 143 datagrams dropped; 2773 frames on the wire became 1381 packets.
    for (const char* packets : {"label=\"183 · ", "label=\"2,773 · ", "label=\"1,381 · "})
        EXPECT_THAT(dot.out, HasSubstr(packets));
    EXPECT_EQ(run({"paths", store, "-o", work("all.svg")}).exitCode, 0); // Its ending tells the format.
    EXPECT_TRUE(readFile(work("all.svg")).starts_with("<svg "));
    EXPECT_THAT(readFile(work("all.svg")), HasSubstr("mb-in"));
    const Outcome packet = run({"paths", store, "--packet", "0", "--format", "svg"});
    EXPECT_EQ(packet.exitCode, 0) << packet.err;
    EXPECT_TRUE(packet.out.starts_with("<svg "));
    EXPECT_EQ(run({"paths", store, "--stream", "0", "--format", "svg"}).exitCode, 0);
    EXPECT_EQ(run({"paths", store, "--stream", "99999", "--format", "svg"}).exitCode, 1);
}

TEST_F(CliProgram, TellsWhatIsInAStoreAndATrace)
{
    const std::string store = importSample();
    const Outcome text = run({"info", store});
    EXPECT_EQ(text.exitCode, 0);
    EXPECT_THAT(text.out, HasSubstr("net_dev_queue"));
    const Outcome json = run({"info", sampleTrace("nic-router"), "--format", "json"});
    EXPECT_EQ(json.exitCode, 0) << json.err;
    EXPECT_EQ(nlohmann::json::parse(json.out)["trace"][0]["events"], 143191);
}

TEST_F(CliProgram, FailsInOneSentence)
{
    fs::create_directory(m_scratch / "empty");
    std::ofstream(m_scratch / "text.vns") << "this is no store\n";
    const std::vector<std::vector<std::string>> failures{
        {"import", m_scratch / "absent", "-o", work("x.vns")},
        {"import", m_scratch / "empty", "-o", work("x.vns")},
        {"import", m_scratch / "text.vns", "-o", work("x.vns")},
        {"import", sampleTrace("nic-router"), "-o", m_scratch / "absent" / "x.vns"},
        {"import", sampleTrace("nic-router"), "-o", work("x.vns"), "--symbols", m_scratch / "absent"},
        {"import", sampleTrace("nic-router"), "-o", work("x.vns"), "--symbols", m_scratch / "text.vns"},
        {"query", m_scratch / "text.vns", "SELECT 1"},
        {"query", m_scratch / "absent", "SELECT 1"},
        {"report", m_scratch / "text.vns"},
        {"info", m_scratch / "empty"},
        {"report", sampleTrace("nic-router"), "-o", m_scratch / "absent" / "r.html"}};
    for (const std::vector<std::string>& arguments : failures) {
        const Outcome outcome = run(arguments);
        const std::string shown = fmt::format("{}: {}", fmt::join(arguments, " "), outcome.err);
        EXPECT_EQ(outcome.exitCode, 1) << shown;
        EXPECT_TRUE(outcome.err.starts_with("vnscope: ")) << shown;
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << shown;
    }
    EXPECT_EQ(run({"import", sampleTrace("nic-router"), "-o", m_scratch / "empty"}).exitCode, 2) << "a folder is there";
    EXPECT_THAT(left(), IsEmpty());
}

TEST_F(CliProgram, SignalsLeaveNothingBehind)
{
    const std::string store = importSample();
    const std::string before = readFile(store);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        for (const auto delay : {5ms, 30ms, 80ms, 150ms}) {
            Program import(m_scratch, {"import", sampleTrace("nic-router"), sampleTrace("ovs"), "-o", store});
            std::this_thread::sleep_for(delay);
            import.signal(number);
            const Outcome outcome = import.finish();
            // A signal that comes before the program can catch it, or after its work is done, finds nothing to undo.
            if (outcome.exitCode != 0) {
                EXPECT_EQ(outcome.signalNumber, number) << outcome.err;
                EXPECT_EQ(readFile(store), before) << "the store that was there is as it was";
            } else {
                importSample();
            }
            EXPECT_EQ(left(), std::set<std::string>{"nic-router.vns"});
        }
    }
    EXPECT_THAT(processesNaming(m_scratch.string()), IsEmpty());
}

TEST_F(CliProgram, SignalsDuringAReportLeaveNothingBehind)
{
    for (const auto delay : {20ms, 60ms, 120ms}) {
        Program report(m_scratch, {"report", sampleTrace("ovs"), "-o", work("r.html")});
        std::this_thread::sleep_for(delay);
        report.signal(SIGINT);
        const Outcome outcome = report.finish();
        if (outcome.exitCode == 0)
            fs::remove(work("r.html"));
        EXPECT_THAT(left(), IsEmpty());
    }
}

TEST_F(CliProgram, AReaderThatGoesAwayEndsItSilently)
{
    const std::string store = importSample();
    std::ofstream(m_scratch / "script.sh")
        << fmt::format("timeout 60 {} query {} 'SELECT * FROM bandwidth, event_class' 2>{} | head -n 2 >/dev/null\n"
                       "exit ${{PIPESTATUS[0]}}\n",
                       kProgram.string(), store, (m_scratch / "stderr").string());
    const int status = std::system(fmt::format("bash {}", (m_scratch / "script.sh").string()).c_str());
    EXPECT_EQ(WEXITSTATUS(status), 128 + SIGPIPE);
    EXPECT_EQ(readFile(m_scratch / "stderr"), "");
    const Outcome full = Program(m_scratch, {"query", store, "SELECT * FROM bandwidth"}, "/dev/full").finish();
    EXPECT_EQ(full.exitCode, 1);
    EXPECT_THAT(full.err, HasSubstr("No space left on device"));
}

TEST_F(CliProgram, NothingFromTheTraceReachesTheTerminalRaw)
{
    const std::string store = importSample();
    const Outcome outcome = run({"query", store, "SELECT char(27) || '[31m' AS x, char(10) AS y"});
    EXPECT_EQ(outcome.out.find('\x1b'), std::string::npos);
    EXPECT_THAT(outcome.out, HasSubstr("\\x1b[31m"));
    EXPECT_THAT(run({"query", store, "SELECT * FROM \"no\ntable\x1b\""}).err, Not(HasSubstr("\x1b")));
}

TEST_F(CliProgram, ManPagesPassTheirLint)
{
    if (std::system("command -v mandoc >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "mandoc is not installed";
    ASSERT_EQ(run({"generate", "man", m_scratch / "work"}).exitCode, 0);
    ASSERT_EQ(
        std::system(fmt::format("{} --generate man >{}", kStatedump.string(), work("vnscope-statedump.1")).c_str()), 0);
    ASSERT_EQ(std::system(fmt::format("{} --generate man >{}", kAgent.string(), work("vnscope-agent.1")).c_str()), 0);
    const std::string report = work("lint");
    const int status = std::system(fmt::format("mandoc -Tlint -Wwarning {}/*.1 >{} 2>&1", work(""), report).c_str());
    EXPECT_EQ(status, 0) << readFile(report);
}

TEST_F(CliProgram, TheAgentIsAProgramBesideOurs)
{
    const Outcome outcome = run({"agent", "--period", "nonsense"});
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_THAT(outcome.err, HasSubstr("vnscope-agent: --period"));
    const Outcome once = run({"agent", "--once", "--print=json"});
    EXPECT_EQ(once.exitCode, 0);
    EXPECT_THAT(once.out, HasSubstr("\"kind\":\"backlog\""));
}

TEST_F(CliProgram, BashCompletes)
{
    ASSERT_EQ(run({"generate", "completion", m_scratch / "work"}).exitCode, 0);
    ASSERT_EQ(std::system(
                  fmt::format("{} --generate completion >{}", kStatedump.string(), work("vnscope-statedump")).c_str()),
              0);
    const auto completeBy = [&](const std::string& program, const std::string& function, const std::string& words,
                                int current) {
        const std::string script = fmt::format("source {}; COMP_WORDS=({}); COMP_CWORD={}; {}; "
                                               "printf \"%s \" \"${{COMPREPLY[@]}}\"",
                                               work(program), words, current, function);
        const fs::path output = m_scratch / "completed";
        std::ofstream(m_scratch / "script.sh") << script;
        EXPECT_EQ(std::system(
                      fmt::format("cd {} && bash {} >{}", work(""), (m_scratch / "script.sh").string(), output.string())
                          .c_str()),
                  0);
        return readFile(output);
    };
    const auto complete = [&](const std::string& words, int current) {
        return completeBy("vnscope", "_vnscope", words, current);
    };
    const auto completeDump = [&](const std::string& words, int current) {
        return completeBy("vnscope-statedump", "_vnscope_statedump", words, current);
    };
    EXPECT_EQ(completeDump("vnscope-statedump --j", 1), "--json ");
    EXPECT_EQ(completeDump("vnscope-statedump --json --o", 2), "--ovsdb ");
    EXPECT_EQ(completeDump("vnscope-statedump --ovsdb vnscope-s", 2), "vnscope-statedump ") << "a file";
    EXPECT_EQ(completeDump("vnscope-statedump --gen", 1), " ") << "hidden";
    EXPECT_EQ(complete("vnscope rep", 1), "report ");
    EXPECT_EQ(complete("vnscope report --format ''", 3), "html json text ");
    EXPECT_EQ(complete("vnscope report --format = j", 4), "json ");
    EXPECT_EQ(complete("vnscope report --keep", 2), "--keep-store ");
    EXPECT_EQ(complete("vnscope list ''", 2), "analyses events metrics sections tables ");
    EXPECT_EQ(complete("vnscope info vns", 2), "vnscope vnscope-statedump ") << "files of the directory";
    EXPECT_EQ(complete("vnscope gen", 1), " ") << "hidden";
}

} // namespace
