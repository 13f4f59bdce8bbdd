// Captions pictures and prints each caption's token ids as a line of JSON: caption_tokens BUNDLE BEAMS PICTURE...
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "core/inference/bundle_captioner.h"
#include "core/media/files/still_image.h"

namespace {

int refuse(const sightline::Error& error) {
    std::cerr << error.message << '\n' << error.detail << '\n';
    return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() < 3) {
        std::cerr << "usage: caption_tokens BUNDLE BEAMS PICTURE...\n";
        return EXIT_FAILURE;
    }
    const auto captioner = sightline::loadCaptioner(arguments[1], 2);
    if (!captioner) {
        return refuse(captioner.error());
    }
    const auto search = (*captioner)->defaultSearch(std::atoi(arguments[2]));
    for (const char* picture : arguments.subspan(3)) {
        const auto image = sightline::readStillImage(picture);
        if (!image) {
            return refuse(image.error());
        }
        const auto caption = (*captioner)->caption(*image, search);
        if (!caption) {
            return refuse(caption.error());
        }
        std::string line;
        for (const auto token : caption->search.tokens) {
            line += (line.empty() ? "[" : ", ") + std::to_string(token);
        }
        std::cout << line << "]\n";
    }
    return EXIT_SUCCESS;
}
