"""Writes ``docs/figures.json`` and every figure that README and the pages quote from it.

    python docs/make_figures.py            # after a benchmark or a new model
    python docs/make_figures.py --check    # fails where a page and the results differ

Figures come from ``benchmarks/results`` and the cards in ``specml/weights``. In a page a figure
stands between ``<!--=KEY-->`` and ``<!--/-->``. So none is typed, and none stands in two forms.
"""

import json
import re
import statistics
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "figures.json"
QUOTED = re.compile(r"<!--=([\w.-]+)-->(.*?)<!--/-->", re.DOTALL)
MODELS = ("specml-xtb", "specml")


@cache
def results(name: str) -> Any:
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text())


@cache
def card(name: str) -> Any:
    return json.loads((ROOT / "specml" / "weights" / f"{name}.json").read_text())


def spectra() -> dict[str, str]:
    """Harmonic spectra against B3LYP, and conformers."""
    accuracy = results("accuracy")
    conformers = results("conformer_energies")
    figures = {
        "spectra.molecules": f"{accuracy['n_molecules']}",
        "conformers.molecules": f"{conformers['n_molecules']}",
        "conformers.differences": f"{conformers['n_differences']}",
        "conformers.typical": f"{conformers['mean_absolute_difference_b3lyp_kj_mol']:.1f}",
    }
    for method, row in accuracy["methods"].items():
        figures[f"spectra.{method}.wavenumbers"] = f"{row['wavenumber_mae']:.1f}"
        figures[f"spectra.{method}.ir"] = f"{row['ir_pearson_median']:.2f}"
        if "raman_pearson_median" in row:
            figures[f"spectra.{method}.raman"] = f"{row['raman_pearson_median']:.2f}"
        if "misfit_error_spearman" in row:
            figures[f"spectra.{method}.misfit"] = f"{row['misfit_error_spearman']:.2f}"
        if "disagreement_error_spearman" in row:
            figures[f"spectra.{method}.disagreement"] = f"{row['disagreement_error_spearman']:.2f}"
        error = conformers["mean_absolute_error_kj_mol"][method]
        figures[f"conformers.{method}"] = f"{error:.1f}"
    correlations = [row["specml-xtb"]["ir_pearson"] for row in accuracy["molecules"].values()]
    figures["spectra.below_085"] = f"{sum(r < 0.85 for r in correlations)}"
    figures["spectra.above_095"] = f"{sum(r > 0.95 for r in correlations)}"
    return figures


def experiment() -> dict[str, str]:
    """Observed fundamentals, and the areas of NIST's quantitative gas spectra."""
    figures = {}
    for name, row in results("b3lyp_fundamentals").items():
        figures[f"fundamentals.{name.partition('/')[0]}"] = f"{row['scaled_error_cm1']:.0f}"
    for name in MODELS:
        scaling = card(f"{name}.scaling")
        figures[f"scaling.{name}"] = f"{scaling['error_cm1']:.0f}"
        figures[f"scaling.{name}.raw"] = f"{scaling['raw_error_cm1']:.0f}"
    figures["scaling.molecules"] = f"{scaling['n_molecules']}"
    figures["scaling.fundamentals"] = f"{scaling['n_fundamentals']}"
    nist = results("nist_ir")
    areas = [s for s in nist["spectra"] if "measured_area_km_mol" in s["methods"]["specml"]]
    areas = [s for s in areas if s["file"] not in nist["without_area"]]
    figures["areas.gases"] = f"{len(areas)}"
    for method in (*MODELS, "GFN2-xTB"):
        rows = [s["methods"][method] for s in areas]
        off = [abs(row["area_km_mol"] / row["measured_area_km_mol"] - 1.0) for row in rows]
        figures[f"areas.{method}"] = f"{100.0 * statistics.median(off):.0f}"
    return figures


def nmr() -> dict[str, str]:
    """Shifts."""
    found = results("nmr_accuracy")
    figures = {"nmr.molecules": f"{found['dft']['gfn2']['molecules']}"}
    for nucleus, digits in (("13C", 2), ("1H", 3)):
        for geometry in ("gfn2", "dft"):
            error = found["dft"][geometry][nucleus]["mae"]
            figures[f"nmr.{geometry}.{nucleus}"] = f"{error:.{digits}f}"
        figures[f"nmr.experiment.{nucleus}"] = f"{found['experiment'][nucleus]['mae']:.2f}"
    quarters = found["dft"]["gfn2"]["13C"]["mae_by_quarter"]
    figures |= {"nmr.surest": f"{quarters[0]:.2f}", "nmr.least_sure": f"{quarters[-1]:.2f}"}
    return figures


