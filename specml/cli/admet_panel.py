"""The panel of ``specml admet show``."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from specml.admet.endpoints import Endpoint
from specml.admet.molecules import Status

BAR = 10  # characters of a probability of 1
UNLIKE = "?"  # before an endpoint for which nothing similar was measured
PROPERTIES = (
    ("mw", "MW", "{:.1f} g/mol"),
    ("logp", "log P", "{:.2f}"),
    ("tpsa", "TPSA", "{:.0f} Å²"),
    ("hbd", "H donors", "{}"),
    ("hba", "H acceptors", "{}"),
    ("rotatable_bonds", "rotatable bonds", "{}"),
    ("rings", "rings", "{}"),
    ("fsp3", "Fsp3", "{:.2f}"),
    ("qed", "QED", "{:.2f}"),
    ("lipinski_violations", "Lipinski violations", "{}"),
)


def show(
    console: Console,
    smiles: str,
    row: Mapping[str, Any],
    endpoints: Sequence[Endpoint],
    limit: float,
) -> None:
    """Print a row of a scored table.

    Parameters
    ----------
    smiles : as it was given.
    row : columns of :mod:`specml.admet.columns`.
    limit : similarity from which a molecule is inside the domain.
    """
    strange = {e.name for e in endpoints if row[f"{e.name}_similarity"] < limit}
    facts = _facts(smiles, row)
    if strange:
        words = f"nothing measured for this endpoint is similar (below {limit:.2f})"
        facts.add_row(Text(UNLIKE, style="yellow"), words)
    parts: list[Table | Text] = [_endpoints(row, endpoints, strange), Text(), facts]
    title = Text(row["scored_smiles"])
    title.truncate(max(console.width - 6, 1), overflow="ellipsis")
    console.print(Panel(Group(*parts), title=title, title_align="left"))


def _endpoints(
    row: Mapping[str, Any], endpoints: Sequence[Endpoint], strange: Collection[str]
) -> Table:
    """Rows by group, in the order of the table: absorption to toxicity."""
    # As wide as a terminal of 80 columns allows.
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", min_width=29)
    table.add_column("\nvalue", justify="right", no_wrap=True)
    table.add_column("\nunit", no_wrap=True)
    table.add_column("90 % interval\nor spread", no_wrap=True)
    table.add_column("drugs\nbelow", justify="right", no_wrap=True)
    for group in dict.fromkeys(endpoint.group for endpoint in endpoints):
        table.add_row(Text(group.capitalize(), style="bold"))
        for endpoint in endpoints:
            if endpoint.group == group:
                table.add_row(*_cells(row, endpoint, endpoint.name in strange))
    return table


def _cells(row: Mapping[str, Any], endpoint: Endpoint, strange: bool) -> list[str | Text]:
    name = endpoint.name
    value, spread, percentile = row[name], row[f"{name}_uncertainty"], row[f"{name}_percentile"]
    unit = Text(endpoint.unit, style="dim")
    if endpoint.is_classification:
        filled = round(BAR * value)
        unit = Text("█" * filled, style="cyan") + Text("░" * (BAR - filled), style="dim")
        shown, interval = f"{value:.2f}", "" if spread is None else f"± {spread:.2f}"
    else:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        shown = number(value)
        interval = "" if low is None else f"{number(low)} to {number(high)}"
    place = "" if percentile is None else f"{percentile:.0f} %"
    title = Text(f"{UNLIKE} " if strange else "  ", style="yellow") + Text(endpoint.title)
    return [title, shown, unit, interval, place]


def number(value: float) -> str:
    """Three figures, two of small numbers, without an exponent where people would write none.

    >>> number(1234.5), number(0.01234)
    ('1230', '0.012')
    """
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100:
        return f"{rounded:.0f}"
    return f"{rounded:.3g}" if abs(rounded) >= 0.1 else f"{rounded:.2g}"


def _facts(smiles: str, row: Mapping[str, Any]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    if smiles != row["scored_smiles"]:
        grid.add_row(Text("input", style="dim"), smiles)
    if row["status"] != Status.OK or row["status_reason"]:
        words = (row["status"], row["status_reason"])
        grid.add_row(Text("status", style="dim"), ": ".join(filter(None, words)))
    grid.add_row(Text("domain", style="dim"), _domain(row))
    known = (f"{title} {form.format(row[name])}" for name, title, form in PROPERTIES)
    grid.add_row(Text("properties", style="dim"), ", ".join(known))
    for name, title in (("pains", "PAINS"), ("brenk", "Brenk")):
        found = row[name]
        text = Text(found, style="yellow") if found else Text("none", style="green")
        grid.add_row(Text(f"{title} alerts", style="dim"), text)
    return grid


def _domain(row: Mapping[str, Any]) -> Text:
    similarity = row["similarity"]
    nearest = "" if similarity is None else f", similarity to the training tables {similarity:.2f}"
    if row["in_domain"]:
        return Text(f"inside{nearest}", style="green")
    return Text(f"outside{nearest}: read the values with care", style="yellow")
