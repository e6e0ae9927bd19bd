"""Works that results rest on, by key; a page lists the ones its numbers used."""

from collections.abc import Mapping

from specml.report.page import Reference
from specml.report.works import WORKS

REFERENCES = {key: Reference(work.purpose, work.text, work.doi) for key, work in WORKS.items()}

NETWORKS = {
    "schnet": "schnet",
    "painn": "painn",
    "tensor-painn": "painn",
    "tensornet": "tensornet",
}


def of_model(card: Mapping) -> list[Reference]:
    """Network, first rung and labels that a model card names."""
    data = card.get("data", {})
    keys = [NETWORKS.get(card.get("network", {}).get("network", ""), "")]
    keys += ["gfn2"] if card.get("baseline") == "gfn2" or "gfn2_geometries" in data else []
    keys += ["b3lyp", "pyscf"] if "b3lyp_geometries" in data else []
    return [REFERENCES[key] for key in keys if key]
