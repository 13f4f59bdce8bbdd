#include "app/command_line.h"

#include <algorithm>
#include <charconv>

#include <regex>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/annotate_command.h"
#include "app/bench_command.h"
#include "app/build_facts.h"
#include "app/caption_command.h"
#include "app/convert_command.h"
#include "app/exit_codes.h"
#include "app/help_documents.h"
#include "app/live_command.h"
#include "app/model_file.h"
#include "app/model_trust.h"
#include "app/option_values.h"
#include "app/settings.h"
#include "app/shots_command.h"
#include "app/usage_error.h"
#include "app/window_command.h"
#include "core/annotate/annotate_collection.h"
#include "core/base/logging.h"
#include "core/benchmark/made_load.h"
#include "core/benchmark/setting_runner.h"
#include "core/feed/feed_server.h"
#include "core/inference/bundle_check.h"
#include "core/inference/torch_library.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 success, 1 an input could not be read in full, 2 bad option, 3 unusable model, 4 unusable camera, "
    "130 and 143 stopped by Ctrl+C and by SIGTERM.";

void addTrust(CLI::App& app, bool& trusts) {
    app.add_flag("--trust-model", trusts,
                 "Load the model though it did not come with Sightline: you trust who made it. Needed once for each");
}

void addSettings(CLI::App& app, Settings& settings, bool& trusts) {
    addTrust(app, trusts);
    for (const Setting& setting : settingsTable()) {
        if (const auto* number = std::get_if<int Settings::*>(&setting.value)) {
            app.add_option(setting.flag, settings.**number, setting.help)
                ->check(CLI::Range(setting.least, setting.most))
                ->capture_default_str();
        } else {
            auto* option =
                app.add_option(setting.flag, settings.*std::get<std::string Settings::*>(setting.value), setting.help);
            if (!setting.choices.empty()) {
                option->check(CLI::IsMember(std::vector<std::string>(setting.choices.begin(), setting.choices.end())));
            }
        }
    }
}

// CLI11 would tell the values behind the names as well.
template <typename T>
CLI::Validator namesOf(const std::map<std::string, T>& values) {
    std::string names;
    for (const auto& [name, value] : values) {
        names += (names.empty() ? "{" : ",") + name;
    }
    return CLI::CheckedTransformer(values).description(names + "}");
}

// "2/5", as {2, 5}.
Result<Shard> parseShard(const std::string& text) {
    Shard shard;
    const auto* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, shard.index);
    const bool isPair = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
    const auto second = isPair ? std::from_chars(first.ptr + 1, end, shard.count) : first;
    if (!isPair || second.ec != std::errc() || second.ptr != end || shard.index < 1 || shard.index > shard.count) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("--shard is {}, but must be K/N with K from 1 to N, as 2/5.", text));
    }
    return shard;
}