def matrices() -> dict[str, str]:
    """Kohn-Sham matrices and the guess for PySCF."""
    default = results("scf_guess_held_out_default")["summary"]["specml"]
    figures = {
        "matrices.error": f"{results('hamiltonian_accuracy')['model']['all']['H']:.0f}",
        "scf.wall": f"{default['wall_ratio']:.1f}",
    }
    for name in ("held_out", "druglike"):
        row = results(f"scf_guess_{name}")["summary"]["specml"]
        figures[f"scf.{name}.molecules"] = f"{row['molecules']}"
        figures[f"scf.{name}.ratio"] = f"{row['mean_ratio']:.2f}"
    return figures


def admet() -> dict[str, str]:
    """The scorer beside two others, and its speed."""
    tasks = results("admet_accuracy")["tasks"].values()
    covered = [task["coverage"] for task in tasks if "coverage" in task]
    gains = [task["over"]["maplight"] for task in tasks]
    speed, million = results("admet_predict"), results("admet_predict_million")
    return {
        "admet.tasks": f"{len(tasks)}",
        "admet.better": f"{sum(row['gain'] > 0.0 for row in gains)}",
        "admet.worse": f"{sum(row['gain'] < -row['standard_error'] for row in gains)}",
        "admet.coverage": f"{100.0 * statistics.mean(covered):.0f}",
        "admet.rows": f"{speed['rows']:,}",
        "admet.seconds": f"{speed['specml']['seconds']:.0f}",
        "admet.other_seconds": f"{speed['other']['seconds']:.0f}",
        "admet.million_minutes": f"{million['specml']['seconds'] / 60.0:.0f}",
        "admet.million_gb": f"{million['specml']['peak_memory_mb'] / 1000.0:.2f}",
    }


def speed_and_data() -> dict[str, str]:
    """Commands, networks beside SchNetPack's, and what the models learned from."""
    commands, data = results("commands"), card("specml-xtb")["data"]
    figures = {
        "speed.ir_seconds": f"{commands['ir_ethanol_seconds']}",
        "speed.nmr_seconds": f"{commands['nmr_one_seconds']}",
        "speed.nmr_100_seconds": f"{commands['nmr_100_molecules_of_20_atoms_seconds']}",
        "install.wheel_mb": f"{commands['install_wheel_mb']}",
        "install.size_gb": f"{commands['install_size_gb']}",
        "install.minutes": f"{commands['install_minutes']}",
        "data.b3lyp_geometries": f"{data['b3lyp_geometries']:,}",
        "data.b3lyp_molecules": f"{data['b3lyp_molecules']:,}",
        "data.gfn2_geometries": f"{data['gfn2_geometries']:,}",
    }
    for row in results("throughput")["ethanol"]:
        for package in ("specml", "schnetpack"):
            milliseconds = 1000.0 * row[package]["seconds"]
            figures[f"speed.{package}.{row['n_channels']}"] = f"{milliseconds:.0f}"
    for row in results("md")["schnetpack"]:
        figures[f"speed.md.{row['n_channels']}"] = f"{row['specml']['ratio']:.1f}"
    return figures


def computed() -> dict[str, str]:
    """Every figure, as it is printed."""
    return spectra() | experiment() | nmr() | matrices() | admet() | speed_and_data()


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def with_figures(text: str, figures: dict[str, str]) -> str:
    """The text of a page with each figure that it quotes."""
    return QUOTED.sub(lambda m: f"<!--={m[1]}-->{figures[m[1]]}<!--/-->", text)


def differences() -> list[str]:
    """What :func:`main` would change, in words."""
    figures = computed()
    wrong = [] if json.loads(FIGURES.read_text()) == figures else ["docs/figures.json"]
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for key, printed in QUOTED.findall(text):
            if figures.get(key) != printed:
                wrong.append(f"{page.name}: {key} is {printed}, not {figures.get(key)}")
        starts = re.findall(r"^ *<!--=([\w.-]+)", text, re.MULTILINE)
        wrong += [f"{page.name}: {key} begins a line, which ends the paragraph" for key in starts]
    return wrong


def main() -> None:
    if "--check" in sys.argv:
        sys.exit("\n".join(differences()) or 0)
    figures = computed()
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    for page in pages():
        page.write_text(with_figures(page.read_text(encoding="utf-8"), figures), encoding="utf-8")


if __name__ == "__main__":
    main()
