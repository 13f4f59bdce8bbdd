import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")

from sightline_models.average import mixed


def test_weights_are_mixed_and_integers_kept():
    first = {"weight": torch.tensor([0.0, 1.0]), "count": torch.tensor(3)}
    second = {"weight": torch.tensor([1.0, 3.0]), "count": torch.tensor(7)}
    found = mixed(first, second, 0.25)
    assert found["weight"].tolist() == [0.25, 1.5]
    assert found["count"].item() == 3


def test_other_networks_are_refused():
    for second in ({"other": torch.zeros(2)}, {"weight": torch.zeros(3)}):
        with pytest.raises(SystemExit, match="one network"):
            mixed({"weight": torch.zeros(2)}, second, 0.5)
