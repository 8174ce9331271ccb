// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "importer/dump.hpp"
#include "importer/reader/reader.hpp"

namespace {

int dumpTraces(std::vector<std::filesystem::path> paths)
{
    vnscope::importer::SessionOptions options;
    options.readerProgram = "/proc/self/exe";
    const auto dumped = vnscope::importer::dump(paths, options, stdout);
    if (dumped)
        return EXIT_SUCCESS;
    std::fprintf(stderr, "vnscope-ctf-reader: %s\n", dumped.error().text().c_str());
    return EXIT_FAILURE;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc > 2 && std::string_view(argv[1]) == "--dump")
        return dumpTraces({argv + 2, argv + argc});
    if (argc > 1) {
        std::fputs("usage: vnscope-ctf-reader --dump TRACE...\n"
                   "Prints the events that vnscope understands. Without arguments the program is a part of vnscope's\n"
                   "import and cannot be used by hand.\n",
                   stderr);
        return 2;
    }
    return vnscope::importer::reader::run();
}
