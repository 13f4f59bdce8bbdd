// A lock that says that a process lives.
#pragma once

#include <memory>

#include <QLockFile>

namespace sightline {

// The lock of the file `path`, which goes with it; null while another object has it, of this process or of another one
// that still lives, or where the file cannot be made.
std::unique_ptr<QLockFile> lockOfProcess(const QString& path);

}  // namespace sightline
