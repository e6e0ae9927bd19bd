"""The molecules that a command was given, checked before anything is computed.

Every command on molecules gathers them here; :mod:`specml.workflows.molecules` does so for the
API, which takes more forms of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from specml.errors import InputError, SpecMLError, message
from specml.io import structures
from specml.io.file_names import file_name, unique
from specml.io.molecule_list import named_smiles
from specml.structure import Structure
from specml.workflows.failure import Failure

LISTS = (".smi", ".smiles", ".ism", ".can", ".csv", ".tsv")  # of SMILES
T = TypeVar("T")


def structures_of(
    files: Sequence[Path] | None, smiles: Sequence[str] | None, charges: Sequence[int] | None
) -> list[Structure]:
    """All molecules of a command, each with a name of its own that can stand in a file name.

    Parameters
    ----------
    files : structure files, lists of SMILES and folders of both, ``-`` for the standard input;
        None if there are none.
    smiles : molecules as SMILES; None if there are none.
    charges : the total charge, in e, of the molecules whose file states none; at most one value.

    Raises
    ------
    InputError
        Nothing given, a molecule that cannot be read, or a charge given twice.
    """
    gathered, failures = readable(files, smiles, charges)
    if failures:
        raise failures[0].error
    return gathered


def readable(
    files: Sequence[Path] | None,
    smiles: Sequence[str] | None,
    charges: Sequence[int] | None,
    complexes: bool = False,
    parent: bool = False,
    names: Sequence[str] | None = None,
) -> tuple[list[Structure], list[Failure]]:
    """The molecules that can be read, and why others cannot; arguments as :func:`structures_of`.

    Parameters
    ----------
    complexes : whether a SMILES of several molecules is taken as a complex of them.
    parent : whether only the largest organic part of such a SMILES is taken.
    names : what the molecules are called, in their order; as many as there are.

    Raises
    ------
    InputError
        Nothing given, a charge or another number of names than molecules, or nothing readable.
    """
    if not files and not smiles:
        raise InputError(
            message("input", "nothing", "a structure file or --smiles", "Try examples/ethanol.xyz.")
        )
    charge = one_charge(charges)

    def embedded(text: str) -> Structure:
        return from_smiles(parent_of(text) if parent else text, charge, complexes)

    every = [m for path in _spread(files or ()) for m in _of_file(path, charge, embedded)]
    every += [_attempt(text, embedded, text, "") for text in smiles or ()]
    if names:
        every = _renamed(every, names)
    good = [m for m in every if isinstance(m, Structure)]
    failures = [m for m in every if isinstance(m, Failure)]
    if not good:
        raise nothing(failures)
    fresh = unique([m.name for m in good])
    return [replace(m, name=name) for m, name in zip(good, fresh, strict=True)], failures


def nothing(failures: Sequence[Failure]) -> SpecMLError:
    """What to raise where no molecule can be answered."""
    if len(failures) == 1:
        return failures[0].error
    reasons = " | ".join(map(str, failures))
    got = f"no answer ({reasons})"
    return InputError(message(f"{len(failures)} molecules", got, "one of each", "Correct them."))


def _spread(files: Iterable[Path]) -> Iterator[Path]:
    """The files, with those of a folder that hold molecules in its place, by name."""
    for path in files:
        if not path.is_dir():
            yield path
            continue
        endings = (*structures.FORMATS, *LISTS[:4])
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in endings and p.is_file())
        if not inside:
            raise InputError(
                message(str(path), "no structure files", ", ".join(endings), "Check the folder.")
            )
        yield from inside


def _of_file(
    path: Path, charge: int | None, embedded: Callable[[str], Structure]
) -> list[Structure | Failure]:
    """The molecules of a file, in its order, failures among them."""
    try:
        text = structures.read_text(path) if path == structures.STDIN else None
        if path.suffix.lower() in LISTS or (text is not None and not structures.is_structure(text)):
            return [
                _attempt(name or smiles, embedded, smiles, name)
                for smiles, name in named_smiles(path, text)
            ]
        molecules = structures.read_each(path, charge, text)
    except SpecMLError as error:
        return [Failure(str(path), error)]
    return [
        m if isinstance(m, Structure) else Failure(f"{path.stem}-{number}", m)
        for number, m in enumerate(molecules, start=1)
    ]


def _attempt(
    shown: str, embedded: Callable[[str], Structure], smiles: str, title: str
) -> Structure | Failure:
    """The molecule of a SMILES, called by its title if it has one, or why there is none."""
    try:
        structure = embedded(smiles)
    except SpecMLError as error:
        return Failure(shown, error)
    return replace(structure, name=file_name(title)) if title else structure


def _renamed(every: list[Structure | Failure], names: Sequence[str]) -> list[Structure | Failure]:
    if len(names) != len(every):
        got = f"{len(names)} names of {len(every)} molecules"
        raise InputError(message("--name", got, "one a molecule", "Repeat --name, in their order."))
    return [
        replace(m, name=file_name(name)) if isinstance(m, Structure) else Failure(name, m.error)
        for m, name in zip(every, names, strict=True)
    ]


def parent_of(smiles: str) -> str:
    """The largest organic part of a SMILES as it is written, with its charge.

    >>> parent_of("CC(=O)[O-].[Na+]"), parent_of("CCO")
    ('CC(=O)[O-]', 'CCO')
    """
    from rdkit import Chem, rdBase

    parts = smiles.strip().split(".")
    with rdBase.BlockLogs():
        molecules = [Chem.MolFromSmiles(part) for part in parts]
    if len(parts) == 1 or any(molecule is None for molecule in molecules):
        return smiles  # or its parts are tied by ring bonds across the dot

    def size(number: int) -> tuple[bool, int]:
        numbers = [atom.GetAtomicNum() for atom in molecules[number].GetAtoms()]
        return 6 in numbers, sum(z > 1 for z in numbers)

    return parts[max(range(len(parts)), key=size)]


def passing(
    molecules: Iterable[T], name: Callable[[T], str], *checks: Callable[[T], object]
) -> tuple[list[T], list[Failure]]:
    """The molecules that pass all checks, and the failures of the others.

    Raises
    ------
    SpecMLError
        What the first one fails of, if none passes.
    """
    good, failures = [], []
    for molecule in molecules:
        try:
            for check in checks:
                check(molecule)
        except SpecMLError as error:
            failures.append(Failure(name(molecule), error))
        else:
            good.append(molecule)
    if failures and not good:
        raise nothing(failures)
    return good, failures


def molecules_of(
    files: Sequence[Path] | None, smiles: Sequence[str] | None, charges: Sequence[int] | None
) -> list[Structure]:
    """All molecules of a command that needs bonds; arguments as :func:`structures_of`.

    Raises
    ------
    InputError
        As there, or a single atom, which has no vibrations.
    """
    gathered = structures_of(files, smiles, charges)
    for structure in gathered:
        check_bonds(structure)
        check_natural(structure)
    return gathered


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


def check_natural(structure: Structure) -> None:
    """Raise an InputError for isotopes, which dynamics does not know."""
    if any(structure.isotopes):
        got, expected = "isotopes", "atoms of natural abundance in dynamics"
        fix = "Write the plain elements, or take --method harmonic."
        raise InputError(message(structure.name, got, expected, fix))


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


def from_smiles(text: str, charge: int | None = None, complexes: bool = False) -> Structure:
    """A conformer of a SMILES, named for it.

    Parameters
    ----------
    charge : the total charge, e, if the caller states it.
    complexes : whether several molecules, ``A.B``, are taken as a complex of them.

    Raises
    ------
    InputError
        As :func:`specml.data.sampling.conformer`, or another charge than that of the SMILES.
    """
    from specml.data.sampling import conformer

    structure = conformer(text, complexes=complexes)
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
