// What becomes of the open captions as audio description, worked out in the background while they are edited.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QPointer>
#include <QTimer>

#include "core/narration/narration.h"
#include "core/narration/schedule.h"
#include "ui/background_run.h"
#include "ui/video/project_document.h"

namespace sightline {

class SpokenLengths;

// What tests and the app replace.
struct DescriptionHooks {
    std::filesystem::path speechModel;
    std::filesystem::path speechCache;                              // empty: nowhere
    std::chrono::milliseconds patience = std::chrono::seconds(30);  // with a voice's command, for one text
};

// What becomes of one cue.
struct DescribedCue {
    ScheduledDescription scheduled;
    std::string text;  // what is said; of one that is not, empty

    bool isShortened() const { return scheduled.isSaid && scheduled.wording > 0; }
};

// Lives on the UI thread. While it is on, the speech of the video is found once, each text is spoken once to measure
// it, and the schedule is made anew a moment after each change. What failed is tried again when another voice is chosen
// or tryAgain() is called.
class DescriptionPlanner final : public QObject {
    Q_OBJECT

public:
    enum class Stage : std::uint8_t {
        Off,        // or there is nothing to do
        Searching,  // for speech
        Stopped,    // by cancel()
        Speaking,   // texts, to measure them
        Ready,
        Failed,
    };

    explicit DescriptionPlanner(DescriptionHooks hooks, QObject* parent = nullptr);
    ~DescriptionPlanner() override;

    // Empty and null: none. The document is borrowed; what it has of settings is taken up.
    void setVideo(const std::filesystem::path& video, MediaTime duration);
    void setDocument(ProjectDocument* document);

    // Remembered in the project.
    const DescriptionSettings& settings() const { return settings_; }
    void setSettings(const DescriptionSettings& settings);
    bool isOn() const { return settings_.isOn; }
    // As the command takes them.
    NarrationOptions options() const;
    std::string language() const;  // of the captions

    Stage stage() const;
    double progress() const { return progress_; }  // of searching and speaking, 0..1
    QString failure() const { return failure_; }   // with cause and fix
    void cancel();
    void tryAgain();

    // Null while it is not known or this is off.
    const DescribedCue* at(int row) const;
    std::size_t saidCount() const;
    std::size_t cueCount() const { return cues_.size(); }
    // Nothing while it is not known or this is off.
    const std::optional<std::vector<TimeRange>>& speech() const { return speech_; }
    bool hasSound() const { return hasSound_; }  // once speech() is known
    // Of all that is said, LUFS at the voice's own level.
    std::optional<double> voiceLoudness() const { return voiceLoudness_; }

signals:
    void settingsChanged();
    void stateChanged();  // stage(), progress() or failure()
    void speechChanged();
    void changed();  // at()

private:
    struct Plan {
        std::vector<std::optional<DescribedCue>> cues;  // none while speech is not known
        std::optional<double> voiceLoudness;
    };

    void adopt(const DescriptionSettings& settings);
    void plan();  // soon
    void goOn();
    void search();
    void endSearch(const std::filesystem::path& video, const Result<std::vector<TimeRange>>& found, bool hasSound);
    void speak();
    void endSpeaking(int revision, const Result<Plan>& made);
    void giveUp(const Error& error);
    void forgetSpeech();
    void forgetCues();

    const DescriptionHooks hooks_;
    DescriptionSettings settings_;
    std::filesystem::path video_;
    MediaTime duration_{};
    QPointer<ProjectDocument> document_;
    std::optional<std::vector<TimeRange>> speech_;
    bool hasSound_ = false;
    std::vector<std::optional<DescribedCue>> cues_;  // by row
    std::optional<double> voiceLoudness_;
    QString failure_;
    bool isStopped_ = false;
    bool isPlanned_ = true;  // nothing has changed since
    int revision_ = 0;       // of what is planned from
    double progress_ = 0.0;
    QTimer settle_;                           // until typing pauses
    std::shared_ptr<SpokenLengths> lengths_;  // of speaking_'s thread
    BackgroundRun searching_;
    BackgroundRun speaking_;
};

}  // namespace sightline
