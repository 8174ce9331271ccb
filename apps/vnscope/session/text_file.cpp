// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/text_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <lzma.h>

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::string_view kXzMagic{"\xfd"
                                    "7zXZ\0",
                                    6};
/// `xz -9` needs 65 MiB to unpack; a file that wants more is not one of ours.
constexpr std::uint64_t kXzMemoryLimit = std::uint64_t{128} << 20U;

class XzDecoder final {
public:
    XzDecoder() = default;
    XzDecoder(const XzDecoder&) = delete;
    XzDecoder& operator=(const XzDecoder&) = delete;
    ~XzDecoder() { lzma_end(&m_stream); }

    lzma_stream& stream() { return m_stream; }

private:
    lzma_stream m_stream = LZMA_STREAM_INIT;
};

Result<std::string> readAll(const std::filesystem::path& path)
{
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return fail(ErrorCode::NotFound, fmt::format("there is no file \"{}\"", path.string()));
    if (std::filesystem::is_directory(path, error))
        return fail(ErrorCode::Io, fmt::format("\"{}\" is a directory, not a file", path.string()));
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    std::array<char, 1U << 16U> chunk{};
    // /proc/kallsyms has no size to ask for, so it is read until it ends.
    while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0) {
        text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > kMaxTextFileBytes)
            return fail(ErrorCode::Unsupported,
                        fmt::format("\"{}\" is larger than {} MiB", path.string(), kMaxTextFileBytes >> 20U));
    }
    if (!file.eof())
        return fail(ErrorCode::Io, fmt::format("cannot read \"{}\": {}", path.string(),
                                               std::error_code(errno, std::generic_category()).message()));
    return text;
}

} // namespace

Result<std::string> unpackXz(std::string_view packed, std::size_t maxBytes)
{
    XzDecoder decoder;
    lzma_stream& stream = decoder.stream();
    if (lzma_stream_decoder(&stream, kXzMemoryLimit, LZMA_CONCATENATED) != LZMA_OK)
        return fail(ErrorCode::Internal, "the .xz decoder could not be started");
    stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
    stream.avail_in = packed.size();
    std::string text;
    std::array<std::uint8_t, 1U << 16U> chunk{};
    lzma_ret state = LZMA_OK;
    while (state == LZMA_OK) {
        stream.next_out = chunk.data();
        stream.avail_out = chunk.size();
        state = lzma_code(&stream, LZMA_FINISH);
        text.append(reinterpret_cast<const char*>(chunk.data()), chunk.size() - stream.avail_out);
        if (text.size() > maxBytes)
            return fail(ErrorCode::Unsupported, fmt::format("unpacked it is larger than {} MiB", maxBytes >> 20U));
    }
    if (state != LZMA_STREAM_END)
        return fail(ErrorCode::Damaged, "it is not a whole .xz file");
    return text;
}

Result<std::string> readTextFile(const std::filesystem::path& path)
{
    Result<std::string> content = readAll(path);
    if (!content || !content->starts_with(kXzMagic))
        return content;
    Result<std::string> text = unpackXz(*content, kMaxTextFileBytes);
    if (!text)
        return fail(text.error().code, fmt::format("cannot read \"{}\": {}", path.string(), text.error().message));
    return text;
}

} // namespace vnscope::cli
