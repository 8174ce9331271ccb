// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <QObject>

#include "views/model/store_reader.hpp"
#include "views/scope/scope.hpp"

namespace vnscope::views::model {

/// What all views of a store are narrowed to: subjects that somebody chose, and the rows that belong to all of them.
/// Views never keep subjects of their own; they follow scopeChanged(). GUI thread only.
class CrossFilter final : public QObject {
    Q_OBJECT

public:
    explicit CrossFilter(StoreReader& reader, QObject* parent = nullptr);

    /// In the order of choice.
    [[nodiscard]] const std::vector<scope::Subject>& subjects() const { return m_history[m_at]; }
    [[nodiscard]] bool has(const scope::Subject& subject) const;
    /// What belongs to the subjects; that of the ones before until it has been read.
    [[nodiscard]] const scope::Scope& scope() const { return m_scope; }

    /// Narrows the views further; instead of an earlier subject of its kind, as nothing belongs to two devices.
    void add(scope::Subject subject);
    void remove(const scope::Subject& subject);
    void clear();
    /// Forgets what was before: for a session that is opened.
    void start(std::vector<scope::Subject> subjects);

    [[nodiscard]] bool canUndo() const { return m_at > 0; }
    [[nodiscard]] bool canRedo() const { return m_at + 1 < m_history.size(); }
    void undo();
    void redo();

signals:
    /// subjects() and what can be undone are others.
    void changed();
    /// scope() is another one.
    void scopeChanged();
    /// Why scope() could not be read: it stays as it was.
    void failed(const QString& reason);

private:
    void take(std::vector<scope::Subject> subjects);
    void go(std::size_t at);
    void resolve();

    StoreReader& m_reader;
    std::vector<std::vector<scope::Subject>> m_history{{}}; ///< m_at is the present one.
    std::size_t m_at = 0;
    scope::Scope m_scope;
    Ticket m_resolving;
};

} // namespace vnscope::views::model
