// SPDX-License-Identifier: Apache-2.0
#include "storage/store_file.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "storage/store.hpp"

namespace vnscope::storage {

namespace fs = std::filesystem;
using base::ErrorCode;

namespace {

constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kPageSizeOffset = 16;
constexpr std::size_t kPageCountOffset = 28;
constexpr std::size_t kUserVersionOffset = 60;
constexpr std::size_t kApplicationIdOffset = 68;

using Header = std::array<char, kHeaderBytes>;

std::uint32_t bigEndian(const Header& header, std::size_t offset, std::size_t bytes)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        number = (number << 8U) | static_cast<std::uint8_t>(header[offset + i]);
    return number;
}

/// The page size field is 16 bits wide, so 65536 is written as 1.
std::uint64_t pageSize(const Header& header)
{
    const std::uint32_t field = bigEndian(header, kPageSizeOffset, 2);
    return field == 1 ? 65536 : field;
}

base::Result<Header> readHeader(const fs::path& path)
{
    std::error_code problem;
    const fs::file_status status = fs::status(path, problem);
    if (status.type() == fs::file_type::not_found)
        return base::fail(ErrorCode::NotFound, "there is no file " + path.string());
    if (fs::is_directory(status))
        return base::fail(ErrorCode::Unsupported, path.string() + " is a folder, not a vnscope store");
    if (!fs::is_regular_file(status) && !problem)
        return base::fail(ErrorCode::Unsupported, path.string() + " is not a regular file, so it is no vnscope store");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (problem || !file)
        return base::fail(ErrorCode::Io, "cannot read " + path.string() + ": " +
                                             (problem ? problem.message() : std::generic_category().message(errno)));
    Header header = {};
    file.read(header.data(), header.size());
    if (std::string_view(header.data(), kMagic.size()) != kMagic)
        return base::fail(ErrorCode::Unsupported, path.string() + " is not a vnscope store");
    if (file.gcount() < static_cast<std::streamsize>(header.size()))
        return base::fail(ErrorCode::Damaged, path.string() + " is cut short in its first page");
    return header;
}

base::Result<void> checkLength(const fs::path& path, const Header& header)
{
    const std::uint64_t expected = pageSize(header) * bigEndian(header, kPageCountOffset, 4);
    std::error_code problem;
    const std::uintmax_t actual = fs::file_size(path, problem);
    if (!problem && actual < expected)
        return base::fail(ErrorCode::Damaged, path.string() + " is cut short: it has " + std::to_string(actual) +
                                                  " of its " + std::to_string(expected) + " bytes");
    return {};
}

base::Result<void> checkVersion(const fs::path& path, const Header& header)
{
    const std::uint32_t version = bigEndian(header, kUserVersionOffset, 4);
    if (version == kSchemaVersion)
        return {};
    const std::string layouts =
        " (layout " + std::to_string(version) + ", this one reads layout " + std::to_string(kSchemaVersion) + ")";
    // No older layout was ever released. The first change of the layout adds its migration step here.
    if (version < kSchemaVersion)
        return base::fail(ErrorCode::Unsupported,
                          path.string() + " was written by an older vnscope" + layouts + ": import its trace again");
    return base::fail(ErrorCode::Unsupported, path.string() + " was written by a newer vnscope" + layouts);
}

} // namespace

base::Result<void> checkStoreFile(const fs::path& path)
{
    const auto header = readHeader(path);
    if (!header)
        return tl::unexpected(header.error());
    if (bigEndian(*header, kApplicationIdOffset, 4) != kApplicationId)
        return base::fail(ErrorCode::Unsupported,
                          path.string() + " is a database of another program, not a vnscope store");
    if (auto version = checkVersion(path, *header); !version)
        return version;
    return checkLength(path, *header);
}

} // namespace vnscope::storage
