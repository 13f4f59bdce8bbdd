#include "app/queue_hooks.h"

#include <memory>

#include "core/annotate/annotate_file.h"

namespace sightline {

QueueHooks queueHooks(const AnnotationRunner::CaptionerLoader& load) {
    auto captioner = std::make_shared<std::unique_ptr<Captioner>>();
    return {[load, captioner](const QString& video, const std::function<void(double)>& progress,
                              const std::stop_token& stop) -> Result<QueueOutcome> {
        if (!*captioner) {
            auto loaded = load();
            if (!loaded) {
                return tl::unexpected(loaded.error());
            }
            *captioner = std::move(*loaded);
        }
        AnnotateJob job{video.toStdString(), video.toStdString()};
        job.output.replace_extension();
        AnnotateFileOptions options;
        options.quality = "balanced";
        options.annotate.search = (*captioner)->defaultSearch();
        const auto outcome = annotateFile(job, **captioner, options, progress, stop);
        if (!outcome) {
            return tl::unexpected(outcome.error());
        }
        if (!outcome->busy.empty()) {
            return fail(ErrorCode::Device, outcome->busy);
        }
        return QueueOutcome{static_cast<int>(outcome->cues), outcome->captioned,
                            QString::fromStdString(outcome->cutShort)};
    }};
}

}  // namespace sightline
