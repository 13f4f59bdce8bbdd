// What captions become: a file of any format, shown before it is written, or a video with them.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QDialog>

#include "core/annotate/output_file.h"
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

// What is known of the project that is exported from.
struct ExportOrigin {
    std::filesystem::path project;      // its file
    std::vector<OutputRecord> outputs;  // files that were written out of it
};

// What is written over is kept as replace_rule.h says, though the save dialog has asked. UI thread only; deletes itself
// when it is closed. Closing cancels what is being written.
class ExportDialog final : public QDialog {
    Q_OBJECT

public:
    ExportDialog(CueTrack track, std::filesystem::path video, ExportOrigin origin, const ProjectHooks& hooks,
                 QWidget* parent);

    void reject() override;

signals:
    void exported(const QString& path);
    void recorded(const OutputRecord& record);  // of a file that lies beside the project and is called as it

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
    ExportRunner::Job writing(const std::filesystem::path& path) const;
    void tellWritten();
    void finish(const QString& message);

    const CueTrack track_;
    const std::filesystem::path video_;
    ExportOrigin origin_;
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
    std::shared_ptr<OutputWriting> written_;  // filled in by the job before it ends
    ExportRunner runner_;
    BackgroundRun naming_;  // finds out what kind of file a copy must be
};

}  // namespace sightline
