// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/console/output.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "apps/vnscope/console/interrupt.hpp"

namespace vnscope::cli {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

bool isReaderGone(int descriptor)
{
    pollfd query{descriptor, POLLOUT, 0};
    return poll(&query, 1, 0) == 1 && (query.revents & POLLERR) != 0;
}

/// The name under which `target` is written before it is whole. The process's number keeps two runs apart.
std::filesystem::path partName(const std::filesystem::path& target)
{
    std::filesystem::path temporary = target;
    temporary += fmt::format(".part-{}", getpid());
    return temporary;
}

Result<void> moveIntoPlace(const std::filesystem::path& temporary, const std::filesystem::path& target)
{
    std::error_code error;
    std::filesystem::rename(temporary, target, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("cannot write \"{}\": {}", target.string(), error.message()));
    return {};
}

} // namespace

std::string systemMessage(int errorNumber)
{
    return std::error_code(errorNumber, std::generic_category()).message();
}

Result<void> flushStandardOutput(std::ostream& out)
{
    if (out.flush())
        return {};
    // The write that failed may be long past, so one more is tried to learn why.
    out.clear();
    errno = 0;
    out.put('\n').flush();
    const int errorNumber = errno;
    if (isReaderGone(STDOUT_FILENO)) {
        Interrupt::noteClosedPipe();
        return fail(ErrorCode::Cancelled, "whoever read the output has gone");
    }
    return fail(ErrorCode::Io, errorNumber == 0 ? std::string("the standard output could not be written")
                                                : fmt::format("the standard output could not be written: {}",
                                                              systemMessage(errorNumber)));
}

Result<Output> Output::open(const std::filesystem::path& path)
{
    std::error_code ignored;
    const std::filesystem::file_status status = std::filesystem::status(path, ignored);
    if (std::filesystem::is_directory(status))
        return fail(ErrorCode::Io,
                    fmt::format("\"{}\" is a directory, so no file can be written there", path.string()));
    // A device or a pipe is written to as it is: renaming a file over /dev/null would be the end of /dev/null.
    const bool isReplaceable = !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
    std::filesystem::path temporary = isReplaceable ? partName(path) : std::filesystem::path();
    errno = 0;
    std::ofstream file(isReplaceable ? temporary : path, std::ios::binary | std::ios::trunc);
    if (!file)
        return fail(ErrorCode::Io, fmt::format("cannot write \"{}\": {}", path.string(), systemMessage(errno)));
    return Output(path, std::move(temporary), std::move(file));
}

Output::Output(std::filesystem::path target, std::filesystem::path temporary, std::ofstream file)
    : m_target(std::move(target)), m_temporary(std::move(temporary)), m_file(std::move(file))
{
}

Output::Output(Output&& other) noexcept
    : m_standardOutput(other.m_standardOutput),
      m_target(std::move(other.m_target)),
      m_temporary(std::exchange(other.m_temporary, {})),
      m_file(std::move(other.m_file))
{
}

Output::~Output()
{
    if (m_temporary.empty())
        return;
    m_file.close();
    std::error_code ignored;
    std::filesystem::remove(m_temporary, ignored);
}

std::ostream& Output::stream()
{
    return m_standardOutput != nullptr ? *m_standardOutput : m_file;
}

Result<void> Output::commit()
{
    if (m_standardOutput != nullptr)
        return flushStandardOutput(*m_standardOutput);
    errno = 0;
    m_file.close();
    if (!m_file)
        return fail(ErrorCode::Io, fmt::format("cannot write \"{}\": {}", m_target.string(), systemMessage(errno)));
    if (m_temporary.empty())
        return {};
    if (Result<void> moved = moveIntoPlace(m_temporary, m_target); !moved)
        return moved;
    m_temporary.clear();
    return {};
}

Result<StagedDirectory> StagedDirectory::create(const std::filesystem::path& target)
{
    std::filesystem::path temporary = partName(target);
    std::error_code error;
    if (!std::filesystem::create_directory(temporary, error) && !error)
        error = std::make_error_code(std::errc::file_exists);
    if (error)
        return fail(ErrorCode::Io,
                    fmt::format("cannot make the directory \"{}\": {}", target.string(), error.message()));
    return StagedDirectory(target, std::move(temporary));
}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : m_target(std::move(other.m_target)), m_temporary(std::exchange(other.m_temporary, {}))
{
}

StagedDirectory::~StagedDirectory()
{
    if (m_temporary.empty())
        return;
    std::error_code ignored;
    std::filesystem::remove_all(m_temporary, ignored);
}

Result<void> StagedDirectory::commit()
{
    if (Result<void> moved = moveIntoPlace(m_temporary, m_target); !moved)
        return moved;
    m_temporary.clear();
    return {};
}

} // namespace vnscope::cli
