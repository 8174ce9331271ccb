// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <any>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <QObject>
#include <QPointer>

#include "storage/base/result.hpp"
#include "storage/store.hpp"

namespace vnscope::views::model {

/// Whether an answer is no longer wanted; asked by questions that take long.
using Stop = std::function<bool()>;

/// A question that was asked. Gone or assigned another: the answer is not wanted any more, and does not come.
class Ticket final {
public:
    Ticket() = default;
    explicit Ticket(std::shared_ptr<std::atomic<bool>> isCancelled) : m_isCancelled(std::move(isCancelled)) {}
    Ticket(Ticket&&) = default;
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket();

    void cancel();

private:
    std::shared_ptr<std::atomic<bool>> m_isCancelled;
};

/// Asks a store on other threads, so that the window never waits for a disk. Made, asked and answered in the GUI
/// thread.
class StoreReader final : public QObject {
    Q_OBJECT

public:
    /// `path` was opened successfully before: it is known to be a store. Every thread opens it for itself.
    explicit StoreReader(std::filesystem::path path, QObject* parent = nullptr);
    ~StoreReader() override;

    /// `question(const storage::Store&, const Stop&)` gives a base::Result<T> on another thread;
    /// `answer(base::Result<T>)` gets it in this one, unless `receiver` is gone by then or the ticket was cancelled.
    template <typename Question, typename Answer>
    [[nodiscard]] Ticket ask(const QObject* receiver, Question question, Answer answer)
    {
        using Outcome = std::invoke_result_t<Question, const storage::Store&, const Stop&>;
        struct Kept {
            std::optional<Outcome> outcome;
        };
        auto kept = std::make_shared<Kept>();
        return enqueue(
            receiver,
            [kept, question = std::move(question)](const base::Result<storage::Store>& store,
                                                   const Stop& stop) mutable {
                if (store)
                    kept->outcome = question(*store, stop);
                else
                    kept->outcome = Outcome(tl::unexpected(store.error()));
            },
            [kept, answer = std::move(answer)]() mutable { answer(std::move(*kept->outcome)); });
    }

    /// No question is open. Signal idle() says when that becomes true.
    [[nodiscard]] bool isIdle() const { return m_open == 0; }
    /// Lets events happen until no question is open: for pictures that are made at once, and tests. False: it took
    /// longer than `milliseconds`.
    bool waitUntilIdle(int milliseconds = 30'000);

signals:
    void idle();

private:
    struct Job {
        QPointer<const QObject> receiver; ///< Touched in the GUI thread only.
        std::shared_ptr<std::atomic<bool>> isCancelled;
        std::function<void(const base::Result<storage::Store>&, const Stop&)> question;
        std::function<void()> answer;
    };

    Ticket enqueue(const QObject* receiver, decltype(Job::question) question, std::function<void()> answer);
    void work();
    void deliver();

    std::filesystem::path m_path;
    std::size_t m_open = 0;
    std::mutex m_mutex; ///< Guards what follows.
    std::condition_variable m_wakeUp;
    std::deque<std::unique_ptr<Job>> m_waiting;
    std::deque<std::unique_ptr<Job>> m_done;
    bool m_isEnding = false;
    std::vector<std::thread> m_threads;
};

} // namespace vnscope::views::model
