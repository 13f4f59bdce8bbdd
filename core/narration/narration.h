// Audio description of one video: where people speak, what fits between, spoken and mixed.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/captions/cue.h"
#include "core/media/writing/sound_muxer.h"
#include "core/narration/described_sound.h"
#include "core/narration/schedule.h"
#include "core/narration/scratch_folder.h"
#include "core/narration/speech.h"
#include "core/narration/spoken_lengths.h"
#include "core/narration/voice.h"

namespace sightline {

// Where the description goes in a copy of a video.
enum class DescriptionTrack : std::uint8_t {
    Second,  // a sound track more, which players choose for those who asked for it
    Mixed,   // in the sound track that players choose
};

struct NarrationOptions {
    std::string voice;  // as openVoice() takes it; empty: the built-in one in the language of the cues
    std::chrono::milliseconds patience = std::chrono::minutes(1);  // with a voice's command, for one text
    SpeechSearch speech;
    ScheduleOptions schedule;  // with freezes: extended audio description, whose copy has a mixed track
    MixOptions mix;
    DescriptionTrack track = DescriptionTrack::Second;
    int encoderThreads = 0;  // of the picture with freezes; 0: one a core
    // What the captioner would say instead of a cue of its own. Asked, without freezes, for cues that are too long to
    // be said in full even at the fastest rate. May be empty.
    std::function<std::vector<std::string>(const Cue&)> shorter;
};

// What became of a cue.
struct NarratedCue {
    TimeRange cue;
    std::string text;  // what is said; of one that is not, the cue's own
    ScheduledDescription scheduled;
    MediaTime heard{};  // when it begins in what is written, where freezes may come before it
};

// For people: "2.1 s too long for the gap".
std::string whyUnsaid(const ScheduledDescription& scheduled);

// Immutable once it was made: any thread, but one write at a time. Spoken texts lie in a folder of its own until its
// destructor.
class Narration {
public:
    using Progress = std::function<void(double)>;  // share done, 0..1

    // Finds speech, speaks the cues of `track`, schedules them and measures the loudness of the programme. `shots`:
    // start of each but the first. Any thread; blocks. Errors: those of findSpeech(), openVoice() and Voice::speak(),
    // Io.
    static Result<std::unique_ptr<Narration>> prepare(const std::filesystem::path& video, const CueTrack& track,
                                                      const std::vector<MediaTime>& shots,
                                                      const NarrationOptions& options, const Progress& progress = {},
                                                      const std::stop_token& stop = {});

    const std::vector<NarratedCue>& cues() const { return cues_; }
    const std::vector<TimeRange>& speech() const { return speech_; }
    std::size_t saidCount() const;
    const std::string& language() const { return track_.language; }

    // Of the video as it is written.
    const FrozenTimeLine& times() const { return times_; }
    MediaTime frozen() const;  // how long the picture stands still, in all

    // What is said, at the times at which it is in what is written.
    CueTrack spokenTrack() const;

    // A copy of the video with the description as a sound track (sound_muxer.h), or where the picture has to stand
    // still for it, encoded anew (burn_in.h); `output` may be replaced. True peaks stay under -1 dBTP also behind the
    // codec: what is heard of a loud programme is measured while it is coded, and where it is over, it is coded once
    // more with as much more headroom.
    Result<void> writeVideo(const std::filesystem::path& output, const Progress& progress = {},
                            const std::stop_token& stop = {}) const;
    // The mix alone, as .wav, .flac or .opus, with peaks as above.
    Result<void> writeSound(const std::filesystem::path& output, const Progress& progress = {},
                            const std::stop_token& stop = {}) const;

private:
    Narration(std::filesystem::path video, const CueTrack& track, const NarrationOptions& options, ScratchFolder folder)
        : video_(std::move(video)), track_(track), options_(options), folder_(std::move(folder)) {}

    struct SpokenFile {
        std::filesystem::path file;
        MediaTime length{};
    };

    Result<bool> speakShorter(const LengthOf& lengthOf, const std::vector<ScheduledDescription>& scheduled,
                              std::vector<Description>& descriptions) const;
    // How long it is.
    Result<MediaTime> speak(Voice& voice, const std::string& text, const std::stop_token& stop);
    void addClips();
    Result<void> matchLoudness(const Progress& progress, const std::stop_token& stop);
    Result<std::unique_ptr<AudioSource>> openProgramme() const;
    Result<DescribedSound> mix(const MixOptions& options) const;
    SoundTrackOptions trackOptions() const;
    using MixWriter = std::function<Result<void>(const SoundSupply&, const ProgressCallback&)>;
    Result<void> writeMix(const Progress& progress, const MixWriter& writer) const;
    // Writes until what is heard is under the limit, and leaves in `options` with which headroom.
    Result<void> writeHeard(MixOptions& options, const Progress& progress, const MixWriter& writer) const;
    Result<void> writeOnce(const MixOptions& options, const Progress& progress, const MixWriter& writer,
                           const HeardSound& heard) const;

    const std::filesystem::path video_;
    const CueTrack track_;
    const NarrationOptions options_;
    const ScratchFolder folder_;
    std::vector<TimeRange> speech_;
    std::vector<NarratedCue> cues_;
    FrozenTimeLine times_;
    std::map<std::string, SpokenFile> spoken_;  // by text
    std::vector<SpokenClip> clips_;
    bool hasSound_ = false;
    bool isLoud_ = false;  // a codec may take it over the limit
    AudioFormat format_;   // of the mix
};

}  // namespace sightline
