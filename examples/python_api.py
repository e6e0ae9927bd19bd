# ruff: noqa: T201 (an example prints)
"""Infrared and Raman spectra from Python, the building blocks below, and an ASE calculator."""

from pathlib import Path

import specml
from specml.inference.calculator import SpecMLCalculator
from specml.spectra.harmonic import harmonic_analysis

FILE = Path(__file__).parent / "ethanol.xyz"

# One line does what `specml ir` does; .save(folder) writes its files.
ethanol = specml.infrared(FILE)
for mode in ethanol.table().itertuples():
    place, height = mode.wavenumber_scaled_cm1, mode.ir_intensity_km_mol
    print(f"{place:8.1f} 1/cm {height:7.1f} km/mol  {mode.assignment}")

# A spectrum is a value.
curve = ethanol.spectrum()
highest = curve.y.argmax()
print(f"highest: {curve.y[highest]:.0f} {curve.y_unit} at {curve.x[highest]:.0f} 1/cm")

# The building blocks: a model, a minimum, an expansion about it, its vibrations (unscaled here).
predictor = specml.load()
minimum = predictor.relax(ethanol.values.structure).structure
vibrations = harmonic_analysis(predictor.expand(minimum))
print("zero-point energy / eV:", round(vibrations.thermochemistry.zero_point_energy, 4))
broad = vibrations.infrared().broaden(fwhm=20.0)
print(f"unscaled, FWHM 20 1/cm: {broad.y.max():.0f} {broad.y_unit}")

# The same model drives ASE.
atoms = minimum.to_ase()
atoms.calc = SpecMLCalculator(predictor)
print("dipole / e angstrom:", atoms.get_dipole_moment().round(4))
