"""`tinylab bench engine`: the figures stay within what the engine promises."""

from __future__ import annotations

import json

from tinylab.cli.main import run

MOST = {  # instructions, bytes of RAM with input and output, bytes of flash over the constants
    "mlp": (2_400, 110, 1_536),
    "cnn1d": (108_000, 1_350, 2_560),
    "dscnn": (225_000, 2_600, 3_584),
    "magicwand": (95_000, 1_000, 2_560),
}


def test_every_figure_stays_within_its_bound(capsys) -> None:
    assert run(["bench", "engine", "--json"], lambda _words: 1) == 0
    models = {model["name"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert list(models) == list(MOST)
    for name, (instructions, ram, over) in MOST.items():
        model = models[name]
        assert model["instructions"] <= instructions, name
        assert model["ram_bytes"] <= ram, name
        assert model["flash_bytes"] - model["constants_bytes"] <= over, name
        assert model["cycles"] >= model["instructions"], name
        assert model["streaming_instructions"] <= model["instructions"], name
        assert min(model["times_less_than_tflm"].values()) > 1, name
    assert models["cnn1d"]["streaming_instructions"] * 3 <= models["cnn1d"]["instructions"]
    assert models["dscnn"]["streaming_instructions"] * 5 <= models["dscnn"]["instructions"]
