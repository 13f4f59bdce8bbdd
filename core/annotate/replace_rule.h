// The one rule about what a run may write over.
//
// A file is replaced when this program wrote it and it is still what was written, or when the user said `replace`; then
// a former file that is not just as this program wrote it stays beside the new one. Everything else is left alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace sightline {

// What the user wants to happen to what is there.
enum class Existing : std::uint8_t {
    Skip,        // it stays; only outputs that are missing are made
    Replace,     // everything is made again, edits are lost
    KeepEdited,  // captioned again around the cues that people edited
};

// What stands where an output goes. Digests are SHA-256, hex.
struct OutputFacts {
    bool isThere = false;        // any file, folder or link
    bool isReadable = false;     // a file whose content could be read
    std::string_view digest;     // of its content
    std::string_view written;    // of what this program wrote there last; empty when it never did
    std::string_view takenOver;  // of the content by hand whose edits the project has; empty when there is none
    std::string_view fresh;      // of what would be written; empty while it is not known
};

enum class OutputAction : std::uint8_t {
    Write,               // at once: nothing is there, or nothing that this program could not make again
    WriteKeepingFormer,  // with the former file beside it
    Keep,                // it is good as it is; nothing to tell
    LeaveAlone,          // it is somebody's; told, counted, and the exit code says so
};

// Why a file is left alone.
enum class OutputOwner : std::uint8_t {
    Program,     // as this program wrote it, or with edits by hand that the project has
    Edited,      // this program wrote it, somebody changed it since
    Foreign,     // another program or person wrote it
    Unreadable,  // no file, or one that may not be read
};

OutputOwner ownerOf(const OutputFacts& facts);
OutputAction decideOutput(const OutputFacts& facts, Existing existing);

}  // namespace sightline
