"""Writes the spectrum that stands in for a measured one in the tutorial ``2_measured_spectrum``.

    python docs/make_stand_in.py

Measured spectra of NIST may not all be passed on. This is B3LYP's own harmonic spectrum of acetic
acid (``datasets/references``), a molecule that no model was trained on, with wavenumbers scaled by
0.97 and bands of FWHM 30 1/cm.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks" / "spectra")]

from references import load  # noqa: E402

from specml.io.jcamp import jcamp  # noqa: E402
from specml.spectra.harmonic import harmonic_analysis  # noqa: E402

KEY, FACTOR, FWHM = "QTBSBXVTEAMEQO", 0.97, 30.0
OUTPUT = ROOT / "examples" / "acetic_acid_b3lyp.jdx"


def main() -> None:
    reference = load(ROOT / "datasets" / "references" / f"{KEY}.npz", "CC(=O)O")
    sticks = harmonic_analysis(reference).infrared().scale(FACTOR)
    curve = sticks.broaden(fwhm=FWHM, grid=np.arange(400.0, 4001.0, 4.0))
    OUTPUT.write_bytes(
        jcamp(
            curve.x,
            curve.y,
            title="acetic acid, computed: stands in for a measurement",
            data_type="INFRARED SPECTRUM",
            y_units=curve.y_unit,
            formula="C2H4O2",
            origin="B3LYP/def2-SVP, datasets/references of SpecML",
            notes={"WAVENUMBERS": f"times {FACTOR}", "LINE SHAPE": f"Lorentzian, FWHM {FWHM:g}"},
        )
    )


if __name__ == "__main__":
    main()
