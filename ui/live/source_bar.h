// Chooses what is watched: a camera by name, an address, the screen or a part of it, a file; and tells how it is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "core/media/live/camera_list.h"
#include "core/media/live/reconnecting_source.h"
#include "core/pipeline/live_session.h"
#include "ui/live/remembered_sources.h"
#include "ui/live/screen_picker.h"

class QAction;
class QComboBox;
class QLabel;
class QPushButton;

namespace sightline {

// UI thread only.
class SourceBar final : public QWidget {
    Q_OBJECT

public:
    using ListCameras = std::function<std::vector<Camera>()>;
    using ChooseFile = std::function<QString(QWidget*)>;
    using Picked = std::function<void(const QString& address)>;
    using PickScreen = std::function<void(ScreenPart, QWidget* window, Picked)>;
    // An empty name takes it away; nothing: the user thought better of it.
    using AskName = std::function<std::optional<QString>(QWidget*, const QString& now)>;
    struct Hooks {
        ListCameras listCameras;
        ChooseFile chooseFile;
        PickScreen pickScreen;  // null: parts of the screen cannot be picked here
        AskName askName;
        std::shared_ptr<QSettings> settings;
    };

    explicit SourceBar(Hooks hooks, QWidget* parent = nullptr);

    // Of what is chosen or typed, as openSource() takes it; empty when nothing is.
    QString address() const;
    void setAddress(const QString& address);

    // Whose state is told from now on; null for none.
    void watch(std::shared_ptr<SourceHealth> health);
    std::optional<SourceStatus> status() const;
    // How playing goes on, of which address.
    void setPlayState(PlayState state, const QString& address);
    // Watched from now on; it comes first among the recent ones.
    void remember(const QString& address);
    // What the user calls it, or the title of the window that it is; empty where it has neither.
    QString nameOf(const QString& address) const;
    void pick(ScreenPart part);

signals:
    void chosen(const QString& address);
    void stopWanted();
    void problemChanged(const QString& problem);  // why the source gives no pictures; empty once it gives them

private:
    QAction* addMore(QMenu* menu, const QString& text, const char* name);
    void lookForCameras();
    void listSources();
    void take(int index);
    void nameSource();
    void tell();
    void tellProblem(const QString& problem);
    void showButtons();
    bool runs() const { return state_ == PlayState::Playing || state_ == PlayState::Paused; }

    const Hooks hooks_;
    RememberedSources remembered_;
    std::vector<Camera> cameras_;  // found last
    QComboBox* box_;
    QPushButton* start_;
    QPushButton* stop_;
    QAction* name_ = nullptr;
    QAction* forget_ = nullptr;
    QLabel* status_;
    QTimer timer_;
    QString problem_;
    QString hidden_;  // the address that was set ...
    QString shown_;   // ... and how it is shown, without passwords
    std::shared_ptr<SourceHealth> health_;
    PlayState state_ = PlayState::Closed;
    QString running_;  // address
};

}  // namespace sightline
