"""What the HTML pages of all spectra share: the molecule, the model, how the page was made.

Called by the pages of vibrational and of NMR spectra.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from specml.report import page
from specml.spectra.bonding import bonding
from specml.structure import Structure

# What keys of a card are called where the key itself, without underscores, does not say it.
KEYS_OF_CARDS = {
    "n_molecules": "molecules",
    "wavenumber_mae": "mean abs. error of wavenumbers / cm⁻¹",
    "ir_pearson_median": "Pearson r of infrared curves",
    "raman_pearson_median": "Pearson r of Raman curves",
    "misfit_error_spearman": "Spearman ρ of misfit and error",
    "disagreement_error_spearman": "Spearman ρ of disagreement and error",
}


def molecule(structure: Structure) -> page.PageMolecule:
    """A structure with the bonds its distances suggest."""
    bonds = bonding(structure)
    pairs = zip(bonds.pairs.tolist(), bonds.orders.tolist(), strict=True)
    return page.PageMolecule(
        structure.symbols, structure.positions.tolist(), [(i, j, order) for (i, j), order in pairs]
    )


def model(card: Mapping) -> page.PageSection:
    """What a model card says in short; what it does not say is left out."""
    rows = [
        ("name", f"{card['name']} {card.get('version', '')}".strip()),
        ("what it is", card.get("description", "")),
        ("elements", " ".join(card.get("elements", ()))),
        ("trained on", _figures(card.get("data", {}))),
        ("held out", _figures(card.get("held_out", {}))),
    ]
    return page.PageSection("Model", [(name, text) for name, text in rows if text])


def _figures(values: Mapping) -> str:
    """The numbers of a part of a card: ``b3lyp molecules 278, polarizabilities 127``."""
    numbers = {key: value for key, value in values.items() if isinstance(value, int | float)}
    words = {key: KEYS_OF_CARDS.get(key, key.replace("_", " ")) for key in numbers}
    return ", ".join(f"{words[key]} {value:.5g}" for key, value in numbers.items())


def made(version: str, made_by: str) -> list[tuple[str, str]]:
    """The first rows of how a page was made.

    Parameters
    ----------
    version : the version of SpecML.
    made_by : the command or the call.
    """
    now = datetime.now().astimezone().isoformat(" ", "minutes")
    return [("program", f"SpecML {version}"), ("command", made_by), ("date", now)]


def kept_of(document: Mapping[str, Any]) -> str:
    """What the weights of conformers are shares of."""
    ensemble = document["ensemble"]
    text = f"Boltzmann weights at {document['temperature_k']:g} K"
    text += f" of the kept {ensemble['kept']} of {ensemble['found']}"
    share = ensemble["kept_share"]
    return text + (f", which are {100.0 * share:.0f} % of all" if share < 1.0 else "")
