"""Bad and odd inputs of the ``specml admet`` commands, each with what has to come of it.

    python benchmarks/stress/admet.py [part of a name ...]

None may end in a traceback, none may get a number that looks right and is wrong, and no row may be
lost. The model that ships scores; a case takes tenths of a second. Exits with 1 if one fails.
"""

import csv
import gzip
import math
import os
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rdkit import Chem
from typer.testing import CliRunner

import specml.admet
from specml.cli.app import app

HERG = ("--tasks", "herg,solubility_aqsoldb", "--workers", "1")
LEAKS = ("Traceback", "SMILES Parse Error", "Explicit valence for atom", "RDKit WARNING", "Can't ")
OK, BAD = 0, 2
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Case:
    """One call.

    Parameters
    ----------
    files : name -> content, text or bytes.
    words : the command; ``predict`` alone stands for ``predict IN out.csv`` of the first file.
    code : exit code.
    said : part of what is printed.
    statuses : of the rows that come out, by first letters; their number is checked with them.
    check : of the rows.
    """

    name: str
    files: dict[str, str | bytes]
    words: tuple[str, ...] = ("predict",)
    code: int = OK
    said: str = ""
    statuses: str | None = None
    check: Callable[[Rows], bool] | None = None


def one(name: str, smiles: str, status: str, scored: str | None = None) -> Case:
    """A structure, its status and the SMILES that is scored."""
    text = smiles.replace('"', '""')

    def check(rows: Rows) -> bool:
        return scored is None or rows[0]["scored_smiles"] == Chem.CanonSmiles(scored)

    content = f'smiles,id\n"{text}",1\nCCO,2\n'
    return Case(name, {"in.csv": content}, statuses=f"{status} ok", check=check)


def table(name: str, content: str | bytes, statuses: str, file: str = "in.csv", **more) -> Case:
    return Case(name, {file: content}, statuses=statuses, **more)


def refused(name: str, content: str | bytes, said: str, file: str = "in.csv", *words: str) -> Case:
    return Case(name, {file: content}, ("predict", *words), BAD, said)


def measured(cells: list[str], separator: str = ",") -> str:
    """Sixty chains and rings with values: the cells, then numbers."""
    texts = [f"{'C' * k}{end}" for k in range(1, 16) for end in ("O", "N", "c1ccccc1", "C(=O)OC")]
    values = [*cells, *(f"{0.1 * k:.1f}" for k in range(len(cells), len(texts)))]
    rows = (f"{text}{separator}{value}" for text, value in zip(texts, values, strict=True))
    return "\n".join([f"smiles{separator}y", *rows]) + "\n"


def train(name: str, content: str, code: int, said: str, *words: str, kind="regression") -> Case:
    call = ("train", "in.csv", "--column", "y", "--task", kind, "-o", "own.json", *words)
    return Case(name, {"in.csv": content}, call, code, said)


def sdf(*blocks: str) -> str:
    return "".join(f"{block}$$$$\n" for block in blocks)


def mol(smiles: str) -> str:
    return Chem.MolToMolBlock(Chem.MolFromSmiles(smiles))


def parquet(columns: dict) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def same(rows: Rows) -> bool:
    """All rows but their input have the same numbers."""
    keys = [k for k in rows[0] if k.startswith(("herg", "solubility", "mw", "logp", "scored"))]
    return all([row[k] for k in keys] == [rows[0][k] for k in keys] for row in rows)


def shuffled() -> str:
    mol = Chem.MolFromSmiles("CC(=O)N1CCN(c2ccc(OCC3COC(Cn4ccnc4)(c4ccc(Cl)cc4Cl)O3)cc2)CC1")
    return "\n".join(["smiles", *Chem.MolToRandomSmilesVect(mol, 12, randomSeed=5)])


def in_domain(expected: str) -> Callable[[Rows], bool]:
    return lambda rows: rows[0]["in_domain"] == expected


