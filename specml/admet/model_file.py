"""A scorer on disk: arrays as safetensors, everything else in a json card beside them.

Written by ``specml admet train`` and by the script that trains the shipped model; read by
:func:`specml.admet.scorer.load`.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from safetensors.numpy import load as loaded
from safetensors.numpy import save as dumped

from specml.admet.endpoints import Endpoint
from specml.admet.fingerprints import ReferenceMolecules
from specml.admet.fitting import FittedEndpoint
from specml.admet.forest import Forest
from specml.admet.kernel import Cosines
from specml.admet.training import TrainedModel
from specml.io import outputs
from specml.io.model_cards import ADMET, read_card, readable


def save(path: Path, trained: TrainedModel, card: dict) -> None:
    """Write ``path`` (the card, .json) and the arrays beside it.

    Parameters
    ----------
    card : see :func:`dump`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    weights = path.with_suffix(".safetensors")
    text, data = dump(trained, path.stem, weights.name, card)
    outputs.publish({weights: data, path: text}, "--output")


def dump(trained: TrainedModel, name: str, weights: str, card: dict) -> tuple[bytes, bytes]:
    """Turn a model into the bytes of its card and of its arrays.

    Parameters
    ----------
    name : the name of the model, unless the card has one.
    weights : name of the file of the arrays.
    card : data, errors: what is to be known of the model besides what is needed to use it.
    """
    cosines, reference = trained.cosines, trained.reference
    arrays = {
        "cosines.mean": cosines.mean,
        "cosines.scale": cosines.scale,
        "reference.positions": reference.positions,
        "reference.lengths": reference.lengths,
    }
    for k, fitted in enumerate(trained.fitted):
        own = _arrays(fitted) | {"rows": trained.rows[k].astype(np.uint32)}
        if trained.percentiles:
            own["percentiles"] = trained.percentiles[k].astype(np.float32)
        arrays |= {f"{fitted.endpoint.name}.{key}": value for key, value in own.items()}
    data = dumped({key: np.ascontiguousarray(value) for key, value in arrays.items()})
    needed = {
        "kind": ADMET,
        "weights": weights,
        "sha256": hashlib.sha256(data).hexdigest(),
        "kernel": {"spread": cosines.spread, "size": cosines.size},
        "domain": {"similarity": trained.limit} | _size(trained),
        "endpoints": [asdict(f.endpoint) | {"training": f.report} for f in trained.fitted],
    }
    text = json.dumps({"name": name, **card, **needed}, indent=2) + "\n"
    return text.encode(), data


def _size(trained: TrainedModel) -> dict[str, float]:
    """The heavy atoms up to which a molecule is inside the domain, of models that know them."""
    return {"heavy_atoms": trained.most_atoms} if np.isfinite(trained.most_atoms) else {}


def _arrays(fitted: FittedEndpoint) -> dict[str, np.ndarray]:
    """The parameters of one endpoint; leaves in half precision."""
    trees = fitted.trees
    return {
        "feature": trees.feature.astype(np.uint16),
        "threshold": trees.threshold.astype(np.float32),
        "node": trees.node,
        "keep": trees.keep,
        "leaf": trees.leaf.astype(np.float16),
        "weights": fitted.weights.astype(np.float32),
        "numbers": np.array(
            [*fitted.stack, fitted.offset, *fitted.spread, fitted.centre, fitted.deviation]
        ),
    }


def read(name: str | Path | None = None) -> TrainedModel:
    """Read what :func:`save` wrote, or the model that ships.

    Parameters
    ----------
    name : as :func:`specml.io.model_cards.card_path` takes it; the shipped model without.

    Raises
    ------
    WeightsError
        A model that cannot be found or read, or that predicts something else.
    """
    path, card = read_card(name, ADMET)
    with readable(path):
        data = path.with_name(card["weights"]).read_bytes()
        # A training that was killed while it replaced an older model leaves halves of two.
        if hashlib.sha256(data).hexdigest() != card["sha256"]:
            raise ValueError("parameters of another card")
        return _built(card, loaded(data))


def _built(card: dict, arrays: dict[str, np.ndarray]) -> TrainedModel:
    cosines = Cosines(arrays["cosines.mean"], arrays["cosines.scale"], **card["kernel"])
    reference = ReferenceMolecules(arrays["reference.positions"], arrays["reference.lengths"])
    fitted, rows, percentiles = [], [], []
    for row in card["endpoints"]:
        own = {key: value for key, value in row.items() if key != "training"}
        endpoint = Endpoint(**own)

        def part(key: str, name: str = endpoint.name) -> np.ndarray:
            return arrays[f"{name}.{key}"]

        trees = Forest(*(part(key) for key in ("feature", "threshold", "node", "keep", "leaf")))
        numbers = part("numbers")
        stack, spread = numbers[:3], numbers[4:9]
        offset, centre, deviation = (float(number) for number in numbers[[3, 9, 10]])
        fitted.append(
            FittedEndpoint(
                endpoint,
                centre,
                deviation,
                trees,
                part("weights"),
                offset,
                stack,
                spread,
                row["training"],
            )
        )
        rows.append(part("rows").astype(np.int64))
        if f"{endpoint.name}.percentiles" in arrays:
            percentiles.append(part("percentiles"))
    domain = card["domain"]  # models of SpecML 0.1 know nothing of sizes
    most = domain.get("heavy_atoms", np.inf)
    return TrainedModel(cosines, fitted, reference, rows, percentiles, domain["similarity"], most)
