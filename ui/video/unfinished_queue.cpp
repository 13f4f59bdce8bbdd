#include "ui/video/unfinished_queue.h"

#include <QFileInfo>
#include <QSettings>

#include "ui/process_lock.h"
#include "ui/video/annotation_queue.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr const char* kVideosKey = "video/queue";

QString lockPath() { return windowSettings()->fileName() + QStringLiteral(".queue"); }

}  // namespace

UnfinishedQueue::UnfinishedQueue(const AnnotationQueue* queue, QObject* parent) : QObject(parent), queue_(queue) {
    connect(queue, &AnnotationQueue::changed, this, &UnfinishedQueue::keep);
    connect(queue, &AnnotationQueue::entryChanged, this, &UnfinishedQueue::keep);
}

void UnfinishedQueue::keep() {
    QStringList left;
    bool isOver = true;  // then what failed was told
    for (const auto& entry : queue_->entries()) {
        const bool isDue =
            entry.state == AnnotationQueue::State::Waiting || entry.state == AnnotationQueue::State::Running;
        if (isDue || entry.state == AnnotationQueue::State::Failed) {
            left << entry.video;
        }
        isOver = isOver && !isDue;
    }
    if (isOver) {
        left.clear();
    }
    if (left == kept_ || !remembersOpened() || (!lock_ && !(lock_ = lockOfProcess(lockPath())))) {
        return;
    }
    kept_ = left;
    windowSettings()->setValue(kVideosKey, left);
    if (left.isEmpty()) {
        lock_.reset();
    }
}

QStringList UnfinishedQueue::take() {
    QStringList left;
    if (const auto lock = lockOfProcess(lockPath())) {
        for (const QString& video : windowSettings()->value(kVideosKey).toStringList()) {
            if (QFileInfo::exists(video)) {
                left << video;
            }
        }
        windowSettings()->remove(kVideosKey);
    }
    return left;
}

}  // namespace sightline
