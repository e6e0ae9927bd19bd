"""``specml admet endpoints``: the list of what the shipped model predicts."""


def endpoints() -> None:
    """List the endpoints: names, units, and what a probability means."""
    from rich.text import Text

    from specml.cli import console
    from specml.cli.terminal import bare_table
    from specml.workflows import admet_endpoints

    table = bare_table(gap=1)
    for header in ("task", "endpoint", "unit, or probability of"):
        table.add_column(header, no_wrap=header != "endpoint")
    group = ""
    for row in admet_endpoints.endpoints():
        if row.group != group:
            table.add_row(Text(row.group.capitalize(), style="bold"))
        table.add_row(row.name, row.title, row.one_means or row.unit)
        group = row.group
    console.output().print(table)
