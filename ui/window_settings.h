// What the window remembers from one run to the next: sizes, shortcuts, recent files.
#pragma once

#include <memory>

#include <QSettings>

namespace sightline {

// The user's settings file of the running program; in tests, which have no organization name, one that is dropped.
std::unique_ptr<QSettings> windowSettings();

// Whether the files and sources opened last may be kept, which the user decides.
bool remembersOpened();
void setRemembersOpened(bool remembers);

}  // namespace sightline
