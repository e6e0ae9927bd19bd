"""The figures of ``accuracy.py`` as markdown: docs/nmr_accuracy.md and the tables in it."""

from specml.nuclei import NUCLEI
from specml.training.shielding_data import IN_USE

ORDER = list(reversed(NUCLEI))


def page(report: dict) -> str:
    """The documentation of the errors."""
    molecules, line = report["dft"][IN_USE]["molecules"], report["calibration_1H"]
    lines = [
        "# Errors of the NMR shifts",
        "",
        "Made by `python benchmarks/nmr/accuracy.py ../shared/data/nmr geometries.npz --save`.",
        f"{molecules} molecules of CASCADE DFT8K that no training data contain (split by a hash of",
        "the InChIKey; CHESHIRE's probe molecules are all held out). `gfn2` is the geometry that",
        "`specml nmr` uses, relaxed from the DFT geometry; `dft` that of the labels; `mmff` a",
        "force-field one. A signal is the mean of equivalent nuclei.",
        "",
        table(report),
        "",
        "Experiment: Exp5K for 13C; for 1H the assignments of NMRShiftDB, as they are, after the",
        f"calibration line of the card ({line[0]} x DFT shift {line[1]:+}, fitted to training",
        "molecules).",
        "",
        "## Expected and true error",
        "",
        "Nuclei sorted by the error the network expects, in four equal parts; ppm.",
        "",
        "| against | nucleus | expected, mean by quarter | true, mean by quarter | Spearman |",
        "|---|---|---|---|---|",
    ]
    rows = [("DFT", n, report["dft"][IN_USE][n]) for n in ORDER]
    for title, nucleus, row in [*rows, ("experiment", "13C", report["experiment"]["13C"])]:
        pair = (row["expected_by_quarter"], row["mae_by_quarter"])
        expected, true = (", ".join(f"{value:.2f}" for value in values) for values in pair)
        lines.append(f"| {title} | {nucleus} | {expected} | {true} | {row['spearman']:.2f} |")
    lines += [
        "",
        "## Absolute shieldings",
        "",
        "sigma = intercept + slope x DFT shift, fitted to 252 molecules of the QM9-NMR study",
        "(mPW1PW91/6-311+G(2d,p), gas phase). The slopes differ from -1 because the shifts of the",
        "labels had been scaled towards experiment.",
        "",
        "| nucleus | slope | intercept / ppm | MAE / ppm |",
        "|---|---|---|---|",
    ]
    for nucleus, row in report["reference"].items():
        slope, intercept = row["line"]
        lines.append(f"| {nucleus} | {slope:.4f} | {intercept:.2f} | {row['mae']:.2f} |")
    return "\n".join(lines) + "\n"


def table(report: dict) -> str:
    """The figures as markdown."""
    lines = [
        "| against | geometry | nucleus | shifts | MAE / ppm | of signals | without OH, NH, SH |",
        "|---|---|---|---|---|---|---|",
    ]
    for source, row in report["dft"].items():
        for nucleus in ORDER:
            found = row[nucleus]
            lines.append(
                f"| DFT | {source} | {nucleus} | {found['n']} | {found['mae']:.3f} "
                f"| {found['mae_of_signals']:.3f} | {found['mae_on_carbon']:.3f} |"
            )
    for key, title in (("experiment", "experiment"), ("cheshire", "CHESHIRE probes")):
        for nucleus, found in report[key].items():
            lines.append(
                f"| {title} | {IN_USE} | {nucleus} | {found['n']} | {found['mae']:.3f} | | |"
            )
    lines += ["", "| environment | nuclei | MAE / ppm |", "|---|---|---|"]
    for nucleus, rows in report["environment"].items():
        for name, found in rows.items():
            lines.append(f"| {nucleus} {name} | {found['n']} | {found['mae']:.3f} |")
    return "\n".join(lines)
