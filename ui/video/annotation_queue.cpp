#include "ui/video/annotation_queue.h"

#include <algorithm>
#include <memory>

#include <QFileInfo>

#include "core/base/logging.h"
#include "ui/error_text.h"

namespace sightline {

AnnotationQueue::AnnotationQueue(QueueHooks hooks, std::function<QString(const QString&)> mayAnnotate, QObject* parent)
    : QObject(parent), hooks_(std::move(hooks)), mayAnnotate_(std::move(mayAnnotate)) {}

void AnnotationQueue::add(const QStringList& videos) {
    for (const QString& video : videos) {
        const QString path = QFileInfo(video).absoluteFilePath();
        const auto known = std::ranges::find(entries_, path, &Entry::video);
        if (known == entries_.end()) {
            entries_.push_back({.video = path, .problem = {}});
        } else if (known->state == State::Failed || known->state == State::Cancelled) {
            *known = {.video = path, .problem = {}};
        }
    }
    emit changed();
    if (current_ < 0) {
        startNext();
    }
}

void AnnotationQueue::cancel(int index) {
    if (index == current_) {
        run_.cancel();
    } else if (entries_.at(static_cast<std::size_t>(index)).state == State::Waiting) {
        set(index, State::Cancelled);
    }
}

void AnnotationQueue::cancelAll() {
    for (int index = 0; index < static_cast<int>(entries_.size()); ++index) {
        cancel(index);
    }
}

void AnnotationQueue::clearFinished() {
    const QString running = current_ < 0 ? QString() : entries_[static_cast<std::size_t>(current_)].video;
    std::erase_if(entries_,
                  [](const Entry& entry) { return entry.state != State::Waiting && entry.state != State::Running; });
    const auto now = std::ranges::find(entries_, running, &Entry::video);
    current_ = now == entries_.end() ? -1 : static_cast<int>(now - entries_.begin());
    emit changed();
}

void AnnotationQueue::set(int index, State state) {
    entries_[static_cast<std::size_t>(index)].state = state;
    emit entryChanged(index);
}

void AnnotationQueue::startNext() {
    const auto next = std::ranges::find(entries_, State::Waiting, &Entry::state);
    if (next == entries_.end()) {
        current_ = -1;
        emit finished();
        return;
    }
    current_ = static_cast<int>(next - entries_.begin());
    set(current_, State::Running);
    if (const QString reason = mayAnnotate_(next->video); !reason.isEmpty()) {
        finish(fail(ErrorCode::Unsupported, reason.toStdString()));
        return;
    }
    run_.start("annotate", [this, video = next->video, annotate = hooks_.annotate](
                               const std::stop_token& stop, const BackgroundRun::Teller& teller) {
        auto outcome = std::make_shared<Result<QueueOutcome>>(annotate(
            video,
            [this, &teller](double progress) {
                teller.tell([this, progress] {
                    entries_[static_cast<std::size_t>(current_)].progress = std::clamp(progress, 0.0, 1.0);
                    emit entryChanged(current_);
                });
            },
            stop));
        teller.end([this, outcome] { finish(*outcome); });
    });
}

void AnnotationQueue::finish(const Result<QueueOutcome>& outcome) {
    Entry& entry = entries_[static_cast<std::size_t>(current_)];
    if (outcome) {
        entry.cues = outcome->cues;
        entry.problem = errorText(outcome->cutShort);
        set(current_, outcome->captioned ? State::Done : State::Kept);
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        set(current_, State::Cancelled);
    } else {
        logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
        entry.problem = errorText(outcome.error());
        set(current_, State::Failed);
    }
    startNext();
}

}  // namespace sightline
