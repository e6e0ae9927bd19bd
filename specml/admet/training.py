"""Training of a scorer on tables of molecules, and what has to be at hand to use it.

Every table is an endpoint with SMILES and measured values. No row is removed, not even the same
molecule with two values; the structures are those that ``specml admet predict`` scores
(:func:`specml.admet.molecules.learned`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rdkit import Chem, rdBase

from specml.admet.endpoints import Endpoint
from specml.admet.features import features
from specml.admet.fingerprints import ReferenceMolecules, on_bits
from specml.admet.fitting import FittedEndpoint, TrainingRows, fit
from specml.admet.kernel import Cosines
from specml.admet.metrics import METRICS
from specml.admet.molecules import learned
from specml.admet.splits import scaffold, scaffold_split
from specml.errors import InputError, message

HELD_OUT = (0.8, 0.2, 0.0)
FEWEST = 50  # rows, of a table that five folds can be made of
FAR = 0.05  # share of molecules of unseen scaffolds that are outside the domain
LARGE = 0.005  # share of the training molecules that are as large as those outside of it


@dataclass(frozen=True, eq=False)
class Measurements:
    """Molecules as SMILES, and the (n,) values measured of them in the unit of the endpoint."""

    smiles: list[str]
    y: np.ndarray


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """All that a scorer needs.

    Parameters
    ----------
    cosines : the map of the kernel regression, shared by the endpoints.
    fitted : one an endpoint.
    reference : fingerprints of the training molecules.
    rows : the positions of the molecules of each endpoint in ``reference``.
    percentiles : for each endpoint, quantiles 0, 1/200 ... 1 of a population; may be empty.
    limit : similarity from which a molecule is inside the domain.
    most_atoms : heavy atoms up to which it is.
    """

    cosines: Cosines
    fitted: list[FittedEndpoint]
    reference: ReferenceMolecules
    rows: list[np.ndarray]
    percentiles: list[np.ndarray]
    limit: float
    most_atoms: float = np.inf


class DescribedMolecules:
    """The distinct molecules of several tables, each described once.

    Attributes
    ----------
    position : SMILES as the tables have them -> where the structure that is learned for them is.
    """

    def __init__(self, tables: Mapping[Endpoint, Measurements]) -> None:
        texts = dict.fromkeys(text for data in tables.values() for text in data.smiles)
        place: dict[str, int] = {}
        mols: list[Chem.Mol] = []
        self.position: dict[str, int] = {}
        for text in texts:
            mol = _read(text)
            self.position[text] = place.setdefault(Chem.MolToSmiles(mol), len(mols))
            if len(place) > len(mols):
                mols.append(mol)
        with rdBase.BlockLogs():
            self.x = features(mols)
            self.bits = on_bits(mols)
            self.scaffolds = [scaffold(mol) for mol in mols]
        self.sizes = np.array([mol.GetNumHeavyAtoms() for mol in mols])
        self.cosines = Cosines.fit(self.x)

    def rows(self, data: Measurements, chosen: np.ndarray | None = None) -> TrainingRows:
        """Describe the rows of a table, or the ``chosen`` ones of them, for training."""
        chosen = np.arange(len(data.y)) if chosen is None else chosen
        at = [self.position[data.smiles[i]] for i in chosen]
        x = self.x[at]
        bits, scaffolds = [self.bits[k] for k in at], [self.scaffolds[k] for k in at]
        return TrainingRows(x, self.cosines(x), bits, data.y[chosen], scaffolds)


def _read(text: str) -> Chem.Mol:
    mol = learned(text)
    if mol is None:
        fix = "Correct or remove the row."
        raise InputError(message("a training molecule", repr(text), "a valid SMILES", fix))
    return mol


def train(
    tables: Mapping[Endpoint, Measurements],
    population: Sequence[Chem.Mol] = (),
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> TrainedModel:
    """Train one model an endpoint.

    Parameters
    ----------
    population : molecules among whose predictions percentiles are counted; none, no percentiles.
    progress : is told what is being done.

    Raises
    ------
    InputError
        An unreadable SMILES, too few rows, or labels of one class only.
    """
    for endpoint, data in tables.items():
        _check(endpoint, data)
    progress("describing molecules")
    described = DescribedMolecules(tables)
    fitted, rows = [], []
    for endpoint, data in tables.items():
        progress(f"{endpoint.name}: {len(data.y)} rows")
        fitted.append(fit(endpoint, described.rows(data), seed))
        rows.append(np.unique([described.position[text] for text in data.smiles]))
    reference = ReferenceMolecules.of_bits(described.bits)
    limit = unfamiliar(reference, described.bits, described.scaffolds)
    most = float(np.quantile(described.sizes, 1 - LARGE, method="higher"))
    trained = TrainedModel(described.cosines, fitted, reference, rows, [], limit, most)
    if len(population):
        progress("percentiles")
        _count(trained, population)
    return trained


def _check(endpoint: Endpoint, data: Measurements) -> None:
    if len(data.y) < FEWEST:
        got, fix = f"{len(data.y)} rows", "Add measurements."
        raise InputError(message(endpoint.name, got, f"at least {FEWEST} rows", fix))
    if not np.isfinite(data.y).all():
        fix = "Remove the rows without a value."
        raise InputError(message(endpoint.name, "a value that is no number", "numbers", fix))
    labels = sorted(set(data.y))
    if not endpoint.is_classification and len(labels) == 1:
        got, fix = f"{labels[0]:g} in every row", "Check the column."
        raise InputError(message(f"values of {endpoint.name}", got, "different values", fix))
    if endpoint.is_classification and labels != [0.0, 1.0]:
        got = ", ".join(f"{label:g}" for label in labels[:5])
        fix = "Train it as a regression, or recode the labels."
        raise InputError(message(f"labels of {endpoint.name}", got, "both 0 and 1", fix))


def unfamiliar(
    reference: ReferenceMolecules, bits: list[np.ndarray], scaffolds: list[str], most: int = 1000
) -> float:
    """The similarity that 19 of 20 molecules have to the nearest one of another scaffold.

    Errors are measured on molecules whose scaffold was held out, so this is how far they are known.
    Molecules without rings share an empty scaffold and are compared with all.
    """
    names = np.array(scaffolds)
    some = np.random.default_rng(0).permutation(len(bits))[:most]
    nearest = np.empty(len(some))
    for k, i in enumerate(some):
        alike = reference.similarity([bits[i]])[0]
        alike[i] = 0.0
        if names[i]:
            alike[names == names[i]] = 0.0
        nearest[k] = alike.max()
    return round(float(np.quantile(nearest, FAR)), 2)


def _count(trained: TrainedModel, population: Sequence[Chem.Mol]) -> None:
    x = features(population)
    phi = trained.cosines(x)
    for fitted in trained.fitted:
        value = fitted.predict(x, phi, np.ones(len(x))).value
        trained.percentiles.append(np.quantile(value, np.linspace(0, 1, 201)))


def held_out_error(endpoint: Endpoint, data: Measurements, seed: int = 1) -> dict:
    """Train on four fifths of the scaffolds and report the metric on the others.

    The metric is None where it cannot be computed: labels of one class on either side.
    """
    _check(endpoint, data)
    described = DescribedMolecules({endpoint: data})
    keys = [described.scaffolds[described.position[text]] for text in data.smiles]
    train_rows, held, _ = scaffold_split(keys, HELD_OUT, seed)
    labels = set(data.y[train_rows])
    if len(held) == 0 or (endpoint.is_classification and len(labels) < 2):
        return {"metric": endpoint.metric, "value": None, "n": len(held)}
    seen, unseen = described.rows(data, train_rows), described.rows(data, held)
    near = ReferenceMolecules.of_bits(seen.bits).similarity(unseen.bits).max(1)
    answer = fit(endpoint, seen, seed).predict(unseen.x, unseen.phi, near)
    report = {"metric": endpoint.metric, "n_train": len(train_rows), "n": len(held)}
    value = METRICS[endpoint.metric](unseen.y, answer.value)
    report["value"] = None if np.isnan(value) else value
    if not endpoint.is_classification:
        within = (answer.low <= unseen.y) & (unseen.y <= answer.high)
        report["coverage"] = float(within.mean())
    return report
