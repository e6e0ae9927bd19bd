"""The options of harmonic spectra, read by the workflow and by the documents."""

from dataclasses import dataclass

import numpy as np

from specml.spectra.thermochemistry import ENTROPIES
from specml.structure import Structure
from specml.workflows import isotopes, limits


@dataclass(frozen=True)
class HarmonicSettings:
    """What the numbers of a harmonic spectrum depend on besides molecule and model.

    Parameters
    ----------
    optimize : relax the geometry, else take it as given.
    fwhm_cm1 : full width at half maximum of the Lorentzian.
    scale : scaling of wavenumbers: ``auto`` (as fitted for the model), ``none``, or a factor.
    temperature_k : that of thermochemistry, Raman cross-sections and weights of conformers.
    laser_nm : wavelength of the exciting laser of a Raman spectrum.
    isotopes : isotopes of atoms, ``3=D``, ``1=13C``, ``3-5,7=D``, counted from 1, or ``H=D`` of all
        atoms of an element; those of the structure itself stay.
    conformers : how many are averaged at most; None means four of a SMILES, one of a geometry.
    conformer_weights : Boltzmann weights from the electronic ``energy`` or from ``gibbs`` energies.
    entropy : of the vibrations, ``harmonic``, or ``grimme`` or ``truhlar``, which do not overrate
        soft modes; see :mod:`specml.spectra.thermochemistry`.

    Raises
    ------
    InputError
        A value out of range.
    """

    optimize: bool = True
    fwhm_cm1: float = 10.0
    scale: str | float = "auto"
    temperature_k: float = 298.15
    laser_nm: float = 532.0
    isotopes: tuple[str, ...] = ()
    conformers: int | None = None
    conformer_weights: str = "energy"
    entropy: str = "harmonic"

    def __post_init__(self) -> None:
        limits.require("fwhm_cm1", limits.width, self.fwhm_cm1)
        limits.require("scale", limits.scale, self.scale)
        limits.require("temperature_k", limits.temperature, self.temperature_k)
        limits.require("laser_nm", limits.laser, self.laser_nm)
        words = limits.one_of("energy", "gibbs")
        limits.require("conformer_weights", words, self.conformer_weights)
        limits.require("entropy", limits.one_of(*ENTROPIES), self.entropy)
        if self.conformers is not None:
            limits.require("conformers", limits.positive, self.conformers)

    def masses(self, structure: Structure) -> np.ndarray | None:
        """Masses in amu with the isotopes, (n_atoms,); None for natural abundance."""
        return isotopes.masses(structure, self.isotopes)
