// Which model captions: those that are shipped, or a file.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include <QMenu>

#include "ui/lab/cpu_settings.h"

class QActionGroup;

namespace sightline {

struct ModelEntry {
    QString title;
    std::filesystem::path path;
};

// UI thread only. Applies the choice to the store, which makes every page obey.
class ModelMenu final : public QMenu {
    Q_OBJECT

public:
    using FileChooser = std::function<QString(QWidget* parent)>;  // empty: cancelled

    static std::vector<ModelEntry> shipped(std::filesystem::path base);

    ModelMenu(CpuSettingsStore store, std::vector<ModelEntry> models, FileChooser chooseFile, QWidget* parent);

private:
    void addModel(const ModelEntry& model);
    void showCurrent();
    void choose(const std::filesystem::path& path);

    const CpuSettingsStore store_;
    std::vector<ModelEntry> models_;
    const FileChooser chooseFile_;
    QActionGroup* group_;
    QAction* other_;
};

}  // namespace sightline
