"""The written form of a molecule's ADMET profile: the lines of the panel, the row, the radar plot.

Called by ``specml admet show``. Tables of many molecules are written by :mod:`specml.io.tables`,
with the columns of :mod:`specml.admet.columns`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specml.admet.endpoints import Endpoint
from specml.admet.molecules import Status
from specml.errors import InputError, message
from specml.workflows.admet import MoleculeProfile

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# column -> what people call it, and its value with its unit
PROPERTIES = {
    "mw": ("MW", "{:.1f} g/mol"),
    "logp": ("log P", "{:.2f}"),
    "tpsa": ("TPSA", "{:.0f} Å²"),
    "hbd": ("H donors", "{}"),
    "hba": ("H acceptors", "{}"),
    "rotatable_bonds": ("rotatable bonds", "{}"),
    "rings": ("rings", "{}"),
    "fsp3": ("Fsp3", "{:.2f}"),
    "qed": ("QED", "{:.2f}"),
    "lipinski_violations": ("Lipinski violations", "{}"),
}
ALERTS = {"pains": "PAINS", "brenk": "Brenk"}


@dataclass(frozen=True)
class EndpointLine:
    """An endpoint of a profile, in words.

    Parameters
    ----------
    title : what people call it.
    value, unit : the prediction and its unit; a probability is shown as a bar instead.
    probability : the prediction of a classification, 0 to 1; None for a regression.
    interval : the 90 % interval of a regression, the spread of a classification.
    percentile : share of approved drugs whose prediction is below; empty if not known.
    is_unfamiliar : whether nothing measured for this endpoint is similar.
    """

    title: str
    value: str
    unit: str
    probability: float | None
    interval: str
    percentile: str
    is_unfamiliar: bool


@dataclass(frozen=True)
class MoleculeFacts:
    """What a profile says of the molecule itself, in words.

    Parameters
    ----------
    scored_as : the SMILES that was scored.
    given_as : the SMILES that was given; empty if it is the same.
    status : what was done to it; empty for nothing.
    domain, is_inside : whether the model was trained on anything similar.
    properties : one text a property.
    alerts : name of a list of alerts -> those that match, separated by semicolons.
    limit : similarity from which a molecule is inside the domain.
    """

    scored_as: str
    given_as: str
    status: str
    domain: str
    is_inside: bool
    properties: tuple[str, ...]
    alerts: Mapping[str, str]
    limit: float


def endpoint_lines(profile: MoleculeProfile) -> dict[str, list[EndpointLine]]:
    """Group -> its endpoints, in the order of the profile."""
    groups: dict[str, list[EndpointLine]] = {}
    for endpoint in profile.endpoints:
        groups.setdefault(endpoint.group, []).append(_line(profile, endpoint))
    return groups


def _line(profile: MoleculeProfile, endpoint: Endpoint) -> EndpointLine:
    row, name = profile.row, endpoint.name
    value, spread, percentile = row[name], row[f"{name}_uncertainty"], row[f"{name}_percentile"]
    if endpoint.is_classification:
        shown, interval = f"{value:.2f}", "" if spread is None else f"± {spread:.2f}"
    else:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        shown, interval = number(value), "" if low is None else f"{number(low)} to {number(high)}"
    return EndpointLine(
        title=endpoint.title,
        value=shown,
        unit=endpoint.unit,
        probability=value if endpoint.is_classification else None,
        interval=interval,
        percentile="" if percentile is None else f"{percentile:.0f} %",
        is_unfamiliar=name in profile.unfamiliar,
    )


def number(value: float) -> str:
    """Three figures, two of small numbers, without an exponent where people would write none.

    >>> number(1234.5), number(0.01234)
    ('1230', '0.012')
    """
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100:
        return f"{rounded:.0f}"
    return f"{rounded:.3g}" if abs(rounded) >= 0.1 else f"{rounded:.2g}"


def facts(profile: MoleculeProfile) -> MoleculeFacts:
    """What is to be said of the molecule."""
    row = profile.row
    status = ""
    if row["status"] != Status.OK or row["status_reason"]:
        status = ": ".join(filter(None, (row["status"], row["status_reason"])))
    return MoleculeFacts(
        scored_as=row["scored_smiles"],
        given_as="" if profile.smiles == row["scored_smiles"] else profile.smiles,
        status=status,
        domain=_domain(row, profile.limit),
        is_inside=row["in_domain"],
        properties=tuple(
            f"{title} {form.format(row[name])}" for name, (title, form) in PROPERTIES.items()
        ),
        alerts={title: row[name] for name, title in ALERTS.items()},
        limit=profile.limit,
    )


def _domain(row: Mapping[str, Any], limit: float) -> str:
    similarity = row["similarity"]
    nearest = "" if similarity is None else f", similarity to the training tables {similarity:.2f}"
    if row["in_domain"]:
        return f"inside{nearest}"
    if similarity is not None and similarity >= limit:
        return f"outside{nearest}, but larger than their molecules: read the values with care"
    return f"outside{nearest}: read the values with care"


def to_dict(profile: MoleculeProfile) -> dict[str, Any]:
    """Column -> value, as ``specml admet predict`` writes them."""
    return dict(profile.row)


def table(profile: MoleculeProfile) -> dict[str, list]:
    """Key -> one value an endpoint; None where a classification has no interval."""
    names = [endpoint.name for endpoint in profile.endpoints]
    parts = ("", "_low", "_high", "_uncertainty", "_percentile", "_similarity")
    return {
        "endpoint": names,
        "unit": [endpoint.unit for endpoint in profile.endpoints],
        **{
            part.removeprefix("_") or "value": [profile.row.get(name + part) for name in names]
            for part in parts
        },
    }


def check_radar(path: Path) -> None:
    """Refuse a name that promises another format, before anything is computed.

    Raises
    ------
    InputError
        A name that does not end in ``.png``.
    """
    if path.suffix.lower() != ".png":
        fix = "Choose another name."
        raise InputError(message("--radar", str(path), "a name that ends in .png", fix))


def radar_png(profile: MoleculeProfile) -> bytes:
    """The radar plot as a file; see :func:`figure`."""
    from specml.plots.spectrum import png

    return png(figure(profile))


def figure(profile: MoleculeProfile) -> "Figure":
    """Percentiles among approved drugs as a radar plot.

    Raises
    ------
    InputError
        The profile of a model that knows none.
    """
    from specml.plots.admet import radar

    if not profile.has_percentiles:
        got = "a model without percentiles among drugs"
        raise InputError(message("--radar", got, "one with them", "Leave it out."))
    return radar(profile.row, profile.endpoints)
