"""The molecules a command was given, checked before anything is computed."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specml.errors import InputError, message
from specml.io import structures
from specml.structure import Structure

LONGEST = 100  # characters of a file name made from a SMILES


@dataclass(frozen=True)
class Molecules:
    """What a command was given.

    Parameters
    ----------
    files : structure files, each of one molecule or several.
    smiles : molecules as SMILES.
    charges : the total charge of those whose file states none; at most one value.
    """

    files: tuple[Path, ...]
    smiles: tuple[str, ...]
    charges: tuple[int, ...]

    @classmethod
    def of(
        cls,
        files: Iterable[Path] | None,
        smiles: Iterable[str] | None,
        charges: Iterable[int] | None,
    ) -> "Molecules":
        """From the options of a command, which are None where they were not given."""
        return cls(tuple(files or ()), tuple(smiles or ()), tuple(charges or ()))

    def with_bonds(self) -> list[Structure]:
        """As :func:`gather`."""
        return gather(self.files, self.smiles, self.charges)


def gather(files: Sequence[Path], smiles: Sequence[str], charges: Sequence[int]) -> list[Structure]:
    """As :func:`structures_of`, for commands about what atoms do to each other.

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


def structures_of(
    files: Sequence[Path], smiles: Sequence[str], charges: Sequence[int]
) -> list[Structure]:
    """All molecules of a command, each with a name of its own that can stand in a file name.

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
    found = [s for path in files for s in structures.read(path, charge)]
    found += [from_smiles(text, charge) for text in smiles]
    check_names(found)
    return found


def one_charge(charges: Sequence[int]) -> int | None:
    """The charge given, if any; raises InputError for two."""
    if len(charges) > 1:
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


def check_names(found: Sequence[Structure]) -> None:
    """Raise an InputError if the results of two molecules would have one name."""
    name, count = Counter(s.name for s in found).most_common(1)[0]
    if count > 1:
        raise InputError(
            message(
                "inputs",
                f"{count} molecules named {name}",
                "a name for each, because results are named for their molecule",
                "Rename a file, or run them with different --output-dir.",
            )
        )
