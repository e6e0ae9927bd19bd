"""``specml models``: the list of models that ship."""

from specml.cli import console


def models() -> None:
    """List the models that ship with SpecML, the default first."""
    from rich.table import Table

    from specml.io.model_cards import available

    terminal = console.output()
    table = Table(box=None, header_style="dim", pad_edge=False)
    for header in ("model", "version", "elements", "what it is"):
        table.add_column(header)
    for card in available():
        elements = " ".join(card.get("elements", ["organic"]))
        table.add_row(card["name"], card["version"], elements, card["description"])
    terminal.print(table)
