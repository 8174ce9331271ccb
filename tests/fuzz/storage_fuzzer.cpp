// SPDX-License-Identifier: Apache-2.0
//
// A store is a file that may come from anywhere: whatever its bytes, opening it and reading all its tables either works
// or gives an error. Seeds are worth having: run it with a folder of real stores.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "storage/store.hpp"

namespace {

using namespace vnscope;

/// A damaged view may ask for an endless join; what matters is that it can be stopped.
constexpr int kMaxQuestions = 20;
constexpr std::int64_t kMaxRows = 100;

class NullSink final : public storage::RowSink {
public:
    void columns(const std::vector<std::string>&) override {}
    [[nodiscard]] bool row(std::span<const storage::Value>) override { return ++m_rows < kMaxRows; }

private:
    std::int64_t m_rows = 0;
};

void readEverything(const storage::Store& store)
{
    const auto tables = store.tables();
    for (const storage::TableInfo& table : *tables) {
        int questions = 0;
        NullSink sink;
        std::string name = "\"";
        for (const char c : table.name)
            name += c == '"' ? std::string("\"\"") : std::string(1, c);
        (void)store.query("SELECT * FROM " + name + "\"", sink, [&] { return ++questions > kMaxQuestions; });
    }
    (void)store.meta("begin_ns");
}

/// A file in memory, so that a million inputs wear no disk.
int memoryFile()
{
    const int descriptor = ::memfd_create("store", MFD_CLOEXEC);
    if (descriptor < 0)
        std::abort();
    return descriptor;
}

} // namespace

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const int kFile = memoryFile();
    static const std::string kPath = "/proc/self/fd/" + std::to_string(kFile);
    if (::ftruncate(kFile, 0) != 0 || ::pwrite(kFile, data, size, 0) != static_cast<ssize_t>(size))
        std::abort();
    if (const auto store = storage::Store::open(kPath))
        readEverything(*store);
    return 0;
}
