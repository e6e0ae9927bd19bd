"""Every nucleus that SpecML knows shifts of, one row each.

The shielding network, averages, spectra, files, figures, pages and the command line read the row
instead of asking for names: a nucleus is added by adding its row (and a network that has learned
it).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class ReferenceBonds:
    """What every atom of an element is bonded to in a reference compound.

    Parameters
    ----------
    centre, partner : atomic numbers of the element and of what it is bonded to.
    count : how many partners each centre has.
    longest : distance up to which two atoms are bonded, angstrom.
    """

    centre: int
    partner: int
    count: int
    longest: float


@dataclass(frozen=True)
class ReferenceCompound:
    """A compound whose nuclei are at 0.00 ppm by definition.

    Parameters
    ----------
    name, short : its name in documents and on the terminal.
    composition : pairs of an atomic number and the number of such atoms.
    bonds : the bonds that tell it from its isomers.
    """

    name: str
    short: str
    composition: tuple[tuple[int, int], ...]
    bonds: tuple[ReferenceBonds, ...]


TMS = ReferenceCompound(
    "tetramethylsilane",
    "TMS",
    ((1, 12), (6, 4), (14, 1)),
    # Si-C is 1.87 angstrom, C-H 1.09.
    (ReferenceBonds(14, 6, 4, 2.2), ReferenceBonds(6, 1, 3, 1.4)),
)


@dataclass(frozen=True)
class Nucleus:
    """A nucleus that is observed; every length on the axis of shifts is in ppm.

    Parameters
    ----------
    number : atomic number; an element has one row.
    name : mass number and symbol, ``13C``: key in model cards, files and options.
    reference : the compound its shifts are counted from.
    frequency_ratio : its frequency over that of 1H, each in its reference compound: the unified
        scale of R. K. Harris et al., Pure Appl. Chem. 73, 1795 (2001).
    fwhm : full width of a line at half maximum where none is asked for; wider than measured
        lines, to be seen on a whole axis.
    axis : range of a written curve, which reaches further where a signal needs it.
    shown : range of a figure, likewise.
    margin : space between the outermost signal and the end of such a longer figure.
    tick : distance between the numbers on the axis of a figure.
    decimals : number of decimals of a shift, as printed.
    of_neighbour : whether a group is named for the atom it is bonded to, as hydrogens are.
    """

    number: int
    name: str
    reference: ReferenceCompound
    frequency_ratio: float
    fwhm: float
    axis: tuple[float, float]
    shown: tuple[float, float]
    margin: float
    tick: float
    decimals: int
    of_neighbour: bool = False

    @property
    def symbol(self) -> str:
        """Symbol of the element, such as ``C``."""
        return self.name.lstrip("0123456789")

    @property
    def display(self) -> str:
        """Name as it is printed, such as ``¹³C``."""
        return re.sub(r"\d+", lambda digits: digits[0].translate(_SUPERSCRIPT), self.name)

    @property
    def suffix(self) -> str:
        """Ending of its JCAMP-DX file, ``13c.jdx``."""
        return f"{self.name.lower()}.jdx"

    def text(self, shift: float) -> str:
        """Write a shift, its error or its spread with the decimals of the nucleus."""
        return f"{shift:.{self.decimals}f}"


_ROWS = (
    Nucleus(
        number=1,
        name="1H",
        reference=TMS,
        frequency_ratio=1.0,
        fwhm=0.04,
        axis=(-1.0, 13.0),
        shown=(-0.5, 10.5),
        margin=0.5,
        tick=1.0,
        decimals=2,
        of_neighbour=True,
    ),
    Nucleus(
        number=6,
        name="13C",
        reference=TMS,
        frequency_ratio=0.25145020,
        fwhm=0.8,
        axis=(-20.0, 230.0),
        shown=(-10.0, 220.0),
        margin=8.0,
        tick=20.0,
        decimals=1,
    ),
)
NUCLEI: dict[str, Nucleus] = {row.name: row for row in _ROWS}
# What a network has learned whose card does not say it: cards of specml-nmr before that key.
OF_OLD_CARDS = ("1H", "13C")


def of_element(number: int) -> Nucleus | None:
    """The row of an element by its atomic number; None where it has none.

    >>> of_element(6).display
    '¹³C'
    """
    return next((row for row in NUCLEI.values() if row.number == number), None)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """The rows of that name, in the order of the table, in which networks and files have them.

    >>> in_order(["13C", "1H"])
    ('1H', '13C')
    """
    chosen = set(names)
    return tuple(name for name in NUCLEI if name in chosen)
