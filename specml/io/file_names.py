"""Names of molecules that can stand in file names, shells and links.

Called by :mod:`specml.io.structures` and :mod:`specml.workflows.inputs`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

LONGEST = 100  # characters of a file name made from a SMILES


def file_name(text: str) -> str:
    r"""A SMILES or title as a file name: what files, shells and links do not take is replaced.

    The two slashes differ, so that E and Z isomers do, and so do triple and other bonds.

    >>> file_name("C/C=C/Cl"), file_name(r"C/C=C\Cl"), file_name("C#N"), file_name("[NH4+]")
    ('C_C=C_Cl', 'C_C=C~Cl', 'C~~N', '_NH4+_')
    """
    name = text.replace("\\", "~").replace("#", "~~")
    name = re.sub(r"[^\w+=@~,-]", "_", name)
    name = "_" + name[1:] if name.startswith(("-", "~")) else name
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def unique(names: Sequence[str]) -> list[str]:
    """The names, with a number behind the second and further ones of each.

    >>> unique(["water", "ethanol", "water"])
    ['water', 'ethanol', 'water-2']
    """
    taken = set(names)
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        new = name
        if seen[name] > 1:
            while new in taken:
                new = f"{name}-{seen[name]}"
                seen[name] += new in taken
            taken.add(new)
        result.append(new)
    return result
