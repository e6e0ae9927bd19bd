"""``specml admet``: the list of its commands. Each one is a file; nothing heavy is imported."""

import typer

from specml.cli.admet_endpoints import endpoints
from specml.cli.admet_evaluate import evaluate
from specml.cli.admet_label import label
from specml.cli.admet_predict import predict
from specml.cli.admet_show import show
from specml.cli.admet_train import train
from specml.cli.help_text import flowing

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="ADMET: endpoints of molecules with uncertainty, domain and alerts.",
    epilog="A first table:  specml admet predict examples/molecules.csv scored.csv",
)
for command in (predict, show, endpoints, evaluate, train, label):
    app.command(help=flowing(command))(command)
