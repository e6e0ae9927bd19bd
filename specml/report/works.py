"""The works that results rest on, each written once, for the HTML pages and ``specml cite``."""

import re
from dataclasses import dataclass

INITIALS = re.compile(r"(?:[A-Z]\.-?)+")


@dataclass(frozen=True)
class Work:
    """A paper that is cited.

    Parameters
    ----------
    purpose : what SpecML takes from it.
    authors : ``A. B. Family, C. Family``; ``et al.`` behind the last where there are more.
    title : as printed.
    where : journal or conference.
    place : volume and first page, ``15, 1652``; empty for a conference.
    year : of publication.
    doi : digital object identifier.
    """

    purpose: str
    authors: str
    title: str
    where: str
    place: str
    year: int
    doi: str

    @property
    def text(self) -> str:
        """The citation in a line."""
        year = f"({self.year})" if self.place else f"{self.year}"
        place = f"{self.where} {self.place} {year}" if self.place else f"{self.where} {year}"
        return f"{self.authors}, {self.title}, {place}."

    @property
    def names(self) -> list[tuple[str, str]]:
        """(family, given) of each author that is named.

        >>> WORKS["cascade"].names[3]
        ('St. John', 'P. C.')
        """
        return [_name(author) for author in self.authors.removesuffix(" et al.").split(", ")]


def _name(author: str) -> tuple[str, str]:
    words = author.split()
    given = [word for word in words if INITIALS.fullmatch(word)]
    return " ".join(words[len(given) :]), " ".join(given)


WORKS = {
    "schnet": Work(
        "Network",
        "K. T. Schütt, H. E. Sauceda, P.-J. Kindermans, A. Tkatchenko, K.-R. Müller",
        "SchNet: a deep learning architecture for molecules and materials",
        "J. Chem. Phys.",
        "148, 241722",
        2018,
        "10.1063/1.5019779",
    ),
    "painn": Work(
        "Network",
        "K. T. Schütt, O. T. Unke, M. Gastegger",
        "Equivariant message passing for the prediction of tensorial properties and molecular "
        "spectra",
        "ICML",
        "",
        2021,
        "10.48550/arXiv.2102.03150",
    ),
    "tensornet": Work(
        "Network",
        "G. Simeon, G. De Fabritiis",
        "TensorNet: Cartesian tensor representations for efficient learning of molecular "
        "potentials",
        "NeurIPS",
        "",
        2023,
        "10.48550/arXiv.2306.06482",
    ),
    "gfn2": Work(
        "GFN2-xTB",
        "C. Bannwarth, S. Ehlert, S. Grimme",
        "GFN2-xTB: an accurate and broadly parametrized self-consistent tight-binding quantum "
        "chemical method",
        "J. Chem. Theory Comput.",
        "15, 1652",
        2019,
        "10.1021/acs.jctc.8b01176",
    ),
    "b3lyp": Work(
        "Training labels, B3LYP",
        "P. J. Stephens, F. J. Devlin, C. F. Chabalowski, M. J. Frisch",
        "Ab initio calculation of vibrational absorption and circular dichroism spectra using "
        "density functional force fields",
        "J. Phys. Chem.",
        "98, 11623",
        1994,
        "10.1021/j100096a001",
    ),
    "pyscf": Work(
        "Training labels, program",
        "Q. Sun et al.",
        "Recent developments in the PySCF program package",
        "J. Chem. Phys.",
        "153, 024109",
        2020,
        "10.1063/5.0006074",
    ),
    "etkdg": Work(
        "Geometry from SMILES (RDKit)",
        "S. Riniker, G. A. Landrum",
        "Better informed distance geometry: using what we know to improve conformation generation",
        "J. Chem. Inf. Model.",
        "55, 2562",
        2015,
        "10.1021/acs.jcim.5b00654",
    ),
    "cascade": Work(
        "Training labels, shifts",
        "Y. Guan, S. V. Shree Sowndarya, L. C. Gallegos, P. C. St. John, R. S. Paton",
        "Real-time prediction of 1H and 13C chemical shifts with DFT accuracy using a 3D graph "
        "neural network",
        "Chem. Sci.",
        "12, 12012",
        2021,
        "10.1039/d1sc03343c",
    ),
    "3dmol": Work(
        "Molecule on this page",
        "N. Rego, D. Koes",
        "3Dmol.js: molecular visualization with WebGL",
        "Bioinformatics",
        "31, 1322",
        2015,
        "10.1093/bioinformatics/btu829",
    ),
}
