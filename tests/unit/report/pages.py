"""Small pages: what a report needs, without a model."""

from dataclasses import replace

import numpy as np

from specml.report.page import (
    Page,
    PageColumn,
    PageLine,
    PageMolecule,
    PageReference,
    PageRow,
    PageSection,
    PageSpectrum,
    PageTable,
)

X = np.linspace(0.0, 10.0, 501).tolist()
WATER = PageMolecule(
    ["O", "H", "H"],
    [[0.0, 0.0, 0.12], [0.0, 0.76, -0.47], [0.0, -0.76, -0.47]],
    [(0, 1, 1.0), (0, 2, 1.0)],
)


def lorentzian(centre: float) -> np.ndarray:
    return 1.0 / (1.0 + ((np.array(X) - centre) / 0.1) ** 2)


def shifts() -> Page:
    """Rows about atoms, as nuclear magnetic resonance has them: nothing moves."""
    rows = [
        PageRow(("O1", "3.0"), "O1", 1.0, atoms=(0,)),
        PageRow(("H2 H3", "7.0"), "H2 H3", 1.0, atoms=(1, 2)),
    ]
    curve = (lorentzian(3.0) + lorentzian(7.0)).tolist()
    return Page(
        kind="Spectrum",
        title="water",
        formula="H₂O",
        smiles="O",
        inside=True,
        verdict="inside",
        warnings=(),
        spectra=[
            PageSpectrum(
                "all",
                X,
                curve,
                [PageLine(3.0, 1.0, 0), PageLine(7.0, 1.0, 1)],
                0.2,
                "shift / ppm",
                "ppm",
                "signal",
                "nuclei",
                decimals=2,
            )
        ],
        molecules=[WATER],
        table=PageTable(
            "Nuclei", [PageColumn("atoms", words=True), PageColumn("shift", "ppm")], rows
        ),
        sections=[PageSection("Facts", [("answer", "42")])],
        references=[PageReference("Idea", "A. Author, J. Test. 1, 1 (2000).", "10.1000/1")],
    )


def named(name: str) -> Page:
    """The same page with a name of somebody's choosing wherever text from outside can stand."""
    page = shifts()
    return replace(
        page,
        title=name,
        smiles=name + " ",
        warnings=[name],
        sections=[PageSection(name, [(name, name)], name)],
    )
