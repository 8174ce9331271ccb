// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::linux_irq {

namespace {

using enum FieldKind;

constexpr std::array kSoftirq{FieldSpec{"vec", Integer, VNSCOPE_MEMBER(Softirq, vector), kRequired}};
constexpr std::array kIrqEntry{FieldSpec{"irq", Integer, VNSCOPE_MEMBER(IrqHandler, irq), kRequired},
                               FieldSpec{"name", String, VNSCOPE_MEMBER(IrqHandler, name)}};
constexpr std::array kIrqExit{FieldSpec{"irq", Integer, VNSCOPE_MEMBER(IrqHandler, irq), kRequired},
                              FieldSpec{"ret", Integer, VNSCOPE_MEMBER(IrqHandler, ret)}};

constexpr std::array<std::string_view, 3> kRaiseNames{"irq_softirq_raise", "softirq_raise", "irq:softirq_raise"};
constexpr std::array<std::string_view, 3> kEntryNames{"irq_softirq_entry", "softirq_entry", "irq:softirq_entry"};
constexpr std::array<std::string_view, 3> kExitNames{"irq_softirq_exit", "softirq_exit", "irq:softirq_exit"};
constexpr std::array<std::string_view, 2> kIrqEntryNames{"irq_handler_entry", "irq:irq_handler_entry"};
constexpr std::array<std::string_view, 2> kIrqExitNames{"irq_handler_exit", "irq:irq_handler_exit"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"irq_softirq_raise", EventType::SoftirqRaise, kRaiseNames, kSoftirq, defaultBytes<Softirq>(),
               "a softirq is asked for"},
        Schema{"irq_softirq_entry", EventType::SoftirqEntry, kEntryNames, kSoftirq, defaultBytes<Softirq>(),
               "a softirq begins"},
        Schema{"irq_softirq_exit", EventType::SoftirqExit, kExitNames, kSoftirq, defaultBytes<Softirq>(),
               "a softirq ends"},
        Schema{"irq_handler_entry", EventType::IrqHandlerEntry, kIrqEntryNames, kIrqEntry, defaultBytes<IrqHandler>(),
               "an interrupt handler begins"},
        Schema{"irq_handler_exit", EventType::IrqHandlerExit, kIrqExitNames, kIrqExit, defaultBytes<IrqHandler>(),
               "an interrupt handler ends"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::linux_irq
