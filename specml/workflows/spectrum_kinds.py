"""What differs between infrared and Raman spectra, one row each, for workflows and documents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specml.spectra.infrared import INACTIVE
from specml.spectra.raman import SILENT

if TYPE_CHECKING:
    from specml.spectra.harmonic import Vibrations
    from specml.spectra.spectrum import Spectrum


@dataclass(frozen=True)
class ModeColumn:
    """A quantity that every mode has: a column of tables and documents.

    Parameters
    ----------
    key : its name in JSON and CSV files, with the unit.
    attribute : its name in :class:`specml.spectra.harmonic.Vibrations`.
    header, form : its header and format in the printed table, which leaves out an empty header.
    """

    key: str
    attribute: str
    header: str = ""
    form: str = ".1f"


@dataclass(frozen=True)
class Curve:
    """One of the broadened spectra that a kind of spectrum has.

    Parameters
    ----------
    name : what the button of the page says.
    key : its name in JSON and CSV files.
    sticks : gives the sticks that are broadened; None if the model cannot tell.
    axis : label of the axis of the curve.
    column, stick_axis : key of the column with the heights of the sticks, and its label.
    """

    name: str
    key: str
    sticks: Callable[["Vibrations"], "Spectrum | None"]
    axis: str
    column: str
    stick_axis: str


@dataclass(frozen=True)
class SpectrumKind:
    """A kind of vibrational spectrum.

    Parameters
    ----------
    name : the command, which also stands in file names: ``ethanol.ir.json``.
    function : the function of the API.
    title : what headings call it.
    data_type : the DATA TYPE of JCAMP-DX files.
    columns : quantities of every mode; the first one is the height of the sticks.
    curves : the first one is drawn and goes to JCAMP-DX.
    inactive : below it a mode is forbidden by symmetry; in the unit of the first column.
    polarizability : whether the model must be asked for it.
    dynamics_axes : labels of the curve and of the sticks where the curve comes from dynamics.
    """

    name: str
    function: str
    title: str
    data_type: str
    columns: tuple[ModeColumn, ...]
    curves: tuple[Curve, ...]
    inactive: float
    polarizability: bool
    dynamics_axes: tuple[str, str]


_IR = ("ir_intensity_km_mol", "ir_intensities")

INFRARED = SpectrumKind(
    name="ir",
    function="infrared",
    title="Infrared spectrum",
    data_type="INFRARED SPECTRUM",
    columns=(ModeColumn(*_IR, "IR\nkm/mol"),),
    curves=(
        Curve(
            name="absorption",
            key="molar_absorption_l_mol_cm",
            sticks=lambda vibrations: vibrations.infrared(),
            axis="molar absorption / L mol⁻¹ cm⁻¹",
            column="ir_intensity_km_mol",
            stick_axis="A / km mol⁻¹",
        ),
    ),
    inactive=INACTIVE,
    polarizability=False,
    dynamics_axes=("absorption / km mol⁻¹ cm", "A / km mol⁻¹"),
)
RAMAN = SpectrumKind(
    name="raman",
    function="raman",
    title="Raman spectrum",
    data_type="RAMAN SPECTRUM",
    columns=(
        ModeColumn("raman_activity_a4_amu", "raman_activities", "activity\nÅ⁴/amu"),
        ModeColumn("depolarization_ratio", "depolarization_ratios", "depol.\nratio", ".3f"),
        ModeColumn("raman_cross_section_cm2_sr", "raman_cross_sections", "dσ/dΩ\ncm²/sr", ".2e"),
        ModeColumn(*_IR),
    ),
    # The activity is drawn, as quantum-chemistry programs do: cross-sections let the softest
    # torsions, which the harmonic picture gets wrong, tower over everything.
    curves=(
        Curve(
            name="activity",
            key="activity_a4_amu_cm",
            sticks=lambda vibrations: vibrations.raman(),
            axis="Raman activity / Å⁴ amu⁻¹ cm",
            column="raman_activity_a4_amu",
            stick_axis="S / Å⁴ amu⁻¹",
        ),
        Curve(
            name="cross-section",
            key="cross_section_cm2_sr_cm",
            sticks=lambda vibrations: vibrations.raman(cross_section=True),
            axis="differential cross-section / cm² sr⁻¹ cm",
            column="raman_cross_section_cm2_sr",
            stick_axis="dσ/dΩ / cm² sr⁻¹",
        ),
    ),
    inactive=SILENT,
    polarizability=True,
    dynamics_axes=("Raman activity / Å⁴ amu⁻¹ cm", "S / Å⁴ amu⁻¹"),
)
