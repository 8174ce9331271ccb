// SPDX-License-Identifier: Apache-2.0
#include "views/model/session.hpp"

#include <utility>

#include <fmt/format.h>

namespace vnscope::views::model {

base::Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& path)
{
    auto store = storage::Store::open(path);
    if (!store)
        return tl::unexpected(std::move(store).error());
    std::unique_ptr<Session> session(new Session(std::move(*store)));
    auto context = report::ReportContext::create(session->m_store);
    if (!context)
        return tl::unexpected(std::move(context).error());
    session->m_context = std::make_unique<report::ReportContext>(std::move(*context));
    return session;
}

base::TimeRange Session::window() const
{
    const base::TimeRange& window = m_context->window();
    return window.isEmpty() ? base::TimeRange{window.begin, window.begin + 1} : window;
}

std::string Session::whyEmpty(std::string_view analysis) const
{
    const report::AnalysisState* state = m_context->analysis(analysis);
    if (state == nullptr)
        return fmt::format("This store holds no result of the analysis “{}”; import the trace again with this version.",
                           analysis);
    if (state->state == "not_asked")
        return state->advice;
    if (!state->couldRun())
        return fmt::format("The trace has no {}. {}", state->missingEvents, state->advice);
    return "Nothing of the kind happened while the trace was recorded.";
}

} // namespace vnscope::views::model
