"""The molecules that a command was given, checked before anything is computed.

Every command on molecules gathers them here; :mod:`specml.workflows.molecules` does so for the
API, which takes more forms of them.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from specml.errors import InputError, message
from specml.io.structures import read
from specml.structure import Structure

LONGEST = 100  # characters of a file name made from a SMILES


def structures_of(
    files: Sequence[Path] | None, smiles: Sequence[str] | None, charges: Sequence[int] | None
) -> list[Structure]:
    """All molecules of a command, each with a name of its own that can stand in a file name.

    Parameters
    ----------
    files : structure files, each of one molecule or several; None if there are none.
    smiles : molecules as SMILES; None if there are none.
    charges : the total charge, in e, of the molecules whose file states none; at most one value.

    Raises
    ------
    InputError
        Nothing given, unreadable files, a charge given twice, or two molecules of one name.
    """
    if not files and not smiles:
        raise InputError(
            message("input", "nothing", "a structure file or --smiles", "Try examples/ethanol.xyz.")
        )
    charge = one_charge(charges)
    structures = [structure for path in files or () for structure in read(path, charge)]
    structures += [from_smiles(text, charge) for text in smiles or ()]
    check_names(structures)
    return structures


def molecules_of(
    files: Sequence[Path] | None, smiles: Sequence[str] | None, charges: Sequence[int] | None
) -> list[Structure]:
    """All molecules of a command that needs bonds; arguments as :func:`structures_of`.

    Raises
    ------
    InputError
        As there, or a single atom, which has no vibrations.
    """
    structures = structures_of(files, smiles, charges)
    for structure in structures:
        check_bonds(structure)
    return structures


def check_bonds(structure: Structure) -> None:
    """Raise an InputError for a single atom."""
    if len(structure) == 1:
        raise InputError(
            message(
                structure.name,
                "a single atom",
                "a molecule of at least two atoms",
                "An atom has no vibrations: leave it out.",
            )
        )


def one_charge(charges: Sequence[int] | None) -> int | None:
    """The charge that was given, if any; raises an InputError for two."""
    if charges and len(charges) > 1:
        raise InputError(
            message(
                "--charge",
                " and ".join(str(charge) for charge in charges),
                "one charge",
                "Give --charge once; molecules of different charge state it in their files.",
            )
        )
    return charges[0] if charges else None


def from_smiles(text: str, charge: int | None = None) -> Structure:
    """A conformer of a SMILES, named for it; raises InputError for another charge than its own."""
    from specml.data.sampling import conformer

    structure = conformer(text)
    if charge is not None and charge != structure.charge:
        raise InputError(
            message(
                f"--charge with --smiles {text}",
                f"{charge:+d}, and {structure.charge:+d} from the SMILES",
                "one charge",
                "Write the charge in the SMILES, for example C[NH3+].",
            )
        )
    return replace(structure, name=file_name(text))


def file_name(smiles: str) -> str:
    r"""A SMILES as a file name: what no file system takes is replaced, the too long cut.

    The two slashes differ, so that E and Z isomers do.

    >>> file_name("C/C=C/Cl"), file_name(r"C/C=C\Cl")
    ('C_C=C_Cl', 'C_C=C~Cl')
    """
    name = re.sub(r'[/:*?"<>|\s.]', "_", smiles.replace("\\", "~"))
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9]}-{hashlib.sha256(smiles.encode()).hexdigest()[:8]}"


def check_names(structures: Sequence[Structure]) -> None:
    """Raise an InputError if the results of two molecules would have one name."""
    name, count = Counter(s.name for s in structures).most_common(1)[0]
    if count > 1:
        raise InputError(
            message(
                "inputs",
                f"{count} molecules named {name}",
                "a name for each, because results are named for their molecule",
                "Rename a file, or run them with different --output-dir.",
            )
        )
