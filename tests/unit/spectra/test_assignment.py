"""Names of modes, from real Hessians (Gaussian's) and from springs."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from specml.data.sampling import conformer, relax_gfn2
from specml.reference.xtb import GFN2
from specml.spectra.assignment import assignments, energy_shares
from specml.spectra.bonding import bonding
from specml.spectra.normal_modes import normal_modes
from specml.structure import Structure
from tests.invariants.spring_molecules import named, spring_expansion
from tests.oracles.other_programs import entries, hessian, masses, structure


def labelled(name: str) -> list[tuple[float, str]]:
    molecule = named(name)
    modes = normal_modes(molecule, spring_expansion(molecule).hessian)
    return list(zip(modes.wavenumbers, assignments(modes), strict=True))


def gaussian(name: str) -> list[str]:
    entry = entries("gaussian")[name]
    return assignments(normal_modes(structure(entry), hessian(entry), masses(entry)))


def test_water():
    assert gaussian("goodvibes_H2O") == ["H-O-H bend", "O-H stretch", "O-H stretch"]


def test_hydrogen_cyanide():
    expected = ["C-H bend", "C-H bend", "C#N stretch", "C-H stretch"]
    assert gaussian("goodvibes_HCN_singlet") == expected


def test_ethane():
    labels = gaussian("goodvibes_ethane")
    assert labels[0] == "CH3 torsion"
    assert labels[3] == "C-C stretch"
    assert Counter(labels) == {
        "CH3 torsion": 1,
        "CH3 rock": 4,
        "C-C stretch": 1,
        "CH3 umbrella": 2,
        "CH3 deformation": 4,
        "CH3 sym. stretch": 2,
        "CH3 asym. stretch": 4,
    }


def test_benzene():
    """Six C-H stretches, the out-of-plane modes below 1050, no name of another molecule."""
    labels = gaussian("goodvibes_benzene")
    assert labels[-6:] == ["arom. C-H stretch"] * 6
    assert labels[22:24] == ["ring stretch"] * 2  # e2g, 8a and 8b
    assert labels[0] == labels[1] == "ring torsion"  # e2u, 16
    assert labels[4] == "C-H out-of-plane bend"  # a2u, 11
    allowed = {"arom. C-H stretch", "C-H bend", "C-H out-of-plane bend"}
    allowed |= {"ring stretch", "ring deformation", "ring torsion"}
    assert set(labels) <= allowed


def test_methylaniline_has_its_n_h_and_methyl_modes():
    labels = gaussian("goodvibes_methylaniline")
    assert labels[-1] == "N-H stretch"
    assert sum(label.startswith("CH3 deformation") for label in labels) == 3
    assert "CH3 umbrella" in labels
    assert sum(label == "arom. C-H stretch" for label in labels) == 5
    assert sum(label.startswith("CH3") and "stretch" in label for label in labels) == 3


def test_formaldehyde():
    labels = [label for _, label in labelled("H2CO")]
    assert sorted(labels) == sorted(
        [
            "CH2 wag",
            "CH2 rock",
            "CH2 scissor",
            "C=O stretch",
            "CH2 sym. stretch",
            "CH2 asym. stretch",
        ]
    )


def test_carbon_dioxide():
    assert sorted(label for _, label in labelled("CO2")) == [
        "O=C=O asym. stretch",
        "O=C=O bend",
        "O=C=O bend",
        "O=C=O sym. stretch",
    ]


def test_ethanol():
    labels = [label for _, label in labelled("CH3CH2OH")]
    assert labels.count("O-H stretch") == 1
    assert sum("CH" in label and "stretch" in label for label in labels) >= 5
    for part in ("CH3 torsion", "C-C-O bend", "O-H bend", "CH2 twist", "CH2 scissor"):
        assert any(part in label for label in labels), part


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("CH3CN", "C#N stretch"),
        ("CH3Cl", "C-Cl stretch"),
        ("C2H2", "C#C stretch"),
        ("C2H4", "C=C stretch"),
        ("CH3SH", "S-H stretch"),
        ("CH3NO2", "NO2 asym. stretch"),
        ("N2", "N#N stretch"),
        ("CO", "C#O stretch"),
        ("CH3CONH2", "C=O stretch"),
        ("CH3CONH2", "NH2 scissor"),
        ("CS2", "S=C=S asym. stretch"),
        ("C2H6SO", "S=O stretch"),
    ],
)
def test_bonds_and_groups_are_found(name, label):
    assert any(label in found for _, found in labelled(name))


def test_bond_orders_of_rings():
    assert set(bonding(named("C5H5N")).orders) == {1.0, 1.5}
    orders = bonding(named("C6H6")).orders
    assert (orders == 1.5).sum() == 6


def test_shares_add_up_to_one():
    molecule = named("CH3OH")
    _, shares = energy_shares(normal_modes(molecule, spring_expansion(molecule).hessian))
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    assert shares.min() >= 0.0


def test_atoms_without_bonds_have_a_name_too():
    pair = Structure([18, 18], [[0.0, 0.0, 0.0], [0.0, 0.0, 3.8]])
    spring = np.zeros((6, 6))
    spring[[2, 5, 2, 5], [2, 5, 5, 2]] = [1.0, 1.0, -1.0, -1.0]
    assert assignments(normal_modes(pair, spring)) == ["intermolecular"]


@cache
def computed(smiles: str, deuterated: tuple[int, ...] = ()) -> list[str]:
    """Labels of a molecule at its GFN2-xTB minimum, ascending in wavenumber."""
    relaxed = relax_gfn2(conformer(smiles), fmax=0.005, max_steps=300)
    masses = relaxed.masses.copy()
    masses[list(deuterated)] = 2.014
    hessian, _ = GFN2(relaxed).derivatives(relaxed.positions)
    return assignments(normal_modes(relaxed, hessian, masses))


@pytest.mark.parametrize(
    ("smiles", "present", "absent"),
    [
        ("CCO", ["O-H torsion", "CH2 sym. stretch", "CH3 asym. stretch"], ["C-O torsion"]),
        ("CN=[N+]=[N-]", ["N=N=N bend", "N=N=N asym. stretch"], ["N#N=N", "N=N#N"]),
        ("C=[N+]=[N-]", ["C=N=N bend", "C=N=N asym. stretch"], ["#"]),
        ("C=C=O", ["C=C=O bend", "C=C=O asym. stretch", "CH2 asym. stretch"], ["#"]),
        ("C=C=C", ["C=C=C bend", "C=C=C asym. stretch"], []),
        ("CC=O", ["aldehyde C-H stretch", "CH3 sym. stretch", "C=O stretch"], []),
        ("CN", ["NH2 sym. stretch", "NH2 asym. stretch"], ["N-H stretch"]),
        ("C[N+](=O)[O-]", ["NO2 sym. stretch", "NO2 asym. stretch"], ["N=O stretch"]),
        ("CS(C)(=O)=O", ["SO2 sym. stretch", "SO2 asym. stretch"], ["S=O stretch"]),
        ("CC(=O)[O-]", ["COO sym. stretch", "COO asym. stretch"], ["C=O stretch"]),
        ("CC(=O)O", ["C=O stretch", "O-H stretch"], ["COO"]),
        ("Cc1ccccc1", ["C-H out-of-plane bend", "arom. C-H stretch"], []),
        ("C[N+]#[C-]", ["C#N stretch"], ["=C"]),
    ],
)
def test_a_chemist_would_say_so(smiles, present, absent):
    labels = computed(smiles)
    text = " | ".join(labels)
    for label in present:
        assert label in text, text
    for label in absent:
        assert label not in text, text


def test_toluene_has_five_out_of_plane_hydrogens():
    assert sum("C-H out-of-plane" in label for label in computed("Cc1ccccc1")) >= 5


def test_heavy_hydrogen_is_named():
    """Methanol-OD and CHD2OH."""
    assert {"O-D stretch", "CH3 umbrella"} <= set(computed("CO", (5,)))
    labels = " | ".join(computed("CO", (2, 3)))
    assert "C-D stretch" in labels
    assert "C-H stretch" in labels
    assert "CH3" not in labels
    assert "CD3 umbrella" in computed("CO", (2, 3, 4))


def test_modes_between_molecules_are_named():
    """The six soft modes of the water dimer; the other six stay those of water."""
    hydrogens = [
        [-1.934, 0.763, 0],
        [-0.6, 0.041, 0],
        [1.68, -0.374, -0.759],
        [1.68, -0.374, 0.759],
    ]
    positions = [[-1.551, -0.115, 0], *hydrogens[:2], [1.351, 0.111, 0], *hydrogens[2:]]
    relaxed = relax_gfn2(Structure([8, 1, 1, 8, 1, 1], positions), fmax=0.005, max_steps=300)
    hessian, _ = GFN2(relaxed).derivatives(relaxed.positions)
    labels = assignments(normal_modes(relaxed, hessian))
    assert labels[:6] == ["intermolecular"] * 6
    assert labels[6:8] == ["H-O-H bend"] * 2
    assert labels[8:] == ["O-H stretch"] * 4
