"""``specml models``: what ships."""

from specml.cli import console


def models() -> None:
    """List the models that ship with SpecML, the default first."""
    from rich.table import Table

    from specml.inference.model_file import available

    terminal = console.output()
    table = Table(box=None, header_style="dim", pad_edge=False)
    for header in ("model", "version", "elements", "what it is"):
        table.add_column(header)
    for card in available():
        name, version, elements = card["name"], card.get("version", ""), card["elements"]
        table.add_row(name, str(version), " ".join(elements), card.get("description", ""))
    terminal.print(table)
