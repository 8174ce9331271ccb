// SPDX-License-Identifier: Apache-2.0
#include "views/model/session.hpp"

#include <string_view>
#include <utility>

#include <QCoreApplication>

namespace vnscope::views::model {
namespace {

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

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
        return QCoreApplication::translate(
                   "vnscope",
                   "This store holds no result of the analysis “%1”; import the trace again with this version.")
            .arg(toQString(analysis))
            .toStdString();
    if (state->state == "not_asked")
        return state->advice;
    if (!state->couldRun())
        //: the events that are missing, and the sentence that says how to record them
        return QCoreApplication::translate("vnscope", "The trace has no %1. %2")
            .arg(toQString(state->missingEvents), toQString(state->advice))
            .toStdString();
    return QCoreApplication::translate("vnscope", "Nothing of the kind happened while the trace was recorded.")
        .toStdString();
}

} // namespace vnscope::views::model
