// What this library gives the program: see core/media/opencv_library.h.
#include "core/media/opencv_library.h"
#include "core/opencv/camera_capture.h"
#include "core/opencv/picture_codecs.h"

extern "C" __attribute__((visibility("default"))) const sightline::OpenCvFunctions sightlineOpenCvFunctions{
    sightline::isOpenCvPicture, sightline::decodePicture,    sightline::encodePng,
    sightline::encodeJpeg,      sightline::makeOpenCvCamera, sightline::makeOpenCvPipeline};
