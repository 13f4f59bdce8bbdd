#include "ui/video/unfinished_queue.h"

#include <csignal>

#include <QCoreApplication>
#include <QFileInfo>
#include <QSettings>

#include "ui/video/annotation_queue.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr const char* kVideosKey = "video/queue";
constexpr const char* kOwnerKey = "video/queueOwner";

// Of another process that is still there.
bool isOthers() {
    const qint64 owner = windowSettings()->value(kOwnerKey).toLongLong();
    return owner > 0 && owner != QCoreApplication::applicationPid() && ::kill(static_cast<pid_t>(owner), 0) == 0;
}

}  // namespace

UnfinishedQueue::UnfinishedQueue(const AnnotationQueue* queue, QObject* parent) : QObject(parent), queue_(queue) {
    connect(queue, &AnnotationQueue::changed, this, &UnfinishedQueue::keep);
    connect(queue, &AnnotationQueue::entryChanged, this, &UnfinishedQueue::keep);
}

void UnfinishedQueue::keep() {
    QStringList left;
    for (const auto& entry : queue_->entries()) {
        if (entry.state == AnnotationQueue::State::Waiting || entry.state == AnnotationQueue::State::Running) {
            left << entry.video;
        }
    }
    if (left == kept_ || !remembersOpened() || isOthers()) {
        return;
    }
    kept_ = left;
    windowSettings()->setValue(kVideosKey, left);
    windowSettings()->setValue(kOwnerKey, left.isEmpty() ? 0 : QCoreApplication::applicationPid());
}

QStringList UnfinishedQueue::take() {
    QStringList left;
    if (!isOthers()) {
        for (const QString& video : windowSettings()->value(kVideosKey).toStringList()) {
            if (QFileInfo::exists(video)) {
                left << video;
            }
        }
        windowSettings()->remove(kVideosKey);
        windowSettings()->remove(kOwnerKey);
    }
    return left;
}

}  // namespace sightline
