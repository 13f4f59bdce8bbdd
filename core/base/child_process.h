// A program started with its output in pipes.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/base/result.h"

namespace sightline {

// The program is killed and waited for by the destructor at the latest. One thread at a time.
class ChildProcess {
public:
    // `called`: what messages call it. Error: Internal, when it cannot be started.
    static Result<ChildProcess> start(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                      std::string called);
    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t id() const { return id_; }

    // Calls `line` with each line of standard output, as it comes, until the program ends. Errors: Cancelled when
    // `stop` is requested; Internal, when no line came for `patience`, or when it failed, with its standard error as
    // the message.
    Result<void> readLines(const std::function<void(std::string_view)>& line, std::chrono::milliseconds patience,
                           const std::stop_token& stop);

private:
    ChildProcess(pid_t id, int out, int err, std::string called)
        : id_(id), out_(out), err_(err), called_(std::move(called)) {}
    int waitForEnd();  // its wait status

    pid_t id_;  // -1 once waited for
    int out_;
    int err_;
    std::string called_;
};

}  // namespace sightline
