"""The list of commands. Each one is a file; nothing heavy is imported before it runs.

The script ``specml`` and ``python -m specml`` call :func:`main`.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import specml
from specml.cli import console
from specml.cli.admet import app as admet
from specml.cli.cite import cite
from specml.cli.compare import compare
from specml.cli.hamiltonian import hamiltonian
from specml.cli.help_text import flowing
from specml.cli.ir import ir
from specml.cli.label import label
from specml.cli.md import md
from specml.cli.models import models
from specml.cli.nmr import nmr
from specml.cli.raman import raman
from specml.cli.sample import sample
from specml.cli.scf import scf
from specml.cli.spectrum import spectrum
from specml.cli.train import train
from specml.errors import SpecMLError

FAILED, INTERRUPTED = 2, 130


class Commands(TyperGroup):
    """Turns what the user can put right into one line and an exit code, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; its errors become one line on the error stream and exit code 2."""
        try:
            return super().invoke(ctx)
        except SpecMLError as error:
            console.fail(str(error))
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            console.fail("interrupted; every file written so far is complete")
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Infrared, Raman and NMR spectra, wavefunctions and ADMET profiles of molecules.",
    epilog="A first spectrum:  specml ir examples/ethanol.xyz",
)
SPECTRA = (ir, raman, nmr, md, spectrum, compare)
ELECTRONS = (hamiltonian, scf)
for command in (*SPECTRA, *ELECTRONS, models, sample, label, train, cite):
    app.command(help=flowing(command))(command)
app.add_typer(admet, name="admet")


def _print_version(wanted: bool) -> None:
    if wanted:
        console.output().print(specml.__version__)
        raise typer.Exit


@app.callback()
def version(
    _show: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Options that stand before a command; the help text is the one of the application."""


def main() -> None:
    """What the ``specml`` script calls."""
    app()
