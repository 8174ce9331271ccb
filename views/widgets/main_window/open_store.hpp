// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "storage/base/result.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::main_window {

/// A store that is open, with all that its views share. Views are to be gone before it.
class OpenStore final {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<OpenStore>> open(const std::filesystem::path& path);

    [[nodiscard]] kit::Workspace& workspace() { return m_workspace; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_session->store().path(); }

private:
    explicit OpenStore(std::unique_ptr<model::Session> session);

    std::unique_ptr<model::Session> m_session;
    model::StoreReader m_reader;
    model::TimeController m_time;
    model::SeriesCache m_series;
    model::CrossFilter m_filter;
    model::Bookmarks m_bookmarks;
    model::Guide m_guide;
    kit::Workspace m_workspace;
};

} // namespace vnscope::views::widgets::main_window
