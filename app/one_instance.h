// One window for a user: a second start hands its file to the window that is there.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <QObject>

class QLocalServer;

namespace sightline {

struct OpenRequest {
    std::filesystem::path file;  // absolute; empty: only show the window
    bool loop = false;
};

// UI thread only. The windows of one display and user find each other by a socket in the runtime folder.
class OneInstance final : public QObject {
public:
    // Null when another window is the one; or an object that is it, until it is destroyed. Windows are on their own,
    // with an object all the same, where no socket can be made.
    static std::unique_ptr<OneInstance> claim();

    // True: the window that is there has taken the request. False after a few seconds: it does not answer.
    static bool handOver(const OpenRequest& request);

    ~OneInstance() override;

    // Requests that come before this is called wait for it.
    void onRequest(std::function<void(const OpenRequest&)> open);

private:
    explicit OneInstance(int lock);
    void answer();

    const int lock_;   // held while this is the one; negative: on its own
    int socket_ = -1;  // listens; until the server has it
    std::unique_ptr<QLocalServer> server_;
    std::function<void(const OpenRequest&)> open_;
};

}  // namespace sightline
