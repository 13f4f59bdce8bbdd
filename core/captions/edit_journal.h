// Edits since a project was last saved, on disk as they are made, so that a crash loses none.
//
// A text file beside the project: a first line names the saved state that the edits belong to, then one line an edit.
// Each line begins with a checksum; reading stops at the first that does not match, where the crash cut a write short.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/result.h"

namespace sightline {

struct SoundJournal {
    std::vector<std::string> lines;
    std::size_t bytes = 0;  // of the content's beginning that holds them; zero where it is of another state
};

// What of a journal's content is whole and belongs to the saved state `base`. Any thread.
SoundJournal soundJournal(std::string_view content, std::string_view base);

// All calls from one thread at a time. A line reaches the kernel before append() returns, so it outlives the
// process; a thread of the journal's own flushes to the disk within a second, for when the power fails.
class EditJournal {
public:
    // Opens the journal of the saved state `base`, and leaves in `lines` what an earlier process wrote there for the
    // same state. Errors: Device, another process has it open; NotFound, no such folder; Io.
    static Result<std::unique_ptr<EditJournal>> open(const std::filesystem::path& path, std::string_view base,
                                                     std::vector<std::string>& lines);

    ~EditJournal();  // leaves the file
    EditJournal(const EditJournal&) = delete;
    EditJournal& operator=(const EditJournal&) = delete;

    // Without line breaks. Error: Io; then it is written with the next one, so that no line ever stands behind a gap.
    Result<void> append(std::string_view line);
    Result<void> restart(std::string_view base);  // forgets all lines; the next ones belong to `base`. Error: as above
    void remove();                                // the file, when there is nothing to recover any more

private:
    EditJournal(std::filesystem::path path, int file);
    Result<void> writeOwed();
    void flushAsNeeded(const std::stop_token& stop);

    // immutable
    const std::filesystem::path path_;
    const int file_;

    // of the calling thread
    std::string owed_;  // lines that the disk did not take yet

    // guarded by mutex_
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool unflushed_ = false;

    std::jthread flusher_;
};

}  // namespace sightline
