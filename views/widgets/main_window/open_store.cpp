// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/open_store.hpp"

#include <utility>

namespace vnscope::views::widgets::main_window {

base::Result<std::unique_ptr<OpenStore>> OpenStore::open(const std::filesystem::path& path)
{
    auto session = model::Session::open(path);
    if (!session)
        return tl::unexpected(std::move(session).error());
    return std::unique_ptr<OpenStore>(new OpenStore(std::move(*session)));
}

OpenStore::OpenStore(std::unique_ptr<model::Session> session)
    : m_session(std::move(session)),
      m_reader(m_session->store().path()),
      m_time(m_session->window()),
      m_series(m_reader),
      m_workspace{*m_session, m_reader, m_time, m_series}
{
}

} // namespace vnscope::views::widgets::main_window
