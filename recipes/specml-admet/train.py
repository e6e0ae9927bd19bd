"""Train and store the ADMET scorer that ships.

    python recipes/specml-admet/train.py TDC_FOLDER --approved chembl_approved_drugs.csv

TDC_FOLDER holds the files ``<task>.csv`` with the train and validation rows of the benchmark.
``--also FOLDER`` adds the rows of files of the same names, the test rows for one: such a model is
for use, and its errors on that benchmark mean nothing any more.
"""

import argparse
import csv
import datetime as dt
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

import specml
from specml.admet import model_file, training
from specml.admet.endpoints import ENDPOINTS
from specml.admet.molecules import clean, plain
from specml.io.model_cards import ADMET, card_path
from specml.workflows.admet_evaluation import read_task, task_files


def approved(path: Path) -> list[Chem.Mol]:
    """Distinct parents of the approved drugs, as `specml admet predict` would score them."""
    with path.open(newline="", encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    column = next(name for name in rows[0] if name.lower() == "smiles")
    with rdBase.BlockLogs():
        cleaned = [clean(row[column]) for row in rows]
    parents = [plain(one.mol) for one in cleaned if one.scored and one.mol is not None]
    return list({Chem.MolToSmiles(mol): mol for mol in parents}.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--approved", type=Path, required=True)
    parser.add_argument("--also", type=Path, default=None)
    parser.add_argument("--output", type=Path, default=card_path(None, ADMET))
    args = parser.parse_args()
    tables = {}
    for endpoint, path in task_files(args.folder, ENDPOINTS).items():
        data = read_task(path, endpoint)
        if args.also is not None and (args.also / path.name).is_file():
            more = read_task(args.also / path.name, endpoint)
            data = training.Measurements(data.smiles + more.smiles, np.append(data.y, more.y))
        tables[endpoint] = data
    drugs = approved(args.approved)
    trained = training.train(tables, drugs, progress=lambda text: print(text, flush=True))
    rows = sum(len(data.y) for data in tables.values())
    about = card(rows, len(trained.reference), len(drugs), args.also)
    model_file.save(args.output, trained, about)


def card(rows: int, molecules: int, drugs: int, also: Path | None) -> dict:
    """What is to be known of the model besides what is needed to use it."""
    more = "" if also is None else f" --also {also}"
    return {
        "version": specml.__version__,
        "description": f"{len(ENDPOINTS)} ADMET endpoints: boosted trees and a kernel regression, "
        "stacked",
        "data": "TDC ADMET benchmark, train and validation rows" + (more and ", and others"),
        "rows": rows,
        "molecules": molecules,
        "approved_drugs": drugs,
        "split": "5 folds by scaffold; every row is in the training of four of five members",
        "errors": "docs/admet_accuracy.md",
        "command": f"python recipes/specml-admet/train.py TDC_FOLDER --approved CSV{more}",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }


if __name__ == "__main__":
    main()
