#include "ui/model_menu.h"

#include <algorithm>

#include <QActionGroup>
#include <QFileInfo>

namespace sightline {

std::vector<ModelEntry> ModelMenu::shipped(std::filesystem::path base) {
    return {{tr("&Base (shipped)"), std::move(base)}};
}

ModelMenu::ModelMenu(CpuSettingsStore store, std::vector<ModelEntry> models, FileChooser chooseFile, QWidget* parent)
    : QMenu(tr("&Model"), parent), store_(std::move(store)), chooseFile_(std::move(chooseFile)),
      group_(new QActionGroup(this)), other_(new QAction(tr("&Other bundle…"), this)) {
    setObjectName("modelMenu");
    addSeparator();
    addAction(other_);
    other_->setObjectName("otherModel");
    for (const ModelEntry& model : models) {
        addModel(model);
    }
    connect(other_, &QAction::triggered, this, [this] {
        if (const QString file = chooseFile_(window()); !file.isEmpty()) {
            choose(file.toStdString());
        }
    });
    connect(this, &QMenu::aboutToShow, this, &ModelMenu::showCurrent);
    showCurrent();
}

void ModelMenu::addModel(const ModelEntry& model) {
    auto* action = new QAction(model.title, this);
    action->setObjectName(QStringLiteral("model%1").arg(models_.size()));
    action->setCheckable(true);
    group_->addAction(action);
    insertAction(actions().at(static_cast<qsizetype>(models_.size())), action);
    connect(action, &QAction::triggered, this, [this, path = model.path] { choose(path); });
    models_.push_back(model);
}

void ModelMenu::showCurrent() {
    const std::filesystem::path current = store_.current().model;
    auto shown = std::ranges::find(models_, current, &ModelEntry::path);
    if (shown == models_.end()) {
        addModel({QFileInfo(QString::fromStdString(current.string())).fileName(), current});
        shown = std::prev(models_.end());
    }
    group_->actions().at(shown - models_.begin())->setChecked(true);
}

void ModelMenu::choose(const std::filesystem::path& path) {
    CpuSettings wanted = store_.current();
    wanted.model = path;
    store_.apply(wanted);
}

}  // namespace sightline
