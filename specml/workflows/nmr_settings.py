"""The options of NMR spectra, read by :mod:`specml.workflows.nmr` and by its documents."""

from dataclasses import dataclass

from specml.errors import InputError, message
from specml.nuclei import NUCLEI
from specml.structure import Structure
from specml.workflows import conformers, limits


@dataclass(frozen=True)
class NMRSettings:
    """What the numbers of an NMR spectrum depend on besides molecule and model.

    Parameters
    ----------
    optimize : relax the geometry with GFN2-xTB, else take it as given.
    conformers : how many are averaged at most; None means four of a SMILES, one of a geometry.
    average : molecules are trajectories, whose frames are averaged as they are.
    nuclei : names of the nuclei that are observed, rows of :mod:`specml.nuclei`.
    fwhm_ppm : full width of the Lorentzian at half maximum; None means that of the nucleus.
    mhz : 1H frequency of the spectrometer, for JCAMP-DX; it moves no shift.
    temperature_k : temperature of the weights of conformers.

    Raises
    ------
    InputError
        A value out of range, or two that exclude each other.
    """

    optimize: bool = True
    conformers: int | None = None
    average: bool = False
    nuclei: tuple[str, ...] = tuple(NUCLEI)
    fwhm_ppm: float | None = None
    mhz: float = 400.0
    temperature_k: float = 298.15

    def __post_init__(self) -> None:
        for name in self.nuclei:
            limits.require("nuclei", limits.one_of(*NUCLEI), name)
        for name in ("conformers", "fwhm_ppm", "mhz", "temperature_k"):
            if getattr(self, name) is not None:
                limits.require(name, limits.positive, getattr(self, name))
        if self.average and (self.conformers or 1) > 1:
            raise InputError(
                message(
                    f"--conformers {self.conformers}",
                    "--average",
                    "one of the two: a trajectory is an average already",
                    "Leave out one of them.",
                )
            )
        conformers.check([], [], self.conformers, self.optimize)

    @property
    def widths(self) -> dict[str, float]:
        """Nucleus -> full width at half maximum, ppm."""
        return {name: self.fwhm_ppm or NUCLEI[name].fwhm for name in self.nuclei}

    def observed(self, structure: Structure) -> tuple[str, ...]:
        """The nuclei that were asked for and are there, in the order of :mod:`specml.nuclei`.

        Raises
        ------
        InputError
            None is.
        """
        chosen = tuple(
            row.name
            for row in NUCLEI.values()
            if row.name in self.nuclei and row.number in structure.numbers
        )
        if not chosen:
            raise InputError(
                message(
                    structure.name,
                    f"no nuclei of {', '.join(self.nuclei)} in {structure.formula}",
                    "at least one",
                    "Leave it out, or change --nucleus.",
                )
            )
        return chosen
