"""`--model` and `--device` that cannot be used; no fake here, loading is what is tested."""

import pytest


def test_no_such_model(refused):
    assert "'best'" in refused("ir", "water.xyz", "--model", "best")


@pytest.mark.parametrize("text", ["", "not json", "{}", '{"network": {}}'])
def test_unreadable_card(refused, folder, text):
    (folder / "card.json").write_text(text)
    assert "card.json" in refused("ir", "water.xyz", "--model", "card.json")


def test_unreadable_weights(refused, folder):
    network = '{"name": "painn", "n_channels": 8, "n_layers": 1, "n_radial": 6, "cutoff": 5.0}'
    card = f'{{"name": "broken", "network": {network}, "weights": "broken.safetensors"}}'
    (folder / "broken.json").write_text(card)
    (folder / "broken.safetensors").write_bytes(b"\x00" * 100)
    assert "broken.json" in refused("ir", "water.xyz", "--model", "broken.json")


def test_no_such_device(refused):
    assert "device" in refused("ir", "water.xyz", "--device", "abacus")
