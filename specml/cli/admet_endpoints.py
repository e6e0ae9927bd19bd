"""``specml admet endpoints``: what is predicted."""


def endpoints() -> None:
    """List the endpoints: names, units, and what a probability means."""
    from rich.table import Table

    from specml.admet.endpoints import ENDPOINTS
    from specml.cli import console

    table = Table(box=None, header_style="dim", pad_edge=False)
    for header in ("group", "task", "endpoint", "unit, or probability of"):
        table.add_column(header, no_wrap=header == "task")
    group = ""
    for row in ENDPOINTS:
        means = f"1 = {row.one_means}" if row.is_classification else row.unit
        table.add_row(row.group if row.group != group else "", row.name, row.title, means)
        group = row.group
    console.output().print(table)
