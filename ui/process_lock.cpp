#include "ui/process_lock.h"

namespace sightline {

std::unique_ptr<QLockFile> lockOfProcess(const QString& path) {
    auto lock = std::make_unique<QLockFile>(path);
    lock->setStaleLockTime(0);  // only the end of the process makes it stale
    return lock->tryLock(0) ? std::move(lock) : nullptr;
}

}  // namespace sightline
