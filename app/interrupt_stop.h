// Ctrl+C as a request to stop, so that what was begun is ended in order.
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace sightline {

// While it lives, SIGINT and SIGTERM request a stop, and a second one ends the program at once. The calling thread and
// those that it starts have them blocked meanwhile.
class InterruptStop {
public:
    InterruptStop() {
        sigemptyset(&asked_);
        sigaddset(&asked_, SIGINT);
        sigaddset(&asked_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &asked_, &before_);
        signals_ = ::signalfd(-1, &asked_, SFD_CLOEXEC);
        over_ = ::eventfd(0, EFD_CLOEXEC);
        waiter_ = std::jthread([this] { wait(); });
    }
    ~InterruptStop() {
        ::eventfd_write(over_, 1);
        waiter_.join();
        ::close(signals_);
        ::close(over_);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    InterruptStop(const InterruptStop&) = delete;
    InterruptStop& operator=(const InterruptStop&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    int signal() const { return signal_; }  // that asked; 0: none

private:
    void wait() {
        while (true) {
            std::array<pollfd, 2> files{{{signals_, POLLIN, 0}, {over_, POLLIN, 0}}};
            ::poll(files.data(), files.size(), -1);
            if (files[1].revents != 0) {
                return;
            }
            signalfd_siginfo taken{};
            if (files[0].revents == 0 || ::read(signals_, &taken, sizeof taken) != static_cast<ssize_t>(sizeof taken)) {
                continue;
            }
            const int number = static_cast<int>(taken.ssi_signo);
            if (signal_ != 0) {
                std::signal(number, SIG_DFL);
                pthread_sigmask(SIG_UNBLOCK, &asked_, nullptr);
                std::raise(number);
            }
            signal_ = number;
            source_.request_stop();
        }
    }

    sigset_t asked_{};
    sigset_t before_{};
    int signals_ = -1;
    int over_ = -1;
    std::atomic<int> signal_ = 0;
    std::stop_source source_;
    std::jthread waiter_;
};

}  // namespace sightline
