// Which model captions: those that are shipped, those that the user added, or another file.
#pragma once

#include <filesystem>
#include <functional>
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
// names are kept in the window's settings.
class ModelMenu final : public QMenu {
    Q_OBJECT

public:
    using FileChooser = std::function<QString(QWidget* parent)>;  // empty: cancelled
    static constexpr int kMostAdded = 8;

    static std::vector<ModelEntry> shipped(std::filesystem::path base);

    ModelMenu(CpuSettingsStore store, std::vector<ModelEntry> models, FileChooser chooseFile, ShowError showError,
              QWidget* parent);

private:
    // `licence`: shown while the mouse rests on the entry.
    void addModel(const ModelEntry& model, const QString& licence = {});
    void addFile(const std::filesystem::path& path);
    void takeNew(const QString& file);
    void showCurrent();
    void choose(const std::filesystem::path& path);

    const CpuSettingsStore store_;
    std::vector<ModelEntry> models_;
    std::size_t shipped_;  // of models_, the first
    const FileChooser chooseFile_;
    const ShowError showError_;
    QActionGroup* group_;
    QAction* add_;
};

}  // namespace sightline
