// Work on a thread of its own that tells the UI thread how it goes.
#pragma once

#include <functional>
#include <thread>

#include <QObject>

namespace sightline {

// Lives on the UI thread. Of what it refers to, a member declared last: its destructor waits for the thread.
class BackgroundRun final : public QObject {
public:
    // The thread's side. What it hands over is called on the UI thread, unless the run was abandoned by then.
    class Teller {
    public:
        void tell(std::function<void()> call) const;
        // For the last call: running() is false by then.
        void end(std::function<void()> call) const;

    private:
        friend class BackgroundRun;
        Teller(BackgroundRun& run, int number) : run_(run), number_(number) {}

        BackgroundRun& run_;
        int number_;
    };
    using Work = std::function<void(const std::stop_token& stop, const Teller& teller)>;

    BackgroundRun() = default;
    ~BackgroundRun() override { abandon(); }

    // abandon()s a run that goes on. `name` is the thread's.
    void start(const char* name, Work work);
    void cancel() { thread_.request_stop(); }  // what comes of it, the work tells
    void abandon();                            // waits for the thread; nothing more is told
    bool running() const { return thread_.joinable(); }

private:
    int number_ = 0;  // of the run; UI thread only
    std::jthread thread_;
};

}  // namespace sightline