void addAudioDescription(CLI::App& command, AnnotateCommand& annotate) {
    auto* describe = command.add_flag("--audio-description", annotate.describe,
                                      "Also copy each video with a second sound track that says the captions where "
                                      "nobody speaks, and write when as WebVTT");
    command
        .add_option(
            "--voice", annotate.narration.voice,
            "Who says them: espeak:en, the built-in voice of a language, or command:PROGRAM ... {output}, which "
            "gets the text on standard input")
        ->default_str("espeak")
        ->needs(describe);
    auto* track = command
                      .add_option_function<std::string>(
                          "--description-track",
                          [&annotate](const std::string& where) {
                              annotate.narration.track =
                                  where == "mixed" ? DescriptionTrack::Mixed : DescriptionTrack::Second;
                          },
                          "Where the copy has them: as a second sound track, or mixed into the sound of the video")
                      ->check(CLI::IsMember({"second", "mixed"}))
                      ->default_str("second")
                      ->needs(describe);
    command
        .add_flag(
            "--extended", annotate.narration.schedule.freezes,
            "Let the picture and its sound wait for captions that do not fit, in a copy that is encoded anew, with "
            "one mixed track")
        ->needs(describe)
        ->excludes(track);
    command
        .add_option("--description-script", annotate.scripts, "Also what is said, to be read, as files of these kinds")
        ->delimiter(',')
        ->check(CLI::IsMember({"md", "html"}))
        ->needs(describe);
    command.add_option("--description-sound", annotate.sounds, "Also that track alone, as files of these kinds")
        ->delimiter(',')
        ->check(CLI::IsMember({"wav", "flac", "opus"}))
        ->needs(describe);
    command
        .add_option("--ducking", annotate.narration.mix.ducking,
                    "How much softer the sound of the video is meanwhile, in decibels")
        ->check(CLI::Range(0.0, 60.0))
        ->capture_default_str()
        ->needs(describe);
    command
        .add_option("--fastest-voice", annotate.narration.schedule.fastest,
                    "How many times faster the voice may become where there is little room")
        ->check(CLI::Range(1.0, 2.0))
        ->capture_default_str()
        ->needs(describe);
    const auto addTime = [&](const char* name, MediaTime& time, const char* help, const char* usual) {
        command
            .add_option_function<double>(
                name,
                [&time](double seconds) {
                    time = std::chrono::round<MediaTime>(std::chrono::duration<double>(seconds));
                },
                help)
            ->transform(inSeconds())
            ->check(CLI::Range(0.0, 60.0))
            ->default_str(usual)
            ->needs(describe);
    };
    addTime("--speech-gap", annotate.narration.schedule.leastGap, "The shortest pause between speech that is used",
            "1.5s");
    addTime("--speech-margin", annotate.narration.schedule.headMargin, "How far a caption keeps from speech", "200ms");
}

CLI::App* addAnnotate(CLI::App& app, AnnotateCommand& annotate, std::string& shard) {
    auto* command = app.add_subcommand("annotate", "Write the captions of videos into files, for one or a thousand");
    command->footer(kFooter);
    command->add_option("input", annotate.inputs, "Video files, folders of them, or patterns")->required();
    command->add_option("-o,--output", annotate.outputFolder, "Folder of the files that are written")->required();
    std::vector<std::string> formats = subtitleFormatNames();
    for (const CollectionKind& kind : collectionKinds()) {
        formats.emplace_back(kind.name);
    }
    command
        ->add_option("--format", annotate.formats,
                     "Formats, separated by commas; activitynet is one file for all videos, activitynet-results the "
                     "same for a scorer")
        ->delimiter(',')
        ->check(CLI::IsMember(formats))
        ->default_str("srt");
    const std::map<std::string, Existing> existing{
        {"skip", Existing::Skip}, {"replace", Existing::Replace}, {"keep-edited", Existing::KeepEdited}};
    command
        ->add_option("--existing", annotate.existing,
                     "What is there: skip it, replace it, or caption again around what people edited")
        ->type_name("TEXT")
        ->transform(namesOf(existing))
        ->default_str("skip");
    const std::map<std::string, Quality> quality{
        {"fast", Quality::Fast}, {"balanced", Quality::Balanced}, {"best", Quality::Best}};
    command->add_option("--quality", annotate.quality, "How often and how thoroughly pictures are captioned")
        ->type_name("TEXT")
        ->transform(namesOf(quality))
        ->default_str("balanced");
    command->add_option("--jobs", annotate.jobs, "Files at once; they share the threads")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    const auto addTime = [&](const char* name, double& seconds, const char* help) {
        command->add_option(name, seconds, help)->transform(inSeconds())->check(CLI::Range(0.0, 1e7));
    };
    addTime("--from", annotate.fromSeconds, "Begin here, as 90s, 2min or 1:30");
    addTime("--to", annotate.toSeconds, "End here");
    command->add_option("--shard", shard,
                        "Of all files only this share, as 2/5: for several machines that share a folder. Each file is "
                        "in one share, whoever asks");
    command->add_flag("--mux", annotate.mux, "Also copy each video with the captions as a track that players show");
    command->add_flag("--burn-in", annotate.burnIn, "Also copy each video with the captions in its picture");
    command->add_option("--burn-in-size", annotate.look.sizePercent, "Of their letters, in percent")
        ->check(CLI::Range(25, 400))
        ->capture_default_str();
    command->add_option("--burn-in-box", annotate.look.boxPercent, "How opaque the box behind them is, in percent")
        ->check(CLI::Range(0, 100))
        ->capture_default_str();
    command
        ->add_option_function<std::string>(
            "--burn-in-place", [&annotate](const std::string& place) { annotate.look.atTop = place == "top"; },
            "Where they stand")
        ->check(CLI::IsMember({"bottom", "top"}))
        ->default_str("bottom");
    command->add_flag("--burn-in-contrast", annotate.look.highContrast, "Yellow letters on a black box");
    addAudioDescription(*command, annotate);
    command->add_flag("--timings", annotate.timings, "Tell where the time went");
    return command;
}

