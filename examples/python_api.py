# ruff: noqa: T201 (an example prints)
"""Infrared and Raman spectra from Python, and the model as an ASE calculator."""

from pathlib import Path

import specml
from specml.inference.calculator import SpecMLCalculator
from specml.io.structures import read
from specml.spectra.harmonic import harmonic_analysis

# Three lines to a spectrum.
predictor = specml.load()
molecules = [end.structure for end in predictor.relax(read(Path(__file__).parent / "ethanol.xyz"))]
vibrations = [harmonic_analysis(expansion) for expansion in predictor.expand(molecules)]

ethanol = vibrations[0]
for wavenumber, intensity, name in zip(
    ethanol.wavenumbers, ethanol.ir_intensities, ethanol.assignments, strict=True
):
    print(f"{wavenumber:8.1f} 1/cm {intensity:7.1f} km/mol  {name}")

# A spectrum is a value: sticks become a curve of any width.
curve = ethanol.infrared().broaden(fwhm=10.0)
highest = curve.y.argmax()
print(f"highest: {curve.y[highest]:.0f} {curve.y_unit} at {curve.x[highest]:.0f} 1/cm")

# The same model drives ASE.
atoms = molecules[0].to_ase()
atoms.calc = SpecMLCalculator(predictor)
print("dipole / e angstrom:", atoms.get_dipole_moment().round(4))
