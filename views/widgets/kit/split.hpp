// SPDX-License-Identifier: Apache-2.0
#pragma once

class QSplitter;

namespace vnscope::views::widgets::kit {

/// Gives the upper part of a splitter of two or more parts the height that it asks for, at most `mostShare` of all; the
/// others share what is left. For when its content has come: before, nobody knows how high it is.
void fitTop(QSplitter& split, double mostShare = 0.6);

} // namespace vnscope::views::widgets::kit
