"""What a page shows, without how: spectra whose lines belong to rows of a table and to a molecule.

``documents`` makes a page of a result; ``report.html`` writes it. Names of fields are the keys that
the scripts of the page read.

Row k of the table is a vibration or a group of nuclei. A line of a spectrum names its row; a row
says how the atoms move with it, or which atoms it is about. Texts are shown as they stand; numbers
that are only shown come as texts, so that the page cannot round them anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from scipy.spatial.transform import Rotation


@dataclass(frozen=True)
class PageLine:
    """A stick of a spectrum: its position x, its height, and the row of the table it belongs to."""

    x: float
    height: float
    row: int


@dataclass(frozen=True)
class PageSpectrum:
    """A Lorentzian curve and its lines; the axis falls to the right.

    Parameters
    ----------
    name : text of the button that shows it, where there are several.
    x, y : (n,) positions, ascending, and heights of the curve.
    lines : the sticks the curve is made of.
    fwhm : full width at half maximum, in the unit of x.
    x_label, x_unit, y_label, stick_label : texts such as ``wavenumber / cm⁻¹`` and ``cm⁻¹``.
    decimals : number of decimals of x in labels.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    lines: Sequence[PageLine]
    fwhm: float
    x_label: str
    x_unit: str
    y_label: str
    stick_label: str
    decimals: int = 0


@dataclass(frozen=True)
class PageMolecule:
    """A molecule that is drawn in three dimensions.

    Parameters
    ----------
    symbols : symbols of the n elements.
    positions : (n, 3) angstrom.
    bonds : (i, j, order) of each bond, atoms counted from 0; the order is 1, 1.5, 2 or 3.
    """

    symbols: Sequence[str]
    positions: Sequence[Sequence[float]]
    bonds: Sequence[tuple[int, int, float]]


@dataclass(frozen=True)
class PageColumn:
    """The head of a column; ``words`` are aligned to the left, numbers to the right."""

    header: str
    unit: str = ""
    words: bool = False


@dataclass(frozen=True)
class PageRow:
    """A row of the table and what choosing it shows.

    Parameters
    ----------
    cells : one text a column; the first is what one presses.
    title : short text for the tooltip and above the molecule.
    share : size of the row beside the other rows, drawn as a bar under it.
    molecule : index of the molecule of the page (the conformer) that it belongs to.
    motion : (n, 3) displacements of the atoms, or None.
    atoms : atoms, counted from 0, that are marked in the molecule; choosing one of them chooses the
        row.
    """

    cells: Sequence[str]
    title: str
    share: float
    molecule: int = 0
    motion: Sequence[Sequence[float]] | None = None
    atoms: Sequence[int] = ()


@dataclass(frozen=True)
class PageTable:
    """The table whose rows the lines of the spectra belong to."""

    caption: str
    columns: Sequence[PageColumn]
    rows: Sequence[PageRow]


@dataclass(frozen=True)
class PageSection:
    """A card of facts: (name, value) each, and a remark below them."""

    title: str
    rows: Sequence[tuple[str, str]]
    note: str = ""


@dataclass(frozen=True)
class PageReference:
    """A work that the result rests on; ``used`` says what for."""

    used: str
    text: str
    doi: str = ""


@dataclass(frozen=True)
class Page:
    """Everything on a page.

    Parameters
    ----------
    kind : what is shown, such as ``Infrared spectrum, calculated``.
    title : name of the molecule.
    formula : formula with subscripts and charge.
    smiles : SMILES of the molecule, or an empty text.
    inside, verdict : whether the model knows the molecule, and a sentence on it.
    warnings : sentences that a reader of the numbers should know.
    spectra : at least one; buttons switch between several.
    molecules : at least one; the page shows the one that the chosen row belongs to.
    table : the table of vibrations or signals.
    sections : cards of facts.
    references : works that the result rests on.
    """

    kind: str
    title: str
    formula: str
    smiles: str
    inside: bool
    verdict: str
    warnings: Sequence[str]
    spectra: Sequence[PageSpectrum]
    molecules: Sequence[PageMolecule]
    table: PageTable
    sections: Sequence[PageSection]
    references: Sequence[PageReference] = field(default_factory=tuple)

    def data(self) -> Mapping[str, object]:
        """Collect what the scripts of the page read, as JSON can hold it."""
        fields = asdict(self)
        for molecule in fields["molecules"]:
            molecule["view"] = front_view(np.asarray(molecule["positions"])).tolist()
        return fields


def front_view(positions: np.ndarray) -> np.ndarray:
    """Find the rotation that lays the longest axis across and the shortest to the reader.

    Parameters
    ----------
    positions : (n, 3); the axes are those of the scatter about the mean.

    Returns
    -------
    np.ndarray
        Quaternion (x, y, z, w).
    """
    axes = np.linalg.svd(positions - positions.mean(axis=0))[2]
    axes[2] *= np.linalg.det(axes)  # a rotation, not a reflection
    return Rotation.from_matrix(axes).as_quat()