STRUCTURES = [
    one("a peroxyl radical", "CO[O]", "unsupported"),
    one("a triplet carbene as CXSMILES", "C[CH2] |^1:1|", "unsupported"),
    one("a radical beside its salt", "[CH2]CC(=O)[O-].[Na+]", "unsupported"),
    one("an acyl cation", "CC(=O)[C+]=O", "unsupported"),
    one("a vinyl cation in a salt", "C=[C+]C.[Cl-]", "unsupported"),
    one("a quadruple bond", "C$C", "unsupported"),
    one("a SMARTS", "[#6;R]1CC1", "invalid"),
    one("an R group by its label", "[R1]CCO", "invalid"),
    one("a query atom in brackets", "[C,N]CC", "invalid"),
    one("a name", "ibuprofen", "invalid"),
    one("a registry number", "15687-27-1", "invalid"),
    one("an InChIKey", "HEFNNWSXXWATRW-UHFFFAOYSA-N", "invalid"),
    one("a molecular formula", "C13H18O2", "invalid"),
    one("a line of FASTA", "MKTAYIAKQR", "invalid"),
    one("a broken InChI", "InChI=1S/C13H18O2/c1-9(2)8-10-4", "invalid"),
    one(
        "an InChI of a salt",
        "InChI=1S/C2H4O2.Na/c1-2(3)4;/h1H3,(H,3,4);/q;+1/p-1",
        "salt",
        "CC(=O)O",
    ),
    one("a reaction with agents", "CCO>[Na+]>CC=O", "invalid"),
    one("BigSMILES", "C{[$]CC[$]}C", "invalid"),
    one("doubled backslashes", "F/C=C\\\\F", "ok", "F/C=C\\F"),
    one("a typographic minus", "CC(=O)[O\u2212]", "invalid"),
    one("a byte-order mark inside", "\ufeffCCN", "ok", "CCN"),
    one("Kekule and aromatic nitrogen", "C1=CC=CN1C", "ok", "Cn1cccc1"),
    one("a sulfilimine with charges", "CC[S+]([N-]C(C)=O)CC", "ok", "CCS(CC)=NC(C)=O"),
    one("a stabilised ylide", "COC(=O)[CH-][P+](C)(C)C", "ok", "COC(=O)C=P(C)(C)C"),
    one("a phosphoramide with charges", "CN[P+]([O-])(NC)NC", "ok", "CNP(=O)(NC)NC"),
    one("a betaine stays", "C[N+](C)(C)CCS(=O)(=O)[O-]", "ok", "C[N+](C)(C)CCS(=O)(=O)[O-]"),
    one("deuterated hydrate", "CC(C)NCC(O)c1ccccc1.[2H]O[2H]", "salt", "CC(C)NCC(O)c1ccccc1"),
    one("a caesium alkoxide with a bond", "CCCO[Cs]", "salt", "CCCO"),
    one("a Grignard reagent", "CCC[Mg]Br", "unsupported"),
    one(
        "two ions of one drug",
        "CN(C)CCc1ccccc1.CN(C)CCc1ccccc1.OS(=O)(=O)O",
        "salt",
        "CN(C)CCc1ccccc1",
    ),
    one("cyanocobalamin's core", "[Co+2].N#[C-].C1CCNC1", "salt"),
    one("only counterions", "OC(=O)CC(O)(CC(=O)O)C(=O)O.NCCO.[Na+]", "salt"),
    one("gold with a drug", "CCP(CC)(CC)=[Au]S[C@@H]1O[C@H](C)C1", "unsupported"),
    Case(
        "a chain of 150",
        {"in.csv": f"smiles\n{'C' * 150}\n"},
        statuses="ok",
        check=in_domain("false"),
    ),
    Case(
        "a peptide of 24",
        {"in.csv": "smiles\n" + "NC(C)C(=O)" * 24 + "O\n"},
        statuses="ok",
        check=in_domain("false"),
    ),
    table("atoms in any order", shuffled(), "ok" + " duplicate" * 11, check=same),
    table(
        "handed and flat",
        "smiles\nC[C@H](O)[C@@H](N)CC\nC[C@@H](O)[C@@H](N)CC\nCC(O)C(N)CC\n",
        "ok ok ok",
        check=lambda rows: len({r["herg"] for r in rows}) == 1,
    ),
    table(
        "tautomers of a barbiturate",
        "smiles\nCCC1(CC)C(=O)NC(=O)NC1=O\nCCC1(CC)C(=O)N=C(O)NC1=O\n",
        "ok duplicate",
        check=same,
    ),
]
TABLES = [
    table(
        "columns of names beside SMILES",
        "C,NO,structure\nCN,OC,CCCO\nNC,CO,CCCN\n",
        "ok ok",
        words=("predict", "--smiles-column", "structure"),
    ),
    table("tabs and quotes in a list", 'CCO\t"x\tCC"\nCCN\ty\n', "ok ok", "in.smi"),
    table("a list of one column", "CCO\nc1ccccc1\n\nCCN\n", "ok ok empty ok", "in.smi"),
    table("a list with carriage returns", "CCO a\rCCN b\rC1CC c\r", "ok ok invalid", "in.smi"),
    table("sep= in UTF-16", "sep=;\r\nsmiles;y\r\nCCO;1,5\r\n".encode("utf-16"), "ok"),
    table("a comment between rows", "smiles,y\nCCO,1\n# end of batch\nCCN,2\n", "ok invalid ok"),
    table("a file of comments and one name", "# a\n# b\nsmiles\n", ""),
    table("a row with too many cells", "smiles,y\nCCO,1,2\nCCN,1\n", "invalid ok"),
    table("placeholders", "smiles\nn/a\nNULL\n.\n?\nCCO\n", "empty empty empty empty ok"),
    table(
        "JSON lines with a missing key", '{"smiles": "CCO"}\n{"id": 2}\n', "ok empty", "in.jsonl"
    ),
    table("JSON with nested values", '[{"smiles": "CCO", "x": {"y": [1]}}]', "ok", "in.json"),
    table(
        "structures: one broken, one empty",
        sdf(mol("CCO"), "x\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\nbroken\n", mol("")),
        "ok invalid empty",
        "in.sdf",
    ),
    table("structures without the last mark", sdf(mol("CCO")) + mol("CCN"), "ok ok", "in.sdf"),
    table(
        "structures, compressed",
        gzip.compress(sdf(mol("CCO"), mol("C[CH2]")).encode()),
        "ok unsupported",
        "in.sdf.gz",
    ),
    table(
        "parquet of null and text",
        parquet({"smiles": ["CCO", None], "y": [1, None]}),
        "ok empty",
        "in.parquet",
    ),
    refused("parquet of lists", parquet({"smiles": [["CCO"]]}), "list", "in.parquet"),
    refused("a zip that is no workbook", b"PK\x03\x04" + b"0" * 50, "zip archive"),
    refused("an old Excel file", b"\xd0\xcf\x11\xe0" + b"0" * 50, "an Excel file"),
    refused("a page of HTML", "<html><body>Not found</body></html>\n", "a column of SMILES"),
    refused("random bytes", random.Random(1).randbytes(3000), "in.csv"),
    refused("JSON that is cut", '[{"smiles": "CCO"}, {"smi', "no JSON", "in.json"),
    refused(
        "a column of SELFIES", "molecule\n[C][C][O]\n[C][=C][C]\n[C][N]\n", "a column of SMILES"
    ),
    refused(
        "a device that is not there", "smiles\nCCO\n", "--device", "in.csv", "--device", "cuda:7"
    ),
    refused("a model of spectra", "smiles\nCCO\n", "specml-xtb", "in.csv", "--model", "specml-xtb"),
    Case(
        "a folder with two bad files",
        {"in/a.csv": "smiles\nCCO\n", "in/b.csv": "", "in/c.sdf": "x"},
        ("predict", "in", "out"),
        BAD,
        "2 of 3 tables",
    ),
    Case(
        "the output is the input, by a link",
        {"in.csv": "smiles\nCCO\n", "@link.csv": "in.csv"},
        ("predict", "in.csv", "link.csv", "--force"),
        BAD,
        "the input itself",
    ),
]
TRAINING = [
    train(
        "decimal commas and thousands",
        measured(["1,234", "2,345", "3,1"], ";"),
        BAD,
        "'1,234'",
        "--name",
        "z",
    ),
    train("points and commas", measured(["1.234,5"], ";"), BAD, "'1.234,5'"),
    train("a percentage", measured(["45%"]), BAD, "'45%'"),
    train("a date", measured(["2024-01-05"]), BAD, "'2024-01-05'"),
    train("limits and placeholders", measured([">10", "<=3", "n.d.", "None"]), OK, "4 left out"),
    train("classes in words", measured(["active"]), BAD, "'active'", kind="classification"),
    train(
        "radicals among the rows", measured([]) + "[CH3],1\nC[CH+]C,2\n", OK, "radical or carbene"
    ),
    train(
        "all values the same",
        "smiles,y\n" + "".join(f"{'C' * k}O,1\n" for k in range(1, 61)),
        BAD,
        "1 in every row",
    ),
    train("values of two rows", "smiles,y\nCCO,1\nCCN,2\n", BAD, "at least 50 rows"),
]
OTHERS = [
    Case("show a radical", {}, ("show", "C[O]"), BAD, "radical"),
    Case("show an InChI", {}, ("show", "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"), OK, "CCO"),
    Case("show a chain of 100", {}, ("show", "C" * 100), OK, "larger than"),
    Case("show nothing", {}, ("show", ""), BAD, "empty"),
    Case(
        "evaluate a value in words",
        {"test/herg.csv": "Drug_ID,Drug,Y\n1,CCO,yes\n"},
        ("evaluate", "--test", "test"),
        BAD,
        "'yes'",
    ),
    Case(
        "evaluate radicals and rubbish",
        {"test/herg.csv": "Drug_ID,Drug,Y\n1,CCO,0\n2,[CH3],1\n3,C1CC,1\n"},
        ("evaluate", "--test", "test"),
        OK,
        "herg",
    ),
]
CASES = [*STRUCTURES, *TABLES, *TRAINING, *OTHERS]


