// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>

#include "apps/vnscope/doctor/diagnosis.hpp"

namespace vnscope::cli::doctor {

/// For people: what was found, and for each way of recording its commands or what to do first.
void printText(const Diagnosis& diagnosis, std::ostream& out);

/// One object: `can_record_kernel`, `checks` and `ways` with the members of Check and RecordingWay.
void printJson(const Diagnosis& diagnosis, std::ostream& out);

} // namespace vnscope::cli::doctor
