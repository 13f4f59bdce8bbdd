import numpy as np

from sightline_models import clips


def test_windows_stay_inside_the_picture_and_move():
    for seed in range(50):
        left, top, width = clips.windows(np.random.default_rng(seed)).T
        assert (left >= 0).all() and (top >= 0).all()
        assert (left + width <= 1 + 1e-9).all() and (top + width <= 1 + 1e-9).all()
        assert np.ptp(left) + np.ptp(top) + np.ptp(width) > 0


def test_a_shot_is_frames_of_the_video_s_size():
    image = np.random.default_rng(1).integers(0, 255, (224, 224, 3), np.uint8)
    frames = clips.shot(image, np.random.default_rng(2))
    assert len(frames) == clips.FRAMES
    assert {frame.shape for frame in frames} == {(clips.PICTURE[1], clips.PICTURE[0], 3)}


def test_a_shot_has_the_text_that_covers_most_of_it():
    cues = [(0.0, 4.1, "a dog"), (4.1, 5.0, "a cat"), (5.0, 8.0, "a horse"), (8.0, 16.0, "a cow")]
    assert [clips.longest(cues, k) for k in range(4)] == ["a dog", "a horse", "a cow", "a cow"]