CLI::App* addConvert(CLI::App& app, ConvertCommand& convert) {
    auto* command = app.add_subcommand("convert", "Write a caption file in another format");
    command->footer(kFooter);
    std::vector<std::string> formats = subtitleFormatNames();
    command->add_option("input", convert.input, "Caption file of any kind that can be imported")->required();
    command->add_option("-o,--output", convert.output,
                        "File that is written; its extension names the format. Standard output without");
    command->add_option("--format", convert.format, "Of what is written, whatever the extension says")
        ->check(CLI::IsMember(formats));
    command->add_option("--video", convert.video,
                        "Video that the captions are of: its length tells seconds from milliseconds, and of a file "
                        "of many videos its captions are taken");
    command
        ->add_option("--times", convert.unit,
                     "What whole numbers without a unit count: s or ms; as the file and the video tell without")
        ->check(CLI::IsMember({"s", "ms"}));
    command
        ->add_option_function<std::string>(
            "--existing", [&convert](const std::string& what) { convert.replace = what == "replace"; },
            "What is there: leave it, or replace it and keep it as NAME~1")
        ->check(CLI::IsMember({"skip", "replace"}))
        ->default_str("skip");
    return command;
}

CLI::App* addBenchEngine(CLI::App& group, BenchEngineCommand& engine) {
    auto* command = group.add_subcommand("engine", "Compare the ways to compute captions: instruction sets, LibTorch");
    command->footer(
        "Every picture is captioned by every engine in turn, in random order, after a round that warms up. Ctrl+C "
        "reports the rounds that are done. Close other programs, or the figures are theirs too.\n" +
        std::string(kFooter));
    command->add_option("input", engine.inputs, "Picture files; without any, pictures of the sample clip");
    command->add_option("--format", engine.format, "Of the report")
        ->check(CLI::IsMember({"md", "json"}))
        ->capture_default_str();
    command->add_option("-o,--output", engine.output, "File of the report instead of standard output");
    command->add_option("--flame", engine.flame,
                        "Also write where the time goes to this file, as folded stacks for flame graphs");
    command->add_option("--pictures", engine.pictures, "Pictures of the sample clip")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--rounds", engine.rounds, "Over all pictures")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--seed", engine.seed, "Of the order of the engines")->capture_default_str();
    return command;
}

