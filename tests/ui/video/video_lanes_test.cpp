// What the timeline draws of a video, asked for as the timeline does.
#include "ui/video/video_lanes.h"

#include <algorithm>

#include <QSignalSpy>
#include <QTest>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

class VideoLanesTest final : public QObject {
    Q_OBJECT

private slots:
    void aThumbnailComesAfterItWasAskedFor() {
        VideoThumbnails thumbnails(test::sourceFile("resources/sample.mp4"), {.height = 50});
        std::vector<MediaTime> told;
        connect(&thumbnails, &ThumbnailProvider::thumbnailReady, this,
                [&told](MediaTime time) { told.push_back(time); });
        QVERIFY(thumbnails.thumbnail(1s).isNull());
        QTRY_COMPARE(told.size(), std::size_t{1});
        QCOMPARE(told[0].count(), MediaTime(1s).count());
        const QImage image = thumbnails.thumbnail(1s);
        QCOMPARE(image.height(), 50);
        QVERIFY(image.width() > 50);
    }

    void aThumbnailOutlivesItsProvider() {
        QImage image;
        {
            VideoThumbnails thumbnails(test::sourceFile("resources/sample.mp4"));
            QTRY_VERIFY(!(image = thumbnails.thumbnail(0s)).isNull());
        }
        QVERIFY(qGray(image.pixel(image.width() / 2, image.height() / 2)) >= 0);
        QVERIFY(!image.copy().isNull());
    }

    void peaksComeAfterTheyAreKnown() {
        const test::TemporaryFolder folder;
        VideoWaveform waveform(std::filesystem::path(SIGHTLINE_SOUNDS) / "aac.mp4", folder.file("waveforms"));
        QSignalSpy ready(&waveform, &WaveformProvider::peaksReady);
        QTRY_COMPARE(waveform.peaks(0s, 6s, 8).size(), std::size_t{8});
        QTRY_VERIFY(ready.count() > 0);
        const auto peaks = waveform.peaks(0s, 6s, 8);
        QVERIFY(*std::ranges::max_element(peaks) > 0.5F);
    }
};

}  // namespace
}  // namespace sightline

QTEST_MAIN(sightline::VideoLanesTest)
#include "video_lanes_test.moc"
