// The files of the audio description, and what of the captions they do not say.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QDialog>

#include "core/annotate/annotate_description.h"
#include "ui/background_run.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace sightline {

struct ProjectHooks;

// What is chosen is remembered. What is written over is kept as replace_rule.h says. UI thread only; deletes itself
// when it is closed. Closing cancels what is being written.
class DescriptionDialog final : public QDialog {
    Q_OBJECT

public:
    // `stem`: of the project's file.
    DescriptionDialog(Project project, std::filesystem::path stem, const std::filesystem::path& video,
                      NarrationOptions options, const ProjectHooks& hooks, QWidget* parent);

    void reject() override;

signals:
    void exported(const QString& path);
    void recorded(const OutputRecord& record);

private:
    void createLayout();
    QHBoxLayout* addKinds(std::vector<QCheckBox*>& boxes, const QString& title,
                          const std::vector<std::pair<QString, const char*>>& kinds, const char* key);
    void remember() const;
    AudioDescription wanted() const;
    void chooseName();
    void nameFiles();
    void write();
    void showBusy(bool busy);
    void finish(const std::shared_ptr<const DescriptionWritten>& result);
    QString reportOf(const Narration& narration) const;

    Project project_;
    const std::filesystem::path stem_;
    const NarrationOptions options_;
    const ProjectHooks& hooks_;
    AnnotateJob job_;
    QWidget* choices_;  // all that cannot be changed while files are written
    QLineEdit* name_;
    QPushButton* choose_;
    QComboBox* place_;
    QCheckBox* copy_;
    QCheckBox* times_;
    std::vector<QCheckBox*> sounds_;
    std::vector<QCheckBox*> scripts_;
    QLabel* message_;
    QPlainTextEdit* report_;
    QProgressBar* progress_;
    QPushButton* export_;
    QPushButton* cancel_;
    BackgroundRun run_;
};

}  // namespace sightline
