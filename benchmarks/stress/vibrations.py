"""Bad and odd inputs of ``specml ir`` and ``specml compare``, each with what has to come of it.

    python benchmarks/stress/vibrations.py [part of a name ...]

None may end in a traceback and no molecule may be lost: every one has its files or stands in the
error. Exits with 1 if one fails. Molecules are small; a case takes about a second.
"""

import contextlib
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from specml.cli.app import app

WATER = "O 0.0 0.0 0.1174\nH 0.0 0.7572 -0.4696\nH 0.0 -0.7572 -0.4696\n"
LEAKS = ("Traceback", "RDKit ERROR", "RDKit WARNING", "SMILES Parse Error", "Explicit valence")
SPECTRUM = "".join(f"{x},{0.1 + 0.9 * (x == 1600)}\n" for x in range(400, 4000, 50))
MODES = "mode,wavenumber_scaled_cm1,ir_intensity_km_mol\n1,1595,60\n2,3700,20\n"


@dataclass(frozen=True)
class Case:
    """One call.

    Parameters
    ----------
    name : what is odd.
    words : the arguments behind ``specml``.
    files : name -> content.
    code : exit code.
    said : part of what is printed.
    answers : names of the molecules that have files in the end.
    """

    name: str
    words: tuple[str, ...]
    files: dict[str, str] = field(default_factory=dict)
    code: int = 0
    said: str = ""
    answers: tuple[str, ...] = ()


def xyz(name: str, text: str, said: str = "", *answers: str) -> Case:
    """An xyz file; refused if it has no answers."""
    return Case(name, ("ir", "a.xyz"), {"a.xyz": text}, 0 if answers else 2, said, answers)


def smiles(name: str, text: str, said: str = "", *answers: str) -> Case:
    """A SMILES; refused if it has no answers."""
    return Case(name, ("ir", "--smiles", text), {}, 0 if answers else 2, said, answers)


def measured(name: str, text: str, code: int, said: str, file: str = "m.csv") -> Case:
    """A measured spectrum beside two predicted bands."""
    return Case(name, ("compare", "a.ir.csv", file), {"a.ir.csv": MODES, file: text}, code, said)


