// Asks before a model that somebody else made is loaded: it is a program.
#pragma once

#include <filesystem>

class QWidget;

namespace sightline {

// Waits for the answer; Cancel is the default. UI thread only.
bool askForTrust(QWidget* parent, const std::filesystem::path& model);

}  // namespace sightline
