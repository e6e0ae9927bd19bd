"""Units, physical constants and sign conventions, each written once.

Inside SpecML the base units are those of ASE: eV, angstrom, e (elementary charge), amu.
Time is femtosecond where it occurs, temperature kelvin. Every constant below follows from the
CODATA table of ``scipy.constants``; but for the rows of :mod:`specml.nuclei`, nothing else in the
package holds a physical number.

Conventions
-----------
dipole            e*angstrom, from negative to positive charge; of a charged structure about its
                  centre of mass
polarizability    angstrom^3 (the polarizability volume alpha / 4 pi eps0)
forces            minus the gradient of the energy
imaginary mode    written as a negative wavenumber
Raman intensity   *activity* 45 a'^2 + 7 g'^2 (angstrom^4/amu); *intensity* is a cross-section
"""

import math

from scipy import constants as _si

# Base-unit conversions -------------------------------------------------------------------------
BOHR = _si.value("Bohr radius") / _si.angstrom  # angstrom
HARTREE = _si.value("Hartree energy in eV")  # eV
AMU = _si.value("atomic mass constant")  # kg
DEBYE = 1e-21 / _si.c / (_si.e * _si.angstrom)  # e*angstrom
BOLTZMANN = _si.k / _si.e  # eV/K
KCAL_PER_MOL = 4184.0 / _si.N_A / _si.e  # eV
KJ_PER_MOL = 1000.0 / _si.N_A / _si.e  # eV

# Time that makes eV, angstrom and amu consistent: sqrt(amu angstrom^2 / eV), in fs.
TIME_UNIT = math.sqrt(AMU * _si.angstrom**2 / _si.e) * 1e15

# Vibrations ------------------------------------------------------------------------------------
# nu = sqrt(lambda) / (2 pi c), lambda in eV/(angstrom^2 amu), nu in 1/cm.
WAVENUMBER = 1.0 / (2.0 * math.pi * TIME_UNIT * 1e-15 * _si.c * 100.0)
# omega = 2 pi c nu: rad/fs per 1/cm.
ANGULAR = 1.0 / (WAVENUMBER * TIME_UNIT)
# Energy of one wavenumber, h c, in eV cm.
PLANCK_C = _si.h * _si.c * 100.0 / _si.e

# Infrared: A = N_A / (12 eps0 c^2) |d mu / d Q|^2, in km/mol per e^2/amu.
INFRARED = _si.N_A * _si.e**2 / (12.0 * _si.epsilon_0 * _si.c**2 * AMU) / 1000.0
# Decadic molar absorption: epsilon(nu) = EXTINCTION * A * g(nu), integral of g over 1/cm is 1.
EXTINCTION = 100.0 / math.log(10.0)  # L/(mol cm) per km/mol
# Absorption coefficient of a mole fraction, (micromol/mol)^-1 m^-1 (base 10), as NIST's absolute
# infrared spectra give it: an ideal gas at 296 K and 1 atm. In L/(mol cm).
MOLE_FRACTION_ABSORPTION = 1e6 * _si.R * 296.0 / _si.atm * 1e3 / 1e2

# Field response: E_field in V/angstrom, induced dipole in e*angstrom.
# alpha [angstrom^3] = COULOMB * alpha [e angstrom / (V/angstrom)], COULOMB = e^2/(4 pi eps0).
COULOMB = _si.e / (4.0 * math.pi * _si.epsilon_0 * _si.angstrom)  # eV*angstrom
DEBYE = 1e-21 / _si.c / _si.e / _si.angstrom  # e*angstrom
POLARIZABILITY_AU = BOHR**3  # angstrom^3 per atomic unit

# Statistical mechanics -------------------------------------------------------------------------
HBAR = PLANCK_C * WAVENUMBER  # sqrt(eV amu) angstrom
ATMOSPHERE = _si.atm * 1e-30 / _si.e  # eV/angstrom^3
