// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/open_store.hpp"

#include <utility>

#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/catalog.hpp"

namespace vnscope::views::widgets::main_window {

namespace {

using Kind = scope::Subject::Kind;

std::vector<model::Guide::Place> places()
{
    std::vector<model::Guide::Place> all;
    for (const kit::ViewInfo& info : viewCatalog()) {
        model::Guide::Place place{info.id, QCoreApplication::translate("vnscope", info.title), {}};
        for (const Kind kind : {Kind::Device, Kind::Stream, Kind::Vlan, Kind::Function, Kind::Element, Kind::Pattern})
            if (info.pointsAt & kit::kinds(kind))
                place.kinds.push_back(kind);
        all.push_back(std::move(place));
    }
    return all;
}

} // namespace

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
      m_filter(m_reader),
      m_bookmarks(m_time),
      m_guide(places()),
      m_workspace{*m_session, m_reader, m_time, m_series, m_filter, m_bookmarks, m_guide}
{
}

} // namespace vnscope::views::widgets::main_window
