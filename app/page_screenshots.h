// Pictures of every page at work, for README and manual: `sightline --screenshots FOLDER`.
#pragma once

#include <filesystem>
#include <functional>

#include <QObject>
#include <QTemporaryDir>

namespace sightline {

class MainWindow;
struct MainWindowHooks;

// UI thread only. Annotates a copy of the sample clip, watches it as if it were live, and measures threads: what the
// pictures show was done.
class PageScreenshots final : public QObject {
public:
    explicit PageScreenshots(const std::filesystem::path& folder) : folder_(std::filesystem::absolute(folder)) {}

    // Before the window is made: what it keeps goes into a temporary folder.
    void prepare(MainWindowHooks& hooks) const;

    // `over` is called once, with what went wrong or nothing.
    void take(MainWindow& window, std::function<void(const QString& problem)> over);

private:
    void annotate();
    void chooseCue();
    void watchLive();
    void measureThreads();
    void grab(const char* name, void (PageScreenshots::*next)());
    void finish(const QString& problem);

    const std::filesystem::path folder_;
    const QTemporaryDir kept_;
    MainWindow* window_ = nullptr;
    std::function<void(const QString&)> over_;
};

}  // namespace sightline
