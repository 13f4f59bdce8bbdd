// Names the calling thread for debuggers and top -H.
#pragma once

#include <pthread.h>

namespace sightline {

// At most 15 characters: "capture", "inference", "export".
inline void nameThisThread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace sightline
