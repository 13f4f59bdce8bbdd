// What captions become: a file of any format, shown before it is written, or a video with them.
#pragma once

#include <filesystem>

#include <QDialog>

#include "core/captions/cue.h"
#include "ui/background_run.h"
#include "ui/video/export_runner.h"

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace sightline {

class BurnInPanel;
struct ProjectHooks;
class SubtitleFormat;

// UI thread only; deletes itself when it is closed. Closing cancels what is being written.
class ExportDialog final : public QDialog {
    Q_OBJECT

public:
    ExportDialog(CueTrack track, std::filesystem::path video, const ProjectHooks& hooks, QWidget* parent);

    void reject() override;

signals:
    void exported(const QString& path);

private:
    enum class Kind : std::uint8_t { File, Track, Picture };
    struct Choice {
        Kind kind = Kind::File;
        const SubtitleFormat* format = nullptr;  // never null: of the file, or of what is shown
    };

    void createLayout();
    void addChoices();
    const Choice& choice() const;
    std::string extension() const;  // with the dot; of a copy with a track, its streams decide instead
    void showPreview();
    void write();
    void writeAs(const std::string& suffix);
    void showBusy(bool mayCancel);
    ExportRunner::Job job(const std::filesystem::path& path) const;
    void finish(const QString& message);

    const CueTrack track_;
    const std::filesystem::path video_;
    const ProjectHooks& hooks_;
    std::vector<Choice> choices_;
    QString path_;
    QListWidget* list_;
    QPlainTextEdit* preview_;
    BurnInPanel* burnIn_;
    QStackedWidget* shown_;  // of the two
    QLabel* note_;
    QLabel* message_;
    QProgressBar* progress_;
    QPushButton* export_;
    QPushButton* cancel_;
    ExportRunner runner_;
    BackgroundRun naming_;  // finds out what kind of file a copy must be
};

}  // namespace sightline
