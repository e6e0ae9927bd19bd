"""Charge and spin as files and ASE's atoms state them: read by every reader of structures.

What is understood is taken, what looks like a charge or a spin and is not understood is refused:
a molecule of another charge would give numbers that look right.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from specml.errors import InputError, message

ROUND = 0.05  # e: atomic charges are written with two digits or more

# A key of a free text: not the end of a longer word, in quotes or not, then = or :.
_STATED = r"(?<![\w-])[\"']?(?:{})[\"']?\s*[=:]\s*[\"']?([^\s\"';,}}\])]+)"
_CHARGE_KEYS = r"(?:(?:total|overall|net|formal|molecular|system|mol)[_ -]?)?(?:charge|chrg|chg)|q"
_MULTIPLICITY_KEYS = r"(?:spin[_ -]?)?mult(?:iplicity)?"
_UNPAIRED_KEYS = r"uhf|(?:n[_ -]?|num[_ -]?)?unpaired(?:[_ -]?electrons)?"
_SPIN_KEYS = r"spin"  # twice S, or 2 S + 1: programs differ
_CHARGE, _MULTIPLICITY, _UNPAIRED, _SPIN = (
    re.compile(_STATED.format(keys), re.IGNORECASE)
    for keys in (_CHARGE_KEYS, _MULTIPLICITY_KEYS, _UNPAIRED_KEYS, _SPIN_KEYS)
)
# "charge -2", "charge 1": a word and a number without a sign between them.
_SPOKEN = re.compile(r"(?<![\w-])(?:charge|chrg)\s+([+-]?\d+[+-]?)(?![\w.])", re.IGNORECASE)
# "-2 1 oxalate": charge and multiplicity first, as Gaussian and ORCA have them.
_BOTH = re.compile(r"\s*([+-]?\d{1,2})\s+([1-9])(?:\s+(?![-+.\d]).*|\s*)", re.DOTALL)
# A key that speaks of them and none of the above reads.
_SUSPICIOUS = re.compile(
    r"(?<![\w-])[\"']?(\w*(?:charge|chrg|multiplicity|unpaired|spin)\w*)[\"']?\s*[=:]",
    re.IGNORECASE,
)
# Of these the text holds a list, or nothing that is the molecule's.
_OTHERS = re.compile(r"charges|spins|spin_?(?:pol|scf|orbit|restricted|method)\w*", re.IGNORECASE)


def of_text(where: str, text: str) -> tuple[int | None, int | None]:
    """Charge in e and multiplicity 2 S + 1 that a comment states; None where it is silent.

    Parameters
    ----------
    where : file and line, for messages.

    Raises
    ------
    InputError
        Two statements that contradict each other, or one that is not understood.
    """
    both = _BOTH.fullmatch(text)
    charges = [both[1]] if both else [*_CHARGE.findall(text), *_SPOKEN.findall(text)]
    shells = [int(both[2])] if both else []
    shells += [_whole(where, "multiplicity", word) for word in _MULTIPLICITY.findall(text)]
    shells += [_whole(where, "unpaired", word) + 1 for word in _UNPAIRED.findall(text)]
    shells += [_of_spin(where, word) for word in _SPIN.findall(text)]
    _refuse_the_unread(where, text)
    stated = [_whole(where, "charge", word) for word in charges]
    return _one(where, "charge", stated), _one(where, "multiplicity", shells)


def _refuse_the_unread(where: str, text: str) -> None:
    patterns = (_CHARGE, _MULTIPLICITY, _UNPAIRED, _SPIN)
    read = [match.span() for pattern in patterns for match in pattern.finditer(text)]
    for match in _SUSPICIOUS.finditer(text):
        known = any(start <= match.start(1) < end for start, end in read)
        if not known and not _OTHERS.fullmatch(match[1]):
            raise _not_understood(where, text)


def _not_understood(where: str, text: str) -> InputError:
    return InputError(
        message(
            where,
            repr(text.strip()[:60]),
            "a charge or spin that is understood",
            "Write charge=-1 and, if you state it, multiplicity=1; or leave the words out.",
        )
    )


def of_info(where: str, info: Mapping[str, object]) -> tuple[int | None, int | None]:
    """What keys and values (``atoms.info`` of ASE) state; otherwise as :func:`of_text`."""
    spoken = {
        str(key): value
        for key, value in info.items()
        if isinstance(value, str | int | float | np.number)
    }
    return of_text(where, "; ".join(f"{key}={value}" for key, value in spoken.items()))


def of_atoms(
    where: str, charges: np.ndarray | None, moments: np.ndarray | None
) -> tuple[int | None, int | None]:
    """Charge and multiplicity as sums over atoms; None where there are none or they are all zero.

    Parameters
    ----------
    charges : (n_atoms,) e.
    moments : (n_atoms,) or (n_atoms, 3) magnetic moments, Bohr magnetons.

    Raises
    ------
    InputError
        Charges that add up to no whole number.
    """
    charge = shell = None
    if charges is not None and np.any(charges):
        total = float(np.sum(charges))
        charge = round(total)
        if abs(total - charge) > ROUND:
            raise InputError(
                message(
                    where,
                    f"atomic charges that add up to {total:.3f}",
                    "a whole number",
                    "Correct them, or remove them and state the charge.",
                )
            )
    if moments is not None and np.any(moments):
        shell = round(float(np.abs(np.sum(moments, axis=0)).max())) + 1
    return charge, shell


def agreed(
    where: str, statements: Iterable[tuple[int | None, int | None]]
) -> tuple[int | None, int | None]:
    """What several statements say together.

    Raises
    ------
    InputError
        If two of them differ.
    """
    pairs = list(statements)
    return (
        _one(where, "charge", [charge for charge, _ in pairs if charge is not None]),
        _one(where, "multiplicity", [shell for _, shell in pairs if shell is not None]),
    )


def refuse_open_shell(where: str, text: str, multiplicity: int | None) -> None:
    """Raise an InputError for anything but a singlet."""
    if multiplicity not in (None, 1):
        raise InputError(
            message(
                where,
                repr(text.strip()[:60]),
                "a closed-shell molecule (multiplicity 1)",
                "SpecML has no model of open shells.",
            )
        )


def _of_spin(where: str, word: str) -> int:
    """0 and 1 are a closed shell, whichever of the two meanings is meant; others are open ones."""
    value = _whole(where, "the spin", word)
    return 1 if value in (0, 1) else value


def _whole(where: str, key: str, word: str) -> int:
    """``-2``, ``+1``, ``2-``, ``-1.0``."""
    text = re.sub(r"^(\d+)([+-])$", r"\2\1", word.strip())
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not value.is_integer():
        raise InputError(
            message(where, f"{key}={word}", "a whole number", "Correct the comment line.")
        )
    return int(value)


def _one(where: str, key: str, values: Iterable[int]) -> int | None:
    different = sorted(set(values))
    if len(different) > 1:
        got = f"the {_plural(key)} {', '.join(_signed(key, different))}"
        raise InputError(message(where, got, f"one {key}", "Correct the comment line."))
    return different[0] if different else None


def _plural(key: str) -> str:
    return "charges" if key == "charge" else "multiplicities"


def _signed(key: str, values: Iterable[int]) -> Iterator[str]:
    return (f"{value:+d}" if key == "charge" else str(value) for value in values)