CLI::App* addBenchThreads(CLI::App& group, BenchCommand& bench) {
    auto* command = group.add_subcommand("threads", "Find the CPU settings that caption fastest on this machine");
    command->footer(
        "Each setting is timed in a process of its own, over captions of the sample clip, in random order, until its "
        "median is stable. Ctrl+C reports what was measured. Close other programs, or the figures are theirs too.\n" +
        std::string(kFooter));
    command->add_option("--threads", bench.threads, "Intra-op thread counts, as 1-4 or 1,2,8")->capture_default_str();
    command
        ->add_option(
            "--interop", bench.interOp,
            "Inter-op thread counts; they matter only to networks with branches, which the shipped one has not")
        ->capture_default_str();
    command
        ->add_option("--beams", bench.beams, "Beams of the caption search, as 1,3; 1 is greedy, 0 the model's default")
        ->capture_default_str();
    command->add_option("--model", bench.models, "Bundle to measure instead of the shipped one; may be repeated")
        ->allow_extra_args(false);
    command
        ->add_option("--precision", bench.precisions,
                     "Of the bundles, measure those with these precisions; the shipped one has int8 only")
        ->delimiter(',')
        ->check(CLI::IsMember({"fp32", "bf16", "int8"}));
    command
        ->add_option("--affinity", bench.affinities,
                     "any: the kernel places threads; cores: each is given a core of its own, fast cores first")
        ->delimiter(',')
        ->check(CLI::IsMember({affinityName(Affinity::Any), affinityName(Affinity::Cores)}))
        ->default_str("any");
    command
        ->add_option("--pipeline", bench.pipelines,
                     "sequential: one picture after the other, as live; overlapped: the next is encoded meanwhile, as "
                     "videos are")
        ->delimiter(',')
        ->check(CLI::IsMember({pipelineName(Pipeline::Sequential), pipelineName(Pipeline::Overlapped)}))
        ->default_str("sequential");
    command
        ->add_option("--busy-programs", bench.busyPrograms,
                     "Programs that keep CPUs busy meanwhile, as 0,2: measured alone and beside two")
        ->capture_default_str();
    command->add_option("--format", bench.format, "Of the report")
        ->check(CLI::IsMember({"md", "csv", "json"}))
        ->capture_default_str();
    command->add_option("-o,--output", bench.output, "File of the report instead of standard output");
    command->add_option("--clip", bench.clip, "Video whose pictures are captioned instead of the sample's");
    command->add_option("--pictures", bench.pictures, "Pictures of the clip")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--repetitions", bench.repetitions, "At most this many of each setting")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command
        ->add_option("--patience", bench.patienceSeconds,
                     "How long a setting waits while other programs use the CPU, as 15s or 2min")
        ->transform(inSeconds())
        ->check(CLI::Range(0.0, 86400.0))
        ->default_str("15s");
    command->add_option("--seed", bench.seed, "Of the order of the settings")->capture_default_str();
    command->add_flag("--quick", bench.quick, "Three repetitions of each setting, however they scatter");
    return command;
}

CLI::App* addLive(CLI::App& app, LiveCommand& live) {
    auto* command = app.add_subcommand("live", "Print captions of a camera, a stream or the screen as they change");
    command->footer(kFooter);
    auto* list = command->add_flag("--list", live.list, "Print the cameras and their modes instead");
    command
        ->add_option("-s,--source", live.source,
                     "camera:N or camera:NAME, /dev/v4l/by-id/..., rtsp:// or http:// address, gst:PIPELINE, screen:, "
                     "screen:/640x480+0+0, screen:/window=ID, or a video file")
        ->excludes(list);
    command->add_flag("--json", live.json,
                      "One JSON object per line: time, source, position, caption, confidence, age");
    command->add_option("--duration", live.durationSeconds, "Stop after this time, as 30s or 2min")
        ->transform(inSeconds())
        ->check(CLI::Range(0.001, 1e7));
    command->add_option("--steadiness", live.steadiness, "0 prints every caption as it comes, 1 changes least")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--record", live.record,
                        "Record pictures and captions to this .mkv file, with a project beside it");
    auto* alert = command->add_option("--alert", live.alert,
                                      "Tell on standard error when a caption matches this regular expression");
    command
        ->add_option("--alert-command", live.alertCommand,
                     "Run this program then, without a shell; \"{caption}\" and {time} are filled in")
        ->needs(alert);
    command->add_option("--alert-interval", live.alertSeconds, "Least seconds between two alerts")
        ->check(CLI::Range(0, 86400))
        ->capture_default_str()
        ->needs(alert);
    auto* feed =
        command
            ->add_option(
                "--feed", live.feedPort,
                "Tell captions and picture to other programs on this machine, over HTTP on this port; 0 is any "
                "free one")
            ->expected(0, 1)
            ->default_str(std::to_string(kFeedPort))
            ->check(CLI::Range(0, 65535));
    command
        ->add_option("--feed-allow-origin", live.feedOrigin,
                     "Whose web pages may read the feed, as https://example.org; null for pages that are files")
        ->needs(feed)
        ->check([](const std::string& origin) {
            static const std::regex form("null|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?");
            return std::regex_match(origin, form) ? std::string()
                                                  : "write scheme and host, as https://example.org or "
                                                    "http://localhost:3000, without a path";
        });
    command->add_option("--caption-file", live.captionFile,
                        "Keep the current caption in this text file, as OBS's text source reads it; empty while "
                        "there is none");
    command->add_flag("--wait", live.patient, "Wait for a source that is not there yet");
    return command;
}