CASES = [
    xyz("blank lines before the count", "\n\n3\n\n" + WATER, "", "a"),
    xyz("tabs", "3\n\n" + WATER.replace(" ", "\t"), "", "a"),
    xyz("count with a comment", "3 atoms\n\n" + WATER, "the number of atoms"),
    xyz("negative count", "-3\n\n" + WATER, "the number of atoms"),
    xyz("too many rows", "2\n\n" + WATER, "got"),
    xyz("lower case elements", "3\n\n" + WATER.lower(), "", "a"),
    xyz("labels with numbers", "3\n\n" + WATER.replace("H", "H1"), "the element"),
    xyz("decimal commas", "3\n\n" + WATER.replace(".", ","), "symbol x y z"),
    xyz("bohr by the comment", "3\nunits: angstrom\n" + WATER, "", "a"),
    xyz("two dots", "3\n\n" + WATER.replace("0.1174", "0.11.74"), "symbol x y z"),
    xyz("dummy atoms", "3\n\n" + WATER.replace("O", "X"), "the element 'X'"),
    xyz("ghost atoms", "3\n\n" + WATER.replace("O", "O:"), "the element 'O:'"),
    xyz("helium alone", "1\n\nHe 0 0 0\n", "a single atom"),
    xyz("two far atoms of hydrogen", "2\n\nH 0 0 0\nH 0 0 0.3\n", "0.300 angstrom"),
    xyz("a triplet", "2\nmultiplicity=3\nO 0 0 0\nO 0 0 1.2\n", "closed-shell"),
    xyz("tritium", "3\n\n" + WATER.replace("H", "T"), "", "a"),
    xyz("isotope nobody has seen", "3\n\n" + WATER.replace("O", "99O"), "a known isotope"),
    xyz("html", "<html><body>404</body></html>", "the number of atoms"),
    smiles("a name", "ethanol", "a valid SMILES"),
    smiles("InChI", "InChI=1S/CH4/h1H4", "a valid SMILES"),
    smiles("an open ring", "C1CC", "a valid SMILES"),
    smiles("five bonds", "C(C)(C)(C)(C)C", "a valid SMILES"),
    smiles("a reaction", "C>>CC", "a valid SMILES"),
    smiles("SMARTS", "[#6]", "unpaired"),
    smiles("a bare proton", "[H+]", "a single atom"),
    smiles("hydrogen", "[H][H]", "", "_H__H_"),
    smiles("deuterium molecule", "[2H][2H]", "", "_2H__2H_"),
    smiles("quotes around", '"C"', "a valid SMILES"),
    smiles("an R group", "*O", "any kind"),
    smiles("mapped atoms", "[CH4:1]", "", "_CH4_1_"),
    smiles("a trailing dot", "C.", "a valid SMILES"),
    smiles("nothing but a dot", ".", "a valid SMILES"),
    Case(
        "one good of three",
        ("ir", "--smiles", "C", "--smiles", "x", "--smiles", "[U]"),
        {},
        2,
        "2 of 3",
        ("C",),
    ),
    Case("the same twice", ("ir", "--smiles", "C", "--smiles", "C"), {}, 0, "", ("C", "C-2")),
    Case("an empty list", ("ir", "a.smi"), {"a.smi": "\n\n"}, 2, "no rows"),
    Case("a list without smiles", ("ir", "a.csv"), {"a.csv": "name,mass\na,1\n"}, 2, "no column"),
    Case("a list with a hole", ("ir", "a.csv"), {"a.csv": "smiles,id\nC,a\n,b\n"}, 2, "b", ("a",)),
    Case("names with slashes", ("ir", "a.smi"), {"a.smi": "C ../../x\n"}, 0, "", ("______x",)),
    Case("sdf cut short", ("ir", "a.sdf"), {"a.sdf": "x\n\n\n  3  2  0\n"}, 2, "a.sdf"),
    Case("charge of nothing", ("ir", "--smiles", "C", "--charge", "1"), {}, 2, "one charge"),
    Case("isotope of another", ("ir", "--smiles", "C", "--isotope", "1=D"), {}, 2, "isotope"),
    Case("isotope range", ("ir", "--smiles", "C", "--isotope", "2-5=D"), {}, 0, "", ("C",)),
    Case("isotope range reversed", ("ir", "--smiles", "C", "--isotope", "5-2=D"), {}, 2, "isotope"),
    measured("header of two lines", "sample 1\ncm-1,A\n" + SPECTRUM, 0, "Pearson"),
    measured("no header", SPECTRUM, 0, "taken as 1/cm"),
    measured(
        "nanometres unnamed", "".join(f"{x},0.1\n" for x in (2500, 9000, 25000)), 2, "no name"
    ),
    measured("one column", "400\n401\n402\n", 2, "no row of two numbers"),
    measured("words", "hello\n", 2, "no row of two numbers"),
    measured("zigzag", "cm-1,A\n400,1\n500,1\n450,1\n", 2, "ascend or descend"),
    measured("electronvolts", "eV,A\n0.1,1\n0.2,2\n", 2, "first column"),
    measured("no overlap", "cm-1,A\n5000,1\n6000,2\n7000,1\n", 2, "ranges"),
    measured("all the same", "cm-1,A\n" + "".join(f"{x},1\n" for x in range(400, 4000, 50)), 2, ""),
]


def verdict(case: Case) -> str:
    """What is wrong with the outcome of a case; empty if nothing is."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in case.files.items():
            Path(name).write_text(text, encoding="utf-8")
        result = CliRunner().invoke(app, list(case.words))
        written = {path.name.removesuffix(".ir.json") for path in Path().glob("*.ir.json")}
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"traceback: {result.exception!r}"
    leaked = [leak for leak in LEAKS if leak in result.output]
    if leaked:
        return f"leaks {leaked}"
    if result.exit_code != case.code:
        return f"exit code {result.exit_code}: {result.output.strip()[-200:]}"
    if case.said not in result.output:
        return f"does not say {case.said!r}: {result.output.strip()[-200:]}"
    if case.words[0] == "ir" and written != set(case.answers):
        return f"answers {sorted(written)}"
    return ""


def main() -> None:
    """Run the cases whose names have one of the words, or all of them."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    words = sys.argv[1:]
    failed = 0
    for case in CASES:
        if words and not any(word in case.name for word in words):
            continue
        wrong = verdict(case)
        failed += bool(wrong)
        sys.stdout.write(f"{'FAILED' if wrong else 'ok':7s}{case.name}  {wrong}\n")
        sys.stdout.flush()
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
