"""Every group beside every substituent is a molecule, and rare groups are among them."""

import pytest
from rdkit import Chem

from specml.data.functional_groups import GROUPS, SUBSTITUENTS, grouped
from specml.data.molecules import is_suitable


def test_each_is_a_closed_shell_molecule_of_known_elements():
    assert len(set(GROUPS)) == len(GROUPS)
    for smiles in grouped():
        assert is_suitable(Chem.MolFromSmiles(smiles)), smiles


def test_substituents_bind_the_first_atom_of_the_group():
    lines = grouped()
    assert {"CN=C=S", "C1CC1N=[N+]=[N-]"} <= set(lines)
    assert sum(smiles.endswith("N=C=S") for smiles in lines) == len(SUBSTITUENTS)


@pytest.mark.parametrize("pattern", ["[SX4;H1,H2]", "[SX3;H1]"])
def test_no_hydrogen_on_an_oxidised_sulphur(pattern):
    query = Chem.MolFromSmarts(pattern)
    assert not [s for s in grouped() if Chem.MolFromSmiles(s).HasSubstructMatch(query)]
