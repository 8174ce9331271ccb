// SPDX-License-Identifier: Apache-2.0
#include "views/model/store_reader.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTimer>

namespace vnscope::views::model {
namespace {

/// One for what is quick and one beside it for what takes long.
constexpr std::size_t kThreads = 2;

} // namespace

Ticket& Ticket::operator=(Ticket&& other) noexcept
{
    if (this != &other) {
        cancel();
        m_isCancelled = std::move(other.m_isCancelled);
    }
    return *this;
}

Ticket::~Ticket()
{
    cancel();
}

void Ticket::cancel()
{
    if (m_isCancelled)
        m_isCancelled->store(true);
    m_isCancelled.reset();
}

StoreReader::StoreReader(std::filesystem::path path, QObject* parent) : QObject(parent), m_path(std::move(path))
{
    for (std::size_t index = 0; index < kThreads; ++index)
        m_threads.emplace_back([this] { work(); });
}

StoreReader::~StoreReader()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_wakeUp.notify_all();
    for (std::thread& thread : m_threads)
        thread.join();
}

Ticket StoreReader::enqueue(const QObject* receiver, decltype(Job::question) question, std::function<void()> answer)
{
    auto isCancelled = std::make_shared<std::atomic<bool>>(false);
    auto job = std::make_unique<Job>(
        Job{QPointer<const QObject>(receiver), isCancelled, std::move(question), std::move(answer)});
    ++m_open;
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(job));
    }
    m_wakeUp.notify_one();
    return Ticket(std::move(isCancelled));
}

void StoreReader::work()
{
    // Frames come first where CPUs are few: the window's thread must not share its own with those that read.
    constexpr int kBehindTheWindow = 10;
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kBehindTheWindow));
    const base::Result<storage::Store> store = storage::Store::open(m_path);
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wakeUp.wait(lock, [this] { return m_isEnding || !m_waiting.empty(); });
        if (m_isEnding)
            return;
        std::unique_ptr<Job> job = std::move(m_waiting.front());
        m_waiting.pop_front();
        lock.unlock();
        const std::atomic<bool>& isCancelled = *job->isCancelled;
        if (!isCancelled) {
            job->question(store, [this, &isCancelled] {
                if (isCancelled)
                    return true;
                const std::lock_guard stopLock(m_mutex);
                return m_isEnding;
            });
        }
        lock.lock();
        m_done.push_back(std::move(job));
        if (m_done.size() == 1)
            QMetaObject::invokeMethod(this, &StoreReader::deliver, Qt::QueuedConnection);
    }
}

void StoreReader::deliver()
{
    std::deque<std::unique_ptr<Job>> done;
    {
        const std::lock_guard lock(m_mutex);
        done.swap(m_done);
    }
    for (const std::unique_ptr<Job>& job : done) {
        --m_open;
        if (!*job->isCancelled && job->receiver)
            job->answer();
    }
    if (isIdle())
        emit idle();
}

bool StoreReader::waitUntilIdle(int milliseconds)
{
    const QDeadlineTimer deadline(milliseconds);
    // An answer may lead to the next question.
    while (!isIdle() && !deadline.hasExpired()) {
        QEventLoop loop;
        connect(this, &StoreReader::idle, &loop, &QEventLoop::quit);
        QTimer::singleShot(static_cast<int>(deadline.remainingTime()), &loop, &QEventLoop::quit);
        loop.exec();
    }
    return isIdle();
}

} // namespace vnscope::views::model
