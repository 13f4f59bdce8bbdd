#include "app/caption_command.h"

#include <filesystem>
#include <future>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "app/exit_codes.h"
#include "app/load_captioner.h"
#include "app/model_file.h"
#include "app/stage_report.h"
#include "core/base/logging.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/files/still_image.h"
#include "core/pipeline/file_session.h"

namespace sightline {
namespace {

std::string clockText(MediaTime time) {
    const auto all = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    return fmt::format("{}:{:02}:{:02}.{:03}", all / 3'600'000, all / 60'000 % 60, all / 1000 % 60, all % 1000);
}

class CaptionRun {
public:
    CaptionRun(const CaptionCommand& command, std::unique_ptr<Captioner> captioner, const SearchOptions& search,
               std::FILE* out)
        : command_(command), captioner_(std::move(captioner)), search_(search), out_(out) {}

    Result<void> caption(const std::string& input) {
        return isStillImage(input) ? captionImage(input) : captionVideo(input);
    }

    // For who waits for an answer to each name: a line about the one that has no caption.
    void printFailure(const std::string& source, const Error& error) {
        if (command_.json) {
            printLine({{"source", source}, {"error", error.message}});
        }
    }

    const StageReport& report() const { return report_; }
    bool lostOutput() const { return lost_; }

private:
    Result<void> captionImage(const std::string& input);
    Result<void> captionVideo(const std::string& input);
    void print(const std::string& source, const Caption& caption, const StageTimes& times, bool timed);
    void printLine(const nlohmann::ordered_json& line);

    const CaptionCommand& command_;
    std::unique_ptr<Captioner> captioner_;
    const SearchOptions search_;
    std::FILE* out_;
    StageReport report_;
    bool lost_ = false;  // a caption could not be written
};

void CaptionRun::printLine(const nlohmann::ordered_json& line) {
    // File names need not be UTF-8.
    fmt::print(out_, "{}\n", line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    lost_ = lost_ || std::fflush(out_) != 0;
}

void CaptionRun::print(const std::string& source, const Caption& caption, const StageTimes& times, bool timed) {
    if (command_.json) {
        nlohmann::ordered_json line;
        line["source"] = source;
        line["start"] = timed ? nlohmann::ordered_json(toSeconds(caption.start)) : nullptr;
        line["end"] = timed ? nlohmann::ordered_json(toSeconds(caption.end)) : nullptr;
        line["caption"] = caption.text;
        line["confidence"] = caption.confidence;
        line["tokens"] = caption.tokens;
        if (command_.timings) {
            line["milliseconds"] = {{"preprocess", toMilliseconds(times.preprocess)},
                                    {"encode", toMilliseconds(times.encode)},
                                    {"prefill", toMilliseconds(times.prefill)},
                                    {"generate", toMilliseconds(times.generate)}};
        }
        printLine(line);
    } else if (timed) {
        fmt::print(out_, "{} - {}  {}  ({:.2f})\n", clockText(caption.start), clockText(caption.end), caption.text,
                   caption.confidence);
    } else {
        fmt::print(out_, "{}: {}  ({:.2f})\n", source, caption.text, caption.confidence);
    }
    lost_ = lost_ || std::fflush(out_) != 0;
}

Result<void> CaptionRun::captionImage(const std::string& input) {
    auto image = readStillImage(input);
    if (!image) {
        return tl::unexpected(image.error());
    }
    auto generated = captioner_->caption(*image, search_);
    if (!generated) {
        return tl::unexpected(generated.error());
    }
    report_.add(generated->times);
    Caption caption;
    caption.text = generated->text;
    caption.confidence = generated->confidence;
    caption.tokens = generated->search.tokens;
    print(input, caption, generated->times, false);
    return {};
}

Result<void> CaptionRun::captionVideo(const std::string& input) {
    auto source = openVideoFile(input, kForReadingThrough);
    if (!source) {
        return tl::unexpected(source.error());
    }
    const bool progress = isatty(STDERR_FILENO) == 1 && isatty(fileno(out_)) != 1;
    const auto duration = (*source)->description().duration;
    if (!command_.json) {
        fmt::print(out_, "{}\n", input);
    }
    FileSessionOptions options;
    options.interval = std::chrono::duration_cast<MediaTime>(std::chrono::duration<double>(command_.everySeconds));
    options.search = search_;
    auto done = captionFile(**source, *captioner_, options, [&](const Caption& caption, const StageTimes& times) {
        report_.add(times);
        print(input, caption, times, true);
        if (progress) {
            fmt::print(stderr, "\r{}: {} of {}", input, clockText(caption.end), clockText(duration));
        }
    });
    if (progress) {
        fmt::print(stderr, "\n");
    }
    if (!done) {
        return tl::unexpected(done.error());
    }
    report_.addVideo(done->read, done->framesRead, done->wall, done->captions);
    return {};
}

}  // namespace

int runCaptionCommand(const CaptionCommand& command, const Settings& settings, std::FILE* out) {
    // Pictures need libraries, which load while the model is read.
    const auto looked = std::async(std::launch::async, [&command] { return isStillImage(command.inputs.front()); });
    const auto model = modelFile(settings.model);
    auto captioner = loadObeying(model, std::make_shared<ThreadBudget>(settings.threads), settings.views);
    if (!captioner) {
        fmt::print(stderr, "sightline: {}\n", captioner.error().message);
        logger("app")->info("{}", captioner.error().detail);
        return kExitModel;
    }
    const SearchOptions search = (*captioner)->defaultSearch(settings.beams);
    CaptionRun run(command, std::move(*captioner), search, out);
    int status = kExitOk;
    const auto captionOne = [&](const std::string& input, bool answered) {
        if (auto done = run.caption(input); !done) {
            fmt::print(stderr, "sightline: {}\n", done.error().message);
            logger("app")->info("{}", done.error().detail);
            status = kExitInputFailed;
            if (answered) {
                run.printFailure(input, done.error());
            }
        }
    };
    for (const std::string& input : command.inputs) {
        if (input != "-") {
            captionOne(input, false);
            continue;
        }
        for (std::string name; !run.lostOutput() && std::getline(std::cin, name);) {
            captionOne(name, true);
        }
    }
    if (run.lostOutput()) {
        fmt::print(stderr,
                   "sightline: captions could not be written to the output. Check that there is room for it.\n");
        status = kExitInputFailed;
    }
    if (command.timings && !run.report().empty()) {
        fmt::print(stderr, "{}", run.report().text(settings.threads));
    }
    return status;
}

}  // namespace sightline
