import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")

from sightline_models.average import decoder_of, mixed


def test_weights_are_mixed_and_integers_kept():
    first = {"weight": torch.tensor([0.0, 1.0]), "count": torch.tensor(3)}
    second = {"weight": torch.tensor([1.0, 3.0]), "count": torch.tensor(7)}
    found = mixed(first, second, 0.25)
    assert found["weight"].tolist() == [0.25, 1.5]
    assert found["count"].item() == 3


def test_of_a_captioner_its_decoder_is_averaged_but_for_what_was_fitted_since():
    began = {"encoder.weight": torch.ones(1), "decoder.weight": torch.zeros(1), "decoder.sentence.predict.bias": torch.zeros(1)}
    result = {"weight": torch.ones(1), "sentence.predict.bias": torch.full((1,), 5.0)}
    found = mixed(decoder_of(began, result), result, 0.5)
    assert {name: value.item() for name, value in found.items()} == {"weight": 0.5, "sentence.predict.bias": 5.0}
    assert decoder_of({"module": result}, result) is result


def test_other_networks_are_refused():
    for second in ({"other": torch.zeros(2)}, {"weight": torch.zeros(3)}):
        with pytest.raises(SystemExit, match="one network"):
            mixed({"weight": torch.zeros(2)}, second, 0.5)
