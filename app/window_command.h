// `sightline`: the window.
#pragma once

#include <string>

#include "app/settings.h"

namespace sightline {

struct WindowCommand {
    std::string input;    // video to open, empty for none
    bool sample = false;  // open the shipped sample clip, looped
    bool loop = false;
    int camera = -1;          // camera to open, -1 for none
    bool ownWindow = false;   // even where another window would take the file
    std::string screenshots;  // folder of pictures of all pages, then quit
    std::string screenshot;   // PNG to write once captions have been shown for a while, then quit
};

// Returns an exit code. What the command line names and cannot be opened is told on standard error, without a window.
int runWindowCommand(const WindowCommand& command, const Settings& settings, int& argc, char** argv);

}  // namespace sightline
