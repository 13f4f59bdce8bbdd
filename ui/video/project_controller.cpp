#include "ui/video/project_controller.h"

#include <algorithm>

#include <QTemporaryDir>

#include "core/base/logging.h"
#include "ui/error_text.h"
#include "ui/player/number_text.h"
#include "ui/video/cue_panel.h"
#include "ui/video/export_dialog.h"

namespace sightline {
namespace {

constexpr auto kNewCueLength = std::chrono::seconds(2);
constexpr std::size_t kDigits = 32;  // of the fingerprint; enough to tell any two videos apart
constexpr TimeRange kWholeVideo{MediaTime::zero(), MediaTime::max()};

QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

}  // namespace

ProjectController::ProjectController(ProjectHooks hooks, CuePanel* panel, QWidget* window)
    : QObject(window), hooks_(std::move(hooks)), panel_(panel), window_(window) {
    connect(panel_, &CuePanel::cancelRequested, this, &ProjectController::cancel);
    connect(&runner_, &AnnotationRunner::progressed, panel_, &CuePanel::showProgress);
    connect(&runner_, &AnnotationRunner::grew, this, [this](const TimeRange& read, const std::vector<Cue>& cues) {
        document_->takeCues(read, cues, run_ != kWholeVideo);
    });
    connect(&runner_, &AnnotationRunner::succeeded, this, &ProjectController::finishRun);
    connect(&runner_, &AnnotationRunner::failed, this, [this](const QString& message) {
        panel_->hideProgress();
        document_->endRun();
        hooks_.showError(window_, tr("Cannot annotate"), message);
        emit changed();
        if (isInterrupted()) {
            emit interrupted();
        }
    });
    connect(&runner_, &AnnotationRunner::cancelled, this, [this] {
        panel_->hideProgress();
        document_->endRun();
        emit told(tr("Annotating was cancelled; what was captioned until then stays. Undo takes it back."));
        emit changed();
        if (isInterrupted()) {
            emit interrupted();
        }
    });
}

ProjectController::~ProjectController() = default;

void ProjectController::finishRun(const AnnotationResult& result) {
    panel_->hideProgress();
    const Annotation& annotation = result.annotation;
    if (run_ == kWholeVideo) {
        document_->takeAnnotation(result.captioner, annotation.shots(), annotation.cues);
    } else {
        document_->takeCues(run_, annotation.cues, true);
        document_->endRun();
    }
    if (annotation.cutShort) {
        hooks_.showError(window_, tr("The video is damaged"), errorText(*annotation.cutShort));
    }
    emit told(tr("%n caption(s), %1 × real time", nullptr, static_cast<int>(annotation.cues.size()))
                  .arg(numberText(
                      toSeconds(annotation.times.covered) / std::max(1e-3, toSeconds(annotation.times.wall)), 1)));
    emit changed();
}

void ProjectController::close() {
    runner_.abandon();
    panel_->hideProgress();
    panel_->setDocument(nullptr);
    document_.reset();
    copy_.reset();
}

std::filesystem::path ProjectController::unsavedPath(const SourceReference& source) const {
    return hooks_.unsavedFolder / (source.fingerprint.substr(0, kDigits) + kProjectExtension);
}

std::filesystem::path ProjectController::notesPath(const std::string& fingerprint) const {
    return hooks_.unsavedFolder / (fingerprint.substr(0, kDigits) + ".run");
}

bool ProjectController::isInterrupted() const {
    std::error_code ignored;
    return document_ && !annotating() && !isReadOnly() &&
           std::filesystem::exists(notesPath(document_->project().source.fingerprint), ignored);
}

bool ProjectController::isInUse(const Error& error, const std::filesystem::path& project) {
    if (error.code != ErrorCode::Device) {
        return false;
    }
    emit inUse(text(project), errorText(error));
    return true;
}

QString ProjectController::openReadOnly(const QString& project) {
    // A copy, with its journal: what the other window has not saved is in there.
    auto copy = std::make_unique<QTemporaryDir>();
    const std::filesystem::path from = project.toStdString();
    const std::filesystem::path to = std::filesystem::path(copy->path().toStdString()) / from.filename();
    std::error_code failed;
    std::filesystem::copy_file(from, to, failed);
    std::error_code ignored;  // there may be no journal
    std::filesystem::copy_file(from.string() + ".journal", to.string() + ".journal", ignored);
    auto editor = failed ? ProjectEditor::open(from) : ProjectEditor::open(to);
    if (!editor) {
        hooks_.showError(window_, tr("Cannot open the project"), errorText(editor.error()));
        return {};
    }
    const QString video = text(locate((*editor)->project().source, from));
    close();
    copy_ = std::move(copy);
    adopt(std::move(*editor), true);
    emit changed();
    return video;
}

bool ProjectController::isUnsaved() const {
    return document_ && document_->path().parent_path() == hooks_.unsavedFolder;
}

void ProjectController::setVideo(const QString& path, MediaTime duration) {
    const std::filesystem::path video = path.toStdString();
    const bool opened = document_ && !video.empty() && locate(document_->project().source, document_->path()) == video;
    video_ = video;
    duration_ = duration;
    if (!opened) {  // else openProject() has just named this video
        close();
        takeUpProject();
    }
    emit changed();
}

void ProjectController::takeUpProject() {
    const auto source = referTo(video_);
    if (!source) {
        return;
    }
    auto beside = video_;
    for (const auto& candidate : {beside.replace_extension(kProjectExtension), unsavedPath(*source)}) {
        std::error_code ignored;
        if (!std::filesystem::exists(candidate, ignored)) {
            continue;
        }
        auto editor = ProjectEditor::open(candidate);
        if (!editor && isInUse(editor.error(), candidate)) {
            return;
        }
        if (!editor) {
            emit warned(errorText(editor.error()) + QLatin1Char(' ') +
                        tr("The video is open without its captions, and the project stays as it is."));
        } else if ((*editor)->project().source.fingerprint == source->fingerprint) {
            adopt(std::move(*editor));
            return;
        }
    }
}

QString ProjectController::openProject(const QString& path) {
    auto editor = ProjectEditor::open(path.toStdString());
    if (!editor && isInUse(editor.error(), path.toStdString())) {
        return {};
    }
    if (!editor) {
        hooks_.showError(window_, tr("Cannot open the project"), errorText(editor.error()));
        return {};
    }
    const auto& source = (*editor)->project().source;
    const auto video = locate(source, path.toStdString());
    if (video.empty()) {
        hooks_.showError(
            window_, tr("Cannot open the project"),
            tr("Its video %1 is not where it was, nor beside the project. Put it there and open the project "
               "again.")
                .arg(text(source.path)));
        return {};
    }
    close();
    adopt(std::move(*editor));
    return text(video);
}

void ProjectController::adopt(std::unique_ptr<ProjectEditor> editor, bool readOnly) {
    document_ = std::make_unique<ProjectDocument>(std::move(editor));
    document_->setReadOnly(readOnly);
    panel_->setDocument(document_.get());
    connect(document_.get(), &ProjectDocument::modifiedChanged, this, &ProjectController::changed);
    connect(&document_->undoStack(), &QUndoStack::indexChanged, this, &ProjectController::changed);
    connect(document_.get(), &ProjectDocument::failed, this,
            [this](const QString& message) { hooks_.showError(window_, tr("Cannot save"), message); });
    connect(document_.get(), &ProjectDocument::refused, this, &ProjectController::told);
    if (readOnly) {
        return;
    }
    if (isUnsaved()) {  // never saved, so all of it comes out of the journal each time
        if (!document_->cues().empty()) {
            emit told(tr("The captions made of this video before are back."));
        }
    } else if (document_->recovered() > 0) {
        emit told(tr("%n change(s) that were not saved are back.", nullptr, static_cast<int>(document_->recovered())));
    }
}

bool ProjectController::begin() {
    if (document_) {
        return true;
    }
    auto source = referTo(video_);
    if (!source) {
        hooks_.showError(window_, tr("Cannot begin a project"), errorText(source.error()));
        return false;
    }
    std::error_code ignored;
    std::filesystem::create_directories(hooks_.unsavedFolder, ignored);
    const auto path = unsavedPath(*source);
    Project project;
    project.source = std::move(*source);
    project.track.videoName = video_.filename().string();
    project.track.videoDuration = duration_;
    project.track.title = tr("Descriptions").toStdString();
    auto editor = ProjectEditor::create(path, std::move(project));
    if (!editor && isInUse(editor.error(), path)) {
        return false;
    }
    if (!editor) {
        hooks_.showError(window_, tr("Cannot begin a project"), errorText(editor.error()));
        return false;
    }
    adopt(std::move(*editor));
    return true;
}

QString ProjectController::unsavedIn(const QString& video) const {
    const auto source = referTo(video.toStdString());
    std::error_code ignored;
    if (source && std::filesystem::exists(unsavedPath(*source), ignored)) {
        return tr("There are captions of this video that have not been saved. Open it and save its project first.");
    }
    return {};
}

QString ProjectController::captionAt(MediaTime time) const {
    const int row = document_ ? document_->cueAt(time) : -1;
    return row < 0 ? QString() : QString::fromStdString(document_->cues()[static_cast<std::size_t>(row)].text);
}

void ProjectController::annotate() { startRun(kWholeVideo); }

void ProjectController::annotateRange(const TimeRange& range) { startRun(range); }

void ProjectController::startRun(const TimeRange& range) {
    if (!canAnnotate() || !begin()) {
        return;
    }
    run_ = range;
    document_->endRun();
    const std::string fingerprint = document_->project().source.fingerprint;
    AnnotationRunner::Notes notes;
    if (range == kWholeVideo) {
        std::error_code ignored;
        std::filesystem::create_directories(hooks_.unsavedFolder, ignored);
        notes = {notesPath(fingerprint), fingerprint};
    }
    runner_.start([open = hooks_.openVideo, path = text(video_)] { return open(path); }, hooks_.loadCaptioner, range,
                  std::move(notes));
    emit changed();
}

void ProjectController::addCue(MediaTime at) { addCue(at, at + kNewCueLength); }

void ProjectController::addCue(MediaTime start, MediaTime end) {
    if (video_.empty() || !begin()) {
        return;
    }
    const std::size_t before = document_->cues().size();
    document_->add(start, end, tr("New caption"));
    const Cues& cues = document_->cues();
    if (cues.size() == before) {
        emit told(tr("Another cue begins there already. Go on a little, or change that one."));
        return;
    }
    emit changed();
    const auto added = std::ranges::lower_bound(cues, start, {}, &Cue::start);
    panel_->setCurrentRowInPlace(static_cast<int>(added - cues.begin()));
    const bool isCut = added->end < end;
    const bool overlaps = std::any_of(cues.begin(), added, [start](const Cue& cue) { return cue.end > start; });
    QStringList remarks;
    if (overlaps) {
        remarks << tr("The new cue begins while the one before is still shown.");
    }
    if (isCut) {
        remarks << tr("The new cue ends where the next one begins.");
    }
    if (!remarks.isEmpty()) {
        emit told(remarks.join(QLatin1Char(' ')));
    }
}

void ProjectController::paste(const Cues& cues, MediaTime at) {
    if (video_.empty() || !begin()) {
        return;
    }
    document_->edit(tr("Paste"), pasteCues(document_->cues(), cues, at));
    emit changed();
}

bool ProjectController::save() { return document_ && !isReadOnly() && (isUnsaved() ? saveAs() : document_->save()); }

void ProjectController::reload() {
    const std::filesystem::path path = document_->path();
    document_->revert();
    close();
    auto editor = ProjectEditor::open(path);
    if (editor) {
        adopt(std::move(*editor));
    } else {
        hooks_.showError(window_, tr("Cannot open the project"), errorText(editor.error()));
    }
    emit changed();
}

bool ProjectController::saveAs() {
    if (!document_) {
        return false;
    }
    auto suggestion = isUnsaved() ? video_ : document_->path();
    QString filter;
    QString path = hooks_.chooseSave(window_, tr("Save project"), text(suggestion.replace_extension(kProjectExtension)),
                                     tr("Sightline projects (*.sightline)"), filter);
    if (path.isEmpty()) {
        return false;
    }
    if (!path.endsWith(QLatin1String(kProjectExtension))) {
        path += QLatin1String(kProjectExtension);
    }
    const auto before = isUnsaved() ? document_->path() : std::filesystem::path();
    const bool saved = document_->saveAs(path.toStdString());
    if (saved && !before.empty()) {
        std::error_code ignored;
        std::filesystem::remove(before, ignored);  // it has a name now
    }
    emit changed();
    return saved;
}

void ProjectController::exportCaptions() {
    if (document_) {
        CueTrack track = document_->project().track;
        track.videoDuration = duration_;
        auto* dialog = new ExportDialog(std::move(track), video_, {document_->path(), document_->project().outputs},
                                        hooks_, window_);
        connect(dialog, &ExportDialog::recorded, document_.get(), &ProjectDocument::remember);
        connect(dialog, &ExportDialog::exported, this,
                [this](const QString& path) { emit told(tr("Exported to %1").arg(path)); });
        dialog->open();
    }
}

}  // namespace sightline
