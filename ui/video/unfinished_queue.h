// Which videos a window still had to caption when it ended, for the next one to go on with.
#pragma once

#include <memory>

#include <QLockFile>
#include <QObject>
#include <QStringList>

namespace sightline {

class AnnotationQueue;

// UI thread only. Kept in the window's settings, locked while its process lives.
class UnfinishedQueue final : public QObject {
    Q_OBJECT

public:
    // Keeps what `queue` has left from now on, unless another window that is still there has something to keep.
    explicit UnfinishedQueue(const AnnotationQueue* queue, QObject* parent);

    // What a window that is gone had left. Once: it is this window's or nobody's from then on.
    static QStringList take();

private:
    void keep();

    const AnnotationQueue* queue_;
    QStringList kept_;
    std::unique_ptr<QLockFile> lock_;  // while there is something to keep
};

}  // namespace sightline
