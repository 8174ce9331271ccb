// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/console/display_text.hpp"

#include <gtest/gtest.h>

namespace vnscope::cli {
namespace {

TEST(CliDisplayText, KeepsOrdinaryTextOfAnyScript)
{
    EXPECT_EQ(escapeForTerminal("eth0 Größe 世界 🙂"), "eth0 Größe 世界 🙂");
}

TEST(CliDisplayText, SpellsOutWhatCouldMoveTheCursorOrLie)
{
    EXPECT_EQ(escapeForTerminal("a\x1b[31mb"), "a\\x1b[31mb");
    EXPECT_EQ(escapeForTerminal("a\r\n\tb"), "a\\r\\n\\tb");
    EXPECT_EQ(escapeForTerminal("\x7f"), "\\x7f");
    EXPECT_EQ(escapeForTerminal("\u009b31m"), "\\x9b31m");
    EXPECT_EQ(escapeForTerminal("safe\u202egnp"), "safe\\u202egnp");
    EXPECT_EQ(escapeForTerminal("zero\u200bwidth"), "zero\\u200bwidth");
    EXPECT_EQ(escapeForTerminal("\U000e0041"), "\\u{e0041}");
    EXPECT_EQ(escapeForTerminal(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(CliDisplayText, SpellsOutInvalidUtf8ByteByByte)
{
    EXPECT_EQ(escapeForTerminal("a\xff\xfe"), "a\\xff\\xfe");
    EXPECT_EQ(escapeForTerminal("\xc3"), "\\xc3");          // cut off
    EXPECT_EQ(escapeForTerminal("\xc3(x"), "\\xc3(x");      // what follows is not swallowed
    EXPECT_EQ(escapeForTerminal("\xc0\xaf"), "\\xc0\\xaf"); // overlong "/"
    EXPECT_EQ(escapeForTerminal("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
    EXPECT_EQ(escapeForTerminal("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // surrogate
    EXPECT_EQ(escapeForTerminal("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(CliDisplayText, CountsColumns)
{
    EXPECT_EQ(displayWidth("eth0"), 4U);
    EXPECT_EQ(displayWidth("Größe"), 5U);
    EXPECT_EQ(displayWidth("世界"), 4U);
    EXPECT_EQ(displayWidth("e\u0301"), 1U);
    EXPECT_EQ(displayWidth("🙂"), 2U);
    EXPECT_EQ(displayWidth(""), 0U);
}

} // namespace
} // namespace vnscope::cli