@dataclass
class Outcome:
    """What came of a case; ``faults`` is empty if that is what had to come."""

    faults: list[str] = field(default_factory=list)

    def expect(self, right: object, otherwise: str) -> None:
        if not right:
            self.faults.append(otherwise)


def run(case: Case) -> Outcome:
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, content in case.files.items():
            path = Path(name.removeprefix("@"))
            path.parent.mkdir(exist_ok=True, parents=True)
            if name.startswith("@"):
                path.symlink_to(str(content))
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        words = list(case.words)
        if words[0] == "predict":
            names = (
                []
                if len(words) > 1 and not words[1].startswith("-")
                else [next(iter(case.files)), "out.csv"]
            )
            words = [words[0], *names, *words[1:], *HERG]
        with Path("leaked").open("wb") as leaked:  # what C++ writes goes past Python
            kept = os.dup(2)
            os.dup2(leaked.fileno(), 2)
            try:
                result = CliRunner().invoke(app, ["admet", *words])
            finally:
                os.dup2(kept, 2)
                os.close(kept)
        printed = " ".join((result.output + Path("leaked").read_text(errors="replace")).split())
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            outcome.faults.append(f"raised {result.exception!r}")
        outcome.expect(result.exit_code == case.code, f"exit code {result.exit_code}: {printed}")
        outcome.expect(case.said in printed, f"said {printed!r}")
        for leak in LEAKS:
            outcome.expect(leak not in Path("leaked").read_text(errors="replace"), f"leaked {leak}")
        if case.statuses is not None and Path("out.csv").exists():
            _check_rows(case, outcome)
        elif case.statuses is not None:
            outcome.faults.append("no output")
        os.chdir("/")
    return outcome


