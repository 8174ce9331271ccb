// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace vnscope::base {

/// What kind of operation failed; each maps to one exit code of the programs.
enum class ErrorCode {
    Usage,       ///< The request makes no sense (wrong option value, SQL error of the user).
    NotFound,    ///< A file, trace, table or symbol that was named does not exist.
    NotATrace,   ///< The path exists but holds no CTF trace that can be read.
    Unsupported, ///< Well-formed, but of a kind or version that this build cannot read.
    Damaged,     ///< Nothing could be saved from the input.
    Io,          ///< The system refused: no rights, disk full, ...
    Cancelled,   ///< The user asked to stop.
    Internal,    ///< A promise of ours did not hold, e.g. a helper process could not be started.
};

/// An operation that failed: one sentence for the user, and what we were doing, innermost first.
/// Imperfect data is never an Error; it is DataQuality.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::vector<std::string> notes;

    /// Adds "while …" on the way up.
    Error&& during(std::string note) &&
    {
        notes.push_back(std::move(note));
        return std::move(*this);
    }

    /// "message (while a, while b)"
    [[nodiscard]] std::string text() const;
};

template <typename T> using Result = tl::expected<T, Error>;

/// Shorthand for `return fail(ErrorCode::Io, "...")`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return tl::unexpected<Error>(Error{code, std::move(message), {}});
}

/// Hands an error of a callee on, with a note of what the caller was doing.
[[nodiscard]] inline tl::unexpected<Error> failDuring(Error&& error, std::string note)
{
    return tl::unexpected<Error>(std::move(error).during(std::move(note)));
}

} // namespace vnscope::base
