// That one run at a time works on a file's outputs, also where runs on several machines share the storage.
//
// A small file beside the outputs names the owner: machine, process, start time. The owner renews its time of change
// while it works: a lease. An owner whose lease is over, or whose process is gone from this machine, has lost it: a
// process that was killed leaves nothing that must be cleaned up. Times are compared as the storage tells them, so the
// machines' clocks need not agree. flock() would not do: not every network file system carries it to other machines.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "core/base/result.h"

namespace sightline {

class WorkLock {
public:
    static constexpr std::chrono::milliseconds kLease = std::chrono::minutes(1);

    struct Attempt {
        std::unique_ptr<WorkLock> lock;  // null: another has it
        std::string owner;               // that one, for people: "process 123 on render7 (since 2026-11-29T08:00:00Z)"
    };

    // Any thread. Takes the lock of an owner that is gone. Error: Io.
    static Result<Attempt> acquire(const std::filesystem::path& path, std::chrono::milliseconds lease = kLease);

    ~WorkLock();  // gives it back
    WorkLock(const WorkLock&) = delete;
    WorkLock& operator=(const WorkLock&) = delete;

    // Stop is requested when another run has taken the lock, because this process stood still for longer than the
    // lease.
    std::stop_token lost() const { return lost_.get_token(); }

private:
    WorkLock(std::filesystem::path path, int file, std::chrono::milliseconds lease);
    bool isOurs() const;
    void renew(const std::stop_token& stop, std::chrono::milliseconds every);

    // immutable
    const std::filesystem::path path_;
    const int file_;

    std::stop_source lost_;
    std::jthread renewer_;
};

}  // namespace sightline
