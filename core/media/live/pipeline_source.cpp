#include "core/media/live/pipeline_source.h"

#include <mutex>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <gst/gst.h>

#include "core/base/logging.h"
#include "core/base/secrets.h"
#include "core/media/live/capture.h"
#include "core/media/live/grabbed_source.h"

namespace sightline {
namespace {

constexpr const char* kEnd = " ! videoconvert ! video/x-raw,format=BGR ! appsink";

// The same pipeline, in brackets that make it. While GStreamer 1.26 fills the one that it makes for a text without
// them, that one has another bus, which is thrown away afterwards: PipelineWatch would listen to that and hear nothing.
std::string inPipeline(const std::string& text) { return "pipeline.( " + text + " )"; }

struct Unref {
    void operator()(gpointer object) const { gst_object_unref(object); }
};
template <typename T>
using GstPtr = std::unique_ptr<T, Unref>;

bool isAppSink(GstElement* element) {
    GstElementFactory* factory = gst_element_get_factory(element);
    return factory && g_strcmp0(GST_OBJECT_NAME(factory), "appsink") == 0;
}

void forwardLog(const gchar*, GLogLevelFlags, const gchar* message, gpointer) {
    logger("gstreamer")->debug(withoutSecrets(message));
}

// Sees OpenCV's pipeline, which OpenCV shows nobody: why it fails, and its sink, without which a read that waits for a
// silent pipeline could not be ended. Every bin tells by a signal what is put into it, also on the thread on which
// OpenCV makes its pipeline.
class PipelineWatch {
public:
    ~PipelineWatch() {
        if (bus_) {
            gst_bus_set_sync_handler(bus_.get(), nullptr, nullptr, nullptr);
        }
    }

    // While it exists, what the calling thread puts into bins is looked at.
    class Making {
    public:
        explicit Making(PipelineWatch& watch) { making = &watch; }
        ~Making() { making = nullptr; }
        Making(const Making&) = delete;
        Making& operator=(const Making&) = delete;
    };

    static void listen() {
        static std::once_flag once;
        std::call_once(once, [] {
            g_log_set_handler("GStreamer", G_LOG_LEVEL_MASK, &forwardLog, nullptr);  // else standard error
            g_type_class_unref(g_type_class_ref(GST_TYPE_BIN));                      // makes its signals
            g_signal_add_emission_hook(g_signal_lookup("element-added", GST_TYPE_BIN), 0, &PipelineWatch::added,
                                       nullptr, nullptr);
        });
    }

    // Any thread: makes the sink say that the stream has ended, also while it holds a picture back until its time. A
    // thread of GStreamer does it, because it may have to wait for the pipeline's own.
    void end() {
        const std::lock_guard lock(mutex_);
        if (!sink_ || std::exchange(isEnded_, true)) {
            return;
        }
        const auto endSink = [](GstElement* sink, gpointer) {
            const GstPtr<GstPad> pad(gst_element_get_static_pad(sink, "sink"));
            gst_pad_send_event(pad.get(), gst_event_new_flush_start());
            gst_pad_send_event(pad.get(), gst_event_new_flush_stop(FALSE));
            gst_pad_send_event(pad.get(), gst_event_new_eos());
        };
        gst_element_call_async(sink_.get(), endSink, nullptr, nullptr);
    }

    // What GStreamer said of its failure; empty when it did not fail.
    std::string problem() const {
        const std::lock_guard lock(mutex_);
        return problem_;
    }

private:
    static gboolean added(GSignalInvocationHint*, guint, const GValue* values, gpointer) {
        if (making) {
            making->see(GST_ELEMENT(g_value_get_object(values)), GST_ELEMENT(g_value_get_object(values + 1)));
        }
        return TRUE;  // goes on listening
    }

    void see(GstElement* bin, GstElement* element) {
        const std::lock_guard lock(mutex_);
        if (!bus_ && GST_IS_PIPELINE(bin)) {  // its lasting bus, by inPipeline()
            bus_.reset(gst_element_get_bus(bin));
            gst_bus_set_sync_handler(bus_.get(), &PipelineWatch::told, this, nullptr);
        }
        if (!sink_ && isAppSink(element)) {
            // Old pictures make room for new ones, and nothing upstream ever waits for a reader.
            g_object_set(element, "drop", TRUE, "max-buffers", 1U, nullptr);
            sink_.reset(GST_ELEMENT(gst_object_ref(element)));
        }
    }

    static GstBusSyncReply told(GstBus*, GstMessage* message, gpointer self) {
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
            GError* error = nullptr;
            gst_message_parse_error(message, &error, nullptr);
            auto* watch = static_cast<PipelineWatch*>(self);
            const std::lock_guard lock(watch->mutex_);
            if (watch->problem_.empty()) {  // later ones follow from it
                watch->problem_ = withoutSecrets(error->message);
            }
            g_error_free(error);
        }
        return GST_BUS_PASS;
    }

    static thread_local PipelineWatch* making;

    // guarded by mutex_
    mutable std::mutex mutex_;
    GstPtr<GstBus> bus_;
    GstPtr<GstElement> sink_;
    std::string problem_;
    bool isEnded_ = false;
};

thread_local PipelineWatch* PipelineWatch::making = nullptr;

class PipelineGrabber final : public FrameGrabber {
public:
    PipelineGrabber(std::string pipeline, std::string name, std::unique_ptr<Capture> capture)
        : pipeline_(std::move(pipeline)), name_(std::move(name)), capture_(std::move(capture)) {}

