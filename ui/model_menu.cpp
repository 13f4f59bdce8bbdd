#include "ui/model_menu.h"

#include <algorithm>
#include <cmath>

#include <QActionGroup>
#include <QFileInfo>
#include <QUrl>

#include "core/inference/bundle.h"
#include "ui/error_text.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

const QString kAdded = QStringLiteral("models/added");
const QString kTimes = QStringLiteral("models/milliseconds/%1");
const QString kThreads = QStringLiteral("models/threads/%1");
constexpr int kLicenceShown = 400;  // characters

// `kind`: one of the above.
QString keyOf(const std::filesystem::path& model, const QString& kind) {
    return kind.arg(QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(model.string()))));
}

}  // namespace

std::vector<ModelEntry> ModelMenu::shipped(std::filesystem::path base) {
    const auto identity = identifyBundle(base);
    const bool isVerified = identity && identity->origin == BundleOrigin::Verified;
    return {{isVerified ? tr("&Base (shipped, verified)") : tr("&Base (shipped)"), std::move(base)}};
}

ModelMenu::ModelMenu(CpuSettingsStore store, std::vector<ModelEntry> models, FileChooser chooseFile,
                     ShowError showError, CaptionTime captionTime, QWidget* parent)
    : QMenu(tr("&Model"), parent), store_(std::move(store)), shipped_(models.size()),
      chooseFile_(std::move(chooseFile)), showError_(std::move(showError)), captionTime_(std::move(captionTime)),
      group_(new QActionGroup(this)), add_(new QAction(tr("&Add a model…"), this)) {
    setObjectName("modelMenu");
    setToolTipsVisible(true);
    addSeparator();
    addAction(add_);
    add_->setObjectName("addModel");
    for (const ModelEntry& model : models) {
        addModel(model);
    }
    for (const QString& file : windowSettings()->value(kAdded).toStringList().mid(0, kMostAdded)) {
        addFile(file.toStdString());
    }
    connect(add_, &QAction::triggered, this, [this] {
        if (const QString file = chooseFile_(window()); !file.isEmpty()) {
            takeNew(file);
        }
    });
    connect(this, &QMenu::aboutToShow, this, &ModelMenu::showCurrent);
    showCurrent();
}

void ModelMenu::addModel(const ModelEntry& model, const QString& licence) {
    auto* action = new QAction(model.title, this);
    action->setObjectName(QStringLiteral("model%1").arg(models_.size()));
    action->setCheckable(true);
    action->setToolTip(licence);
    group_->addAction(action);
    insertAction(actions().at(static_cast<qsizetype>(models_.size())), action);
    connect(action, &QAction::triggered, this, [this, path = model.path] { choose(path); });
    models_.push_back(model);
}

void ModelMenu::addFile(const std::filesystem::path& path) {
    const QFileInfo file(QString::fromStdString(path.string()));
    const auto identity = identifyBundle(path);
    if (!identity) {
        addModel({file.fileName(), path});
        return;
    }
    const Manifest& manifest = identity->manifest;
    const QString name = QString::fromStdString(manifest.name);
    const QString precision = QString::fromStdString(manifest.precision);
    const auto megabytes = qRound64(static_cast<double>(file.size()) / 1e6);
    QString title;
    switch (identity->origin) {
        case BundleOrigin::Verified: title = tr("%1 (verified, %2, %3 MB)"); break;
        case BundleOrigin::Imported: title = tr("%1 (imported, %2, %3 MB)"); break;
        case BundleOrigin::Foreign: title = tr("%1 (not made by this release, %2, %3 MB)"); break;
    }
    addModel({title.arg(name, precision).arg(megabytes), path},
             QString::fromStdString(manifest.licence).left(kLicenceShown).toHtmlEscaped());
}

void ModelMenu::takeNew(const QString& file) {
    const std::filesystem::path path = file.toStdString();
    const auto manifest = readManifest(path);
    if (!manifest) {
        showError_(window(), tr("This model cannot be used"), errorText(manifest.error()));
        return;
    }
    const bool isNew = std::ranges::find(models_, path, &ModelEntry::path) == models_.end();
    choose(path);
    if (store_.current().model != path) {
        return;  // the user does not trust it after all
    }
    const auto settings = windowSettings();
    QStringList added = settings->value(kAdded).toStringList();
    added.removeAll(file);
    added.prepend(file);
    settings->setValue(kAdded, added.mid(0, kMostAdded));
    if (isNew) {
        addFile(path);
    }
    if (isNew && manifest->imported) {
        emit importedModelAdded();
    }
}

void ModelMenu::showCurrent() {
    for (std::size_t i = shipped_; i < models_.size(); ++i) {
        std::error_code problem;
        const bool isThere = std::filesystem::exists(models_[i].path, problem);
        group_->actions()
            .at(static_cast<qsizetype>(i))
            ->setEnabled(isThere || models_[i].path == store_.current().model);
    }
    const std::filesystem::path current = store_.current().model;
    auto shown = std::ranges::find(models_, current, &ModelEntry::path);
    if (shown == models_.end()) {
        addFile(current);
        shown = std::prev(models_.end());
    }
    group_->actions().at(shown - models_.begin())->setChecked(true);
    if (const auto time = captionTime_()) {
        windowSettings()->setValue(keyOf(current, kTimes), std::chrono::duration<double, std::milli>(*time).count());
    }
    showTimes();
}

void ModelMenu::showTimes() {
    const auto settings = windowSettings();
    for (std::size_t i = 0; i < models_.size(); ++i) {
        const auto milliseconds = settings->value(keyOf(models_[i].path, kTimes)).toDouble();
        const QString& title = models_[i].title;
        group_->actions()
            .at(static_cast<qsizetype>(i))
            ->setText(milliseconds > 0
                          ? tr("%1, %2 ms a caption").arg(title, locale().toString(std::ceil(milliseconds), 'f', 0))
                          : title);
    }
}

void ModelMenu::choose(const std::filesystem::path& path) {
    CpuSettings wanted = store_.current();
    const auto settings = windowSettings();
    settings->setValue(keyOf(wanted.model, kThreads), wanted.threads);
    wanted.model = path;
    wanted.threads = std::max(1, settings->value(keyOf(path, kThreads), wanted.threads).toInt());
    store_.apply(wanted);
}

}  // namespace sightline
