"""``specml admet endpoints``: what is predicted."""


def endpoints() -> None:
    """List the endpoints: names, units, and what a probability means."""
    from rich.table import Table
    from rich.text import Text

    from specml.cli import console
    from specml.workflows import admet_endpoints

    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    for header in ("task", "endpoint", "unit, or probability of"):
        table.add_column(header, no_wrap=header != "endpoint")
    group = ""
    for row in admet_endpoints.endpoints():
        if row.group != group:
            table.add_row(Text(row.group.capitalize(), style="bold"))
        table.add_row(row.name, row.title, row.one_means or row.unit)
        group = row.group
    console.output().print(table)