    Result<StreamDescription> open() override;
    Result<Image> grab() override;
    void close() override { capture_->close(); }
    void interrupt() override { watch_.end(); }

private:
    Result<GstPtr<GstElement>> parsed(const std::string& text) const;
    Result<std::string> textForOpenCv() const;

    // immutable
    const std::string pipeline_;
    const std::string name_;

    PipelineWatch watch_;  // safe by itself

    // grabbing thread only
    const std::unique_ptr<Capture> capture_;
};

// OpenCV waits for ever for a pipeline that cannot be read, so it is only given one that can.
Result<GstPtr<GstElement>> PipelineGrabber::parsed(const std::string& text) const {
    GError* error = nullptr;
    GstElement* made = gst_parse_launch_full(text.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    const std::string why = error ? error->message : made ? "" : "it is empty";
    g_clear_error(&error);
    GstPtr<GstElement> element(made ? GST_ELEMENT(gst_object_ref_sink(made)) : nullptr);
    if (!why.empty()) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: GStreamer cannot make this pipeline: {}. Try it with gst-launch-1.0.",
                                name_, withoutSecrets(why)));
    }
    return element;
}

// The pipeline's appsink; null when it has none.
GstPtr<GstElement> sinkOf(GstElement* pipeline) {
    if (isAppSink(pipeline)) {
        return GstPtr<GstElement>(GST_ELEMENT(gst_object_ref(pipeline)));
    }
    GstPtr<GstElement> sink;
    if (GST_IS_BIN(pipeline)) {
        GstIterator* sinks = gst_bin_iterate_all_by_element_factory_name(GST_BIN(pipeline), "appsink");
        GValue found = G_VALUE_INIT;
        if (gst_iterator_next(sinks, &found) == GST_ITERATOR_OK) {
            sink.reset(GST_ELEMENT(g_value_dup_object(&found)));
            g_value_unset(&found);
        }
        gst_iterator_free(sinks);
    }
    return sink;
}

Result<std::string> PipelineGrabber::textForOpenCv() const {
    const auto asGiven = parsed(pipeline_);  // fails, too, where it ends in what its sink shall get
    const auto sink = asGiven ? sinkOf(asGiven->get()) : nullptr;
    if (!sink) {
        const auto whole = parsed(pipeline_ + kEnd);
        return whole ? Result<std::string>(inPipeline(pipeline_ + kEnd)) : tl::unexpected(whole.error());
    }
    if (!std::string_view(GST_OBJECT_NAME(sink.get())).starts_with("appsink")) {  // OpenCV finds it by its name
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: its appsink is called {}. Leave its name away.", name_,
                                GST_OBJECT_NAME(sink.get())));
    }
    // Where people wrote the outermost brackets, theirs stay that: OpenCV looks for the sink in those only.
    const auto inside = parsed(inPipeline(pipeline_));
    const bool hasBrackets = !inside || (GST_IS_BIN(asGiven->get()) && GST_BIN_NUMCHILDREN(inside->get()) == 1);
    return hasBrackets ? pipeline_ : inPipeline(pipeline_);
}

Result<StreamDescription> PipelineGrabber::open() {
    PipelineWatch::listen();
    const auto text = textForOpenCv();
    if (!text) {
        return tl::unexpected(text.error());
    }
    const bool opened = [&] {
        const PipelineWatch::Making making(watch_);
        return capture_->open(*text, {});
    }();
    if (!opened) {
        const std::string why = watch_.problem();
        return fail(ErrorCode::Device,
                    fmt::format("Cannot open {}: the pipeline does not run{}{} Check what it reads from.", name_,
                                why.empty() ? "." : ": ", why));
    }
    const CameraMode mode = capture_->mode();
    StreamDescription description;
    description.name = name_;
    description.width = mode.width;
    description.height = mode.height;
    description.frameRate = mode.frameRate;
    description.live = true;
    return description;
}

Result<Image> PipelineGrabber::grab() {
    Image picture;
    if (capture_->read(picture)) {
        return picture;
    }
    if (const std::string why = watch_.problem(); !why.empty()) {
        return fail(ErrorCode::Device, fmt::format("{} failed: {} Check what it reads from.", name_, why));
    }
    return fail(ErrorCode::EndOfStream, "End of the pipeline.");
}

}  // namespace

Result<std::unique_ptr<FrameSource>> openPipeline(const std::string& pipeline, const std::string& name,
                                                  const PipelineOptions& options, const std::stop_token& stop) {
    auto capture = makePipelineCapture();
    if (!capture) {
        return tl::unexpected(capture.error());
    }
    if (!*capture || gst_init_check(nullptr, nullptr, nullptr) == FALSE) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: this OpenCV was built without GStreamer. Install the distribution's "
                                "own OpenCV.",
                                name));
    }
    GrabOptions grabbing;
    grabbing.silent = fmt::format("{} gives no pictures any more. Check what it reads from.", name);
    grabbing.late = fmt::format("Cannot open {}: no picture came within {:.0f} s. Check what it reads from.", name,
                                toSeconds(options.openTimeout));
    grabbing.openTimeout = options.openTimeout;
    grabbing.stallTimeout = options.stallTimeout;
    return openGrabbed(std::make_unique<PipelineGrabber>(pipeline, name, std::move(*capture)), grabbing, stop);
}

}  // namespace sightline
