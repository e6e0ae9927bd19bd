"""Works that results rest on, by key; pages of ``documents`` list those they used."""

from collections.abc import Mapping

from specml.report.page import PageReference
from specml.report.works import WORKS

REFERENCES = {key: PageReference(work.purpose, work.text, work.doi) for key, work in WORKS.items()}

NETWORKS = {
    "schnet": "schnet",
    "painn": "painn",
    "tensor-painn": "painn",
    "tensornet": "tensornet",
}


def of_model(card: Mapping) -> list[PageReference]:
    """List the works behind the network, the first rung and the labels that a model card names."""
    data = card.get("data", {})
    keys = [NETWORKS.get(card.get("network", {}).get("network", ""), "")]
    keys += ["gfn2"] if card.get("baseline") == "gfn2" or "gfn2_geometries" in data else []
    keys += ["b3lyp", "pyscf"] if "b3lyp_geometries" in data else []
    return [REFERENCES[key] for key in keys if key]
