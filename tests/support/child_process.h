// Another program, running beside a test: a server, an X display.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sightline::test {

// The program's path, or nothing where it is not installed.
std::optional<std::string> findProgram(const std::string& name);

class ChildProcess {
public:
    // Its output goes nowhere; it is ended by the destructor.
    explicit ChildProcess(const std::vector<std::string>& command);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t id() const { return pid_; }
    void kill(int signal);  // SIGSTOP makes a server silent
    int wait();             // exit status as waitpid gives it

private:
    pid_t pid_ = -1;
};

// A TCP port nobody listens on now.
int freePort();

// Waits until something listens on the port; false at the deadline. Connects, so not for servers of one client.
bool listensOn(int port);

// An X display of its own; nothing where Xvfb is not installed.
class XDisplay {
public:
    static std::optional<std::string> unavailable();  // why, for GTEST_SKIP
    explicit XDisplay(const std::string& screen = "640x480x24");

    const std::string& name() const { return name_; }  // ":99"; empty when it did not start

private:
    std::optional<ChildProcess> process_;
    std::string name_;
};

}  // namespace sightline::test