int refuseUsage(const std::string& problem, const CLI::App& command) {
    fmt::print(stderr, "sightline: {}\nRun {} --help for the options.\n", problem, commandName(command));
    return kExitUsage;
}

}  // namespace

int runCommandLine(int argc, char** argv, std::FILE* out) {
    Settings settings = readSettings();
    bool trusts = false;
    WindowCommand window;
    CaptionCommand caption;
    AnnotateCommand annotate;
    ShotsCommand shots;
    ConvertCommand convert;
    BenchCommand bench;
    BenchEngineCommand benchEngine;
    std::string childTask;
    int busyParent = 0;
    std::string documentKind;
    std::string shard;
    LiveCommand live;

    CLI::App app("Sightline watches a camera or a video and says what is seen.", "sightline");
    app.set_version_flag("--version", versionText, "Print the version, what was built, and the models' hashes");
    app.footer(kFooter);
    app.add_option("file", window.input, "Video to open in the window");
    auto* sample = app.add_flag("--sample", window.sample, "Open the shipped sample clip");
    app.add_option("--camera", window.camera, "Open camera N (/dev/videoN)")
        ->check(CLI::Range(0, 255))
        ->excludes(sample);
    app.add_flag("--loop", window.loop, "Start the video again at its end");
    app.add_flag("--new-instance", window.ownWindow,
                 "Open a window of its own, even where there is one that would take the file");
    app.add_option("--screenshot", window.screenshot,
                   "Write a picture of the captioning window to this PNG file and quit");
    app.add_option("--screenshots", window.screenshots,
                   "Write pictures of all pages, at work on the sample clip, to this folder and quit")
        ->check(CLI::ExistingDirectory);
    addSettings(app, settings, trusts);

    auto* command = app.add_subcommand("caption", "Print captions of pictures and videos, without a display");
    command->footer(kFooter);
    command->add_option("input", caption.inputs, "Picture or video files; - reads names from standard input")
        ->required();
    command->add_flag("--json", caption.json,
                      "One JSON object per line: source, start, end, caption, confidence, tokens; with --timings also "
                      "milliseconds of each stage");
    command->add_option("--every", caption.everySeconds, "Time between captioned frames of a video, as 500ms or 2s")
        ->transform(inSeconds())
        ->check(CLI::Range(0.001, 86400.0))
        ->default_str("1s");
    command->add_flag("--timings", caption.timings, "Tell where the time went, on standard error");
    addSettings(*command, settings, trusts);
    auto* annotateCommand = addAnnotate(app, annotate, shard);
    addSettings(*annotateCommand, settings, trusts);
    auto* liveCommand = addLive(app, live);
    addSettings(*liveCommand, settings, trusts);
    auto* shotsCommand =
        app.add_subcommand("shots", "Print where a video's shots begin, and how: cut, fade or dissolve");
    shotsCommand->footer(kFooter);
    shotsCommand->add_option("input", shots.input, "Video file")->required();
    shotsCommand->add_flag("--json", shots.json,
                           "One JSON object: boundaries (time, start, end, transition), frames, detect_ms_per_frame");
    auto* convertCommand = addConvert(app, convert);
    auto* benchGroup = app.add_subcommand("bench", "Measure this machine")->require_subcommand(1);
    auto* benchCommand = addBenchThreads(*benchGroup, bench);
    addTrust(*benchCommand, trusts);
    auto* benchEngineCommand = addBenchEngine(*benchGroup, benchEngine);
    addSettings(*benchEngineCommand, settings, trusts);
    auto* childCommand = app.add_subcommand(kChildCommand)->group("");  // what "bench threads" starts
    childCommand->add_option("task", childTask)->required();
    auto* busyCommand = app.add_subcommand(kBusyCommand)->group("");  // the load it makes
    busyCommand->add_option("parent", busyParent)->required();
    auto* checkCommand = app.add_subcommand(kCheckCommand)->group("");  // what trying a model starts
    checkCommand->add_option("task", childTask)->required();
    auto* documentCommand = app.add_subcommand("help-document")->group("");  // what packages install
    documentCommand->add_option("kind", documentKind)
        ->required()
        ->check(CLI::IsMember({"man", "markdown", "bash", "zsh", "fish"}));

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {  // --help or --version
            std::ostringstream text;
            app.exit(error, text, text);
            fmt::print(out, "{}", text.str());
            return kExitOk;
        }
        return refuseUsage(usageProblem(app, error), commandGiven(app));
    }
    setLogLevel(settings.logLevel);
    if (documentCommand->parsed()) {
        fmt::print(out, "{}", *helpDocument(app, documentKind, SIGHTLINE_VERSION));
        return kExitOk;
    }
    // A window that is there has settings of its own.
    window.ownWindow = window.ownWindow || std::ranges::any_of(settingsTable(), [&app](const Setting& setting) {
                           return app.count(setting.flag) > 0;
                       });
    if (checkCommand->parsed()) {
        return runBundleCheck(childTask, out);
    }
    if (trusts) {
        const bool namesSeveral = benchCommand->parsed() && !bench.models.empty();
        for (const std::string& model : namesSeveral ? bench.models : std::vector<std::string>{settings.model}) {
            trustModel(namesSeveral ? std::filesystem::path(model) : modelFile(model));
        }
    }
    if (shotsCommand->parsed()) {
        return runShotsCommand(shots, out);
    }
    if (convertCommand->parsed()) {
        return runConvertCommand(convert, out);
    }
    if (benchCommand->parsed()) {
        return runBenchCommand(bench, settings, out);
    }
    if (benchEngineCommand->parsed()) {
        return runBenchEngineCommand(benchEngine, settings, out);
    }
    if (childCommand->parsed()) {
        return runBenchChildCommand(childTask, out);
    }
    if (busyCommand->parsed()) {
        keepBusy(busyParent);
        return kExitOk;
    }
    if (settings.interOp > 0) {
        if (const auto set = setInterOpThreads(settings.interOp); !set) {
            logger("app")->warn("{}", set.error().message);
        }
    }
    if (liveCommand->parsed()) {
        if (live.source.empty() && !live.list) {
            return refuseUsage(
                "live needs to know what to watch: --source camera:0, --source screen:, the address of a stream or a "
                "file. --list prints the cameras.",
                *liveCommand);
        }
        return runLiveCommand(live, settings, out);
    }
    if (annotateCommand->parsed()) {
        if (annotateCommand->count("--to") > 0 && annotate.toSeconds <= annotate.fromSeconds) {
            return refuseUsage(fmt::format("--to ({:g} s) must be later than --from ({:g} s).", annotate.toSeconds,
                                           annotate.fromSeconds),
                               *annotateCommand);
        }
        if (!shard.empty()) {
            const auto parsed = parseShard(shard);
            if (!parsed) {
                return refuseUsage(parsed.error().message, *annotateCommand);
            }
            annotate.shard = *parsed;
        }
        annotate.narration.schedule.tailMargin = annotate.narration.schedule.headMargin;
        return runAnnotateCommand(annotate, settings, out);
    }
    if (command->parsed()) {
        return runCaptionCommand(caption, settings, out);
    }
    return isUnknownCommand(window.input) ? refuseUsage(unknownCommand(app, window.input), app)
                                          : runWindowCommand(window, settings, argc, argv);
}

}  // namespace sightline
