// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <QCoreApplication>
#include <QString>

namespace vnscope::views::widgets {

/// Where translators find the texts of the graphical program.
struct Tr {
    Q_DECLARE_TR_FUNCTIONS(vnscope)
};

} // namespace vnscope::views::widgets

namespace vnscope::views::widgets::kit {

[[nodiscard]] inline QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A name or a payload of a trace, with what could not be printed made visible.
[[nodiscard]] QString printable(std::string_view untrusted);

} // namespace vnscope::views::widgets::kit
