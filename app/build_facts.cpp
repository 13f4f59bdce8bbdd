#include "app/build_facts.h"

#include <fmt/format.h>
#include <QtGlobal>

#include "app/commit.h"
#include "app/model_file.h"
#include "core/benchmark/setting.h"
#include "core/inference/bundle.h"
#include "core/inference/int8_linear.h"

namespace sightline {

std::string programVersion() { return "sightline " SIGHTLINE_VERSION; }

std::string buildFacts() {
    return fmt::format(
        "{}\ncommit {}, {} build, {}\nLibTorch {}, Qt {}, FFmpeg's libavcodec {}\nCPU path of encoder and decoder: "
        "{}\n",
        programVersion(), SIGHTLINE_COMMIT, SIGHTLINE_BUILD, SIGHTLINE_COMPILER, SIGHTLINE_LIBTORCH, qVersion(),
        SIGHTLINE_LIBAVCODEC, name(bestSimdPath()));
}

std::string versionText() {
    std::string text = buildFacts();
    for (const char* shipped : kShippedModels) {
        const auto model = describeModel(modelFile(shipped));  // also compares the content with its digest
        const auto identity = identifyBundle(modelFile(shipped));
        text += model && identity ? fmt::format("model {}: {}, sha256 {}, {}\n", shipped, model->precision,
                                                model->sha256, originName(identity->origin))
                                  : fmt::format("model {}: {}\n", shipped, model.error().message);
    }
    text.pop_back();  // the command line adds one
    return text;
}

}  // namespace sightline
