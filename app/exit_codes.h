// What the program's exit codes mean; --help and the manual list them.
#pragma once

namespace sightline {

enum ExitCode : int {
    kExitOk = 0,
    kExitInputFailed = 1,  // at least one file could not be read or captioned in full
    kExitUsage = 2,        // bad option
    kExitModel = 3,        // the model bundle cannot be used
    kExitCamera = 4,       // the camera cannot be used
};

}  // namespace sightline
