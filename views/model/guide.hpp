// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <QObject>

#include "views/scope/subject.hpp"

namespace vnscope::views::model {

/// How a view sends its reader to another one. Whoever shows the views follows it; GUI thread only.
class Guide final : public QObject {
    Q_OBJECT

public:
    /// A view that can point at subjects.
    struct Place {
        std::string view; ///< Its name in the catalogue of views.
        QString title;
        std::vector<scope::Subject::Kind> kinds;
    };

    explicit Guide(std::vector<Place> places) : m_places(std::move(places)) {}

    /// In the order of the catalogue.
    [[nodiscard]] const std::vector<Place>& places() const { return m_places; }
    /// Brings a view to the front and points at `subject` there.
    void show(const std::string& view, const scope::Subject& subject) { emit wanted(view, &subject); }
    void show(const std::string& view) { emit wanted(view, nullptr); }

signals:
    /// `subject`: nullptr for none; lives as long as the signal.
    void wanted(const std::string& view, const vnscope::views::scope::Subject* subject);

private:
    std::vector<Place> m_places;
};

} // namespace vnscope::views::model
