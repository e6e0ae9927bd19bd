"""What the files of one molecule say; docs/json.md describes the keys."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import specml
from specml.cli.faces import Face
from specml.documents.structure import described, title
from specml.io.jcamp import jcamp
from specml.plots.spectrum import Labels, figure, png
from specml.spectra.harmonic import Vibrations
from specml.spectra.scaling import Scaling
from specml.spectra.thermochemistry import Thermochemistry
from specml.units import KJ_PER_MOL

if TYPE_CHECKING:
    from specml.cli.results import Result
    from specml.cli.vibrations import Request

_CARD = ("name", "version", "baseline")


def document(request: "Request", card: Mapping, result: "Result") -> dict[str, object]:
    """The JSON document of one molecule."""
    vibrations = result.vibrations
    expansion = vibrations.expansion
    structure = expansion.structure
    curve = next(iter(result.curves.values()))
    return {
        "schema": request.face.schema,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure, masses_amu=vibrations.modes.masses),
        "energy_ev": expansion.energy,
        "dipole_e_angstrom": expansion.dipole,
        "polarizability_angstrom3": expansion.polarizability,
        "modes": _mode_rows(request.face, vibrations),
        "curve": {
            "shape": "lorentzian",
            "fwhm_cm1": request.fwhm,
            "wavenumber_cm1": curve.x,
            **{key: spectrum.y for key, spectrum in result.curves.items()},
        },
        "ensemble": {
            "requested": result.search.requested,
            "found": result.search.found,
            "weights": "gibbs" if result.by_gibbs else "energy",
        },
        "conformers": _conformer_rows(request.face, result),
        "temperature_k": request.temperature,
        "laser_nm": request.laser_nm if request.face.polarizability else None,
        "scaling": _scaling(result.scaling),
        "thermochemistry": thermochemistry(vibrations.thermochemistry),
        "optimization": optimization(result),
        "domain": {
            "inside": result.verdict.inside,
            "reasons": result.verdict.reasons,
            "uncertainty_cm1": result.verdict.uncertainty,
            "misfit_ev_angstrom": result.verdict.misfit,
            "disagreement_ev_angstrom": result.verdict.disagreement,
        },
        "model": {key: card[key] for key in _CARD if key in card},
        "warnings": result.warnings,
    }


def _scaling(scaling: Scaling) -> dict[str, object]:
    """The broken line from harmonic to observed wavenumbers, and how well it is known."""
    return {
        "name": scaling.name,
        "description": scaling.description,
        "factors": scaling.factors,
        "edges_cm1": scaling.edges,
        "uncertainties": scaling.uncertainties,
        "error_cm1": scaling.error,
        "error_unscaled_cm1": scaling.raw_error,
        "n_molecules": scaling.n_molecules,
        "n_fundamentals": scaling.n_fundamentals,
        "source": scaling.source,
    }


def modes(face: Face, vibrations: Vibrations) -> dict[str, list]:
    """Key -> one value a mode; rows ascend in wavenumber."""
    return {
        "mode": list(range(1, len(vibrations.wavenumbers) + 1)),
        "wavenumber_cm1": vibrations.wavenumbers.tolist(),
        "wavenumber_scaled_cm1": vibrations.scaled_wavenumbers.tolist(),
        **{c.key: getattr(vibrations, c.attribute).tolist() for c in face.columns},
        "reduced_mass_amu": vibrations.modes.reduced_masses.tolist(),
        "assignment": list(vibrations.assignments),
    }


def _mode_rows(face: Face, vibrations: Vibrations) -> list[dict[str, object]]:
    columns = modes(face, vibrations)
    columns["displacements"] = list(vibrations.modes.displacements)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _conformer_rows(face: Face, result: "Result") -> list[dict[str, object]]:
    """What is averaged in the curve, the lowest first."""
    above = zip(result.relative_energies, result.relative_gibbs_energies, strict=True)
    return [
        {
            "energy_ev": member.energy,
            "relative_energy_kj_mol": energy,
            "relative_gibbs_energy_kj_mol": gibbs_energy,
            "degeneracy": member.degeneracy,
            "weight": member.weight,
            "structure": {
                "positions_angstrom": member.vibrations.expansion.structure.positions,
            },
            "modes": _mode_rows(face, member.vibrations),
        }
        for member, (energy, gibbs_energy) in zip(result.members, above, strict=True)
    ]


def curves(result: "Result") -> dict[str, list]:
    """Key -> one value a grid point."""
    x = next(iter(result.curves.values())).x
    return {"wavenumber_cm1": x.tolist()} | {k: s.y.tolist() for k, s in result.curves.items()}


def thermochemistry(values: Thermochemistry) -> dict[str, float]:
    """Ideal-gas functions above the electronic energy, in kJ/mol and J/(mol K)."""
    return {
        "temperature_k": values.temperature,
        "pressure_pa": 101325.0,
        "symmetry_number": values.symmetry_number,
        "zero_point_energy_kj_mol": values.zero_point_energy / KJ_PER_MOL,
        "energy_kj_mol": values.energy / KJ_PER_MOL,
        "enthalpy_kj_mol": values.enthalpy / KJ_PER_MOL,
        "gibbs_energy_kj_mol": values.gibbs_energy / KJ_PER_MOL,
        "entropy_j_mol_k": 1000.0 * values.entropy / KJ_PER_MOL,
        "heat_capacity_v_j_mol_k": 1000.0 * values.heat_capacity / KJ_PER_MOL,
        "imaginary_modes_left_out": values.n_imaginary,
    }


def optimization(result: "Result") -> dict[str, object]:
    """How the geometry came about; ``max_force`` is what is left at it."""
    end = result.relaxed
    return {
        "performed": end is not None,
        "converged": None if end is None else end.converged,
        "steps": None if end is None else end.steps,
        "max_force_ev_angstrom": result.vibrations.max_force,
        "max_external_wavenumber_cm1": result.vibrations.max_external,
    }


def exchange(request: "Request", card: Mapping, result: "Result") -> bytes:
    """The JCAMP-DX file: the first curve."""
    structure = result.vibrations.expansion.structure
    curve = next(iter(result.curves.values()))
    return jcamp(
        curve.x,
        curve.y,
        title=f"{structure.name} (calculated)",
        data_type=request.face.data_type,
        y_units=curve.y_unit,
        formula=structure.formula,
        origin=f"SpecML {specml.__version__}, model {card['name']}",
        notes={
            "METHOD": "harmonic, isolated molecule",
            "LINE SHAPE": f"Lorentzian, FWHM {request.fwhm:g} 1/CM",
            "WAVENUMBER SCALING": result.vibrations.scaling,
            "CONFORMERS": averaged(request, result) or "1",
            "ISOTOPES": " ".join(request.isotopes) or "natural abundance",
            "WARNINGS": " | ".join(result.warnings) or "none",
        },
    )


def picture(request: "Request", card: Mapping, result: "Result") -> bytes:
    """The figure: the first curve and its sticks."""
    vibrations = result.vibrations
    structure = vibrations.expansion.structure
    curve = next(iter(result.curves.values()))
    lines = next(iter(result.sticks.values()))
    real = lines.x > 0.0
    note = f"{card['name']} · Lorentzian, FWHM {request.fwhm:g} cm⁻¹ · "
    if len(result.members) > 1:
        note += f"{len(result.members)} conformers, {request.temperature:g} K · "
    note += "unscaled" if vibrations.scaling == "unscaled" else "scaled wavenumbers"
    drawn = request.face.curves[0]
    labels = Labels(title(structure), note, drawn.axis, drawn.stick_axis)
    return png(figure(curve.x, curve.y, lines.x[real], lines.y[real], labels))


def averaged(request: "Request", result: "Result") -> str:
    """``4 of 5, energies at 298.15 K``: what the curve is an average of; empty for one."""
    if len(result.members) == 1:
        return ""
    energies = "Gibbs energies" if result.by_gibbs else "energies"
    count = f"{len(result.members)} of {result.search.found}"
    return f"{count}, {energies} at {request.temperature:g} K"
