// Which model captions: those that are shipped, those that the user added, or another file.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include <QMenu>

#include "ui/lab/cpu_settings.h"
#include "ui/player/player_pane.h"

class QActionGroup;

namespace sightline {

struct ModelEntry {
    QString title;
    std::filesystem::path path;
};

// UI thread only. Applies the choice to the store, which makes every page obey. Added models stay where they are; their
// names are kept in the window's settings, and so is what a caption of each model took when it was last used. Each
// model has its own number of threads, which comes back with it.
class ModelMenu final : public QMenu {
    Q_OBJECT

public:
    using FileChooser = std::function<QString(QWidget* parent)>;  // empty: cancelled
    using CaptionTime =
        std::function<std::optional<std::chrono::nanoseconds>()>;  // of the current model; none: unknown
    static constexpr int kMostAdded = 8;

    static std::vector<ModelEntry> shipped(std::filesystem::path base);

    ModelMenu(CpuSettingsStore store, std::vector<ModelEntry> models, FileChooser chooseFile, ShowError showError,
              CaptionTime captionTime, QWidget* parent);

signals:
    void importedModelAdded();  // one that was not in the menu, and is the current one now

private:
    // `licence`: shown while the mouse rests on the entry.
    void addModel(const ModelEntry& model, const QString& licence = {});
    void addFile(const std::filesystem::path& path);
    void takeNew(const QString& file);
    void showCurrent();
    void showTimes();
    void choose(const std::filesystem::path& path);

    const CpuSettingsStore store_;
    std::vector<ModelEntry> models_;
    std::size_t shipped_;  // of models_, the first
    const FileChooser chooseFile_;
    const ShowError showError_;
    const CaptionTime captionTime_;
    QActionGroup* group_;
    QAction* add_;
};

}  // namespace sightline