def _check_rows(case: Case, outcome: Outcome) -> None:
    with Path("out.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    statuses = [row["status"] for row in rows]
    outcome.expect(statuses == (case.statuses or "").split(), f"statuses {statuses}, {rows[:1]}")
    for row in rows:
        scored = row["status"] in ("ok", "salt", "mixture", "duplicate")
        outcome.expect(scored or row["status_reason"], "no reason")
        for name in ("herg", "solubility_aqsoldb", "mw", "similarity"):
            finite = row[name] != "" and math.isfinite(float(row[name]))
            outcome.expect(finite == scored, f"{name} is {row[name]!r} of {row['status']}")
    if case.check is not None and not outcome.faults:
        outcome.expect(case.check(rows), f"rows {rows}")


def from_python() -> dict[str, Outcome]:
    """What :func:`specml.admet.score` makes of things that are no list of SMILES."""
    outcomes = {}
    odd = {
        "a set": ({"CCO"}, ["ok"]),
        "numbers and containers": ([1, 2.5, True, ["CCO"], {"smiles": "CCO"}], ["invalid"] * 5),
        "an empty table": (pa.table({"smiles": pa.array([], pa.string())}), []),
        "molecules without atoms": ([Chem.Mol(), None], ["empty", "empty"]),
        "text in bytes": ([b"CCO", b"\xff\xfe"], ["ok", "invalid"]),
    }
    for name, (given, expected) in odd.items():
        made = specml.admet.score(given, tasks=["herg"])
        outcomes[f"python: {name}"] = outcome = Outcome()
        outcome.expect(made["status"].tolist() == expected, str(made["status"].tolist()))
    return outcomes


def main() -> int:
    wanted = sys.argv[1:]
    chosen = [c for c in CASES if not wanted or any(word in c.name for word in wanted)]
    outcomes = {case.name: run(case) for case in chosen}
    outcomes |= {} if wanted else from_python()
    for name, outcome in outcomes.items():
        print("ok   " if not outcome.faults else "FAULT", name, *outcome.faults, sep="  ")
    n_bad = sum(bool(outcome.faults) for outcome in outcomes.values())
    print(f"{len(outcomes)} inputs, {n_bad} with faults")
    return int(n_bad > 0)


if __name__ == "__main__":
    sys.exit(main())
