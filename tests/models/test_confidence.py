import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")

from sightline_models import bundle, confidence, metrics
from sightline_models.confidence import Curve


def drawn(curve: Curve, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    probability = rng.uniform(0.2, 0.8, count)
    return probability, rng.uniform(size=count) < curve.of(probability)


def test_the_curve_that_captions_were_drawn_by_is_found_again():
    true = Curve(1.7, -0.6)
    found = confidence.fit(*drawn(true, 50_000))
    assert found.slope == pytest.approx(true.slope, abs=0.1)
    assert found.intercept == pytest.approx(true.intercept, abs=0.05)


def test_confidence_of_captions_that_no_curve_has_seen_is_calibrated():
    probability, right = drawn(Curve(2.5, -1.0), 5_000)
    before = metrics.calibration_error(probability, right)
    after = metrics.calibration_error(confidence.held_out(probability, right, np.ones(len(right)), 3), right)
    assert before > 0.1
    assert after < 0.04


def test_a_curve_keeps_order_and_ends():
    values = Curve(3.0, -2.0).of(np.linspace(0.0, 1.0, 101))
    assert (np.diff(values) > 0).all()
    assert values[0] == 0.0 and values[-1] == 1.0
    assert Curve().of(np.array(0.37)) == pytest.approx(0.37)


def test_a_model_that_is_surer_of_wrong_captions_has_no_curve():
    probability, right = drawn(Curve(2.0, 0.0), 500)
    with pytest.raises(SystemExit, match="no surer"):
        confidence.fit(1 - probability, right)


def test_writing_a_manifest_leaves_the_rest_of_a_bundle_as_it_is(tmp_path):
    shipped = Path(__file__).parents[2] / "models" / "sightline-base.pt"
    copy = tmp_path / "copy.pt"
    copy.write_bytes(shipped.read_bytes())
    manifest = {**bundle.read_manifest(shipped), "confidence": {"slope": 1.5, "intercept": -0.25}}
    bundle.write_manifest(copy, manifest)
    assert bundle.read_manifest(copy) == json.loads(json.dumps(manifest))
    assert bundle.content_sha256(copy) == manifest["sha256"]
    assert confidence.curve_of(bundle.read_manifest(copy)) == Curve(1.5, -0.25)
