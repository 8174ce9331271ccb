// SPDX-License-Identifier: Apache-2.0
#include "views/model/cross_filter.hpp"

#include <algorithm>
#include <utility>

namespace vnscope::views::model {
namespace {

/// Nobody goes back further, and a long day must not fill the memory.
constexpr std::size_t kMostSteps = 100;

} // namespace

CrossFilter::CrossFilter(StoreReader& reader, QObject* parent) : QObject(parent), m_reader(reader) {}

bool CrossFilter::has(const scope::Subject& subject) const
{
    return std::ranges::find(subjects(), subject) != subjects().end();
}

void CrossFilter::add(scope::Subject subject)
{
    if (has(subject))
        return;
    std::vector<scope::Subject> next = subjects();
    std::erase_if(next, [&](const scope::Subject& other) { return other.kind == subject.kind; });
    next.push_back(std::move(subject));
    take(std::move(next));
}

void CrossFilter::remove(const scope::Subject& subject)
{
    std::vector<scope::Subject> next = subjects();
    if (std::erase(next, subject) > 0)
        take(std::move(next));
}

void CrossFilter::clear()
{
    if (!subjects().empty())
        take({});
}

void CrossFilter::start(std::vector<scope::Subject> subjects)
{
    m_history = {std::move(subjects)};
    go(0);
}

void CrossFilter::take(std::vector<scope::Subject> subjects)
{
    m_history.resize(m_at + 1);
    m_history.push_back(std::move(subjects));
    if (m_history.size() > kMostSteps)
        m_history.erase(m_history.begin());
    go(m_history.size() - 1);
}

void CrossFilter::undo()
{
    if (canUndo())
        go(m_at - 1);
}

void CrossFilter::redo()
{
    if (canRedo())
        go(m_at + 1);
}

void CrossFilter::go(std::size_t at)
{
    m_at = at;
    emit changed();
    resolve();
}

void CrossFilter::resolve()
{
    m_resolving = m_reader.ask(
        this,
        [subjects = subjects()](const storage::Store& store, const Stop& stop) {
            return scope::resolve(store, subjects, stop);
        },
        [this](base::Result<scope::Scope> read) {
            if (!read) {
                emit failed(QString::fromStdString(read.error().text()));
            } else if (m_scope != *read) {
                m_scope = std::move(*read);
                emit scopeChanged();
            }
        });
}

} // namespace vnscope::views::model
