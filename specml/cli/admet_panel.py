"""What the terminal shows of a molecule's profile, for ``specml admet show``."""

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from specml.cli.terminal import bare_table
from specml.documents.admet import EndpointLine, MoleculeFacts, endpoint_lines, facts
from specml.workflows.admet import MoleculeProfile

BAR = 10  # characters of a probability of 1
UNFAMILIAR = "?"  # before an endpoint for which nothing similar was measured


def show(console: Console, profile: MoleculeProfile) -> None:
    """Print the profile of a molecule in a frame: endpoints, domain, properties, alerts."""
    of_molecule = facts(profile)
    grid = _facts(of_molecule)
    if profile.unfamiliar:
        words = f"nothing measured for this endpoint is similar (below {of_molecule.limit:.2f})"
        grid.add_row(Text(UNFAMILIAR, style="yellow"), words)
    parts: list[Table | Text] = [_endpoints(endpoint_lines(profile)), Text(), grid]
    title = Text(of_molecule.scored_as)
    title.truncate(max(console.width - 6, 1), overflow="ellipsis")
    console.print(Panel(Group(*parts), title=title, title_align="left"))


def _endpoints(groups: dict[str, list[EndpointLine]]) -> Table:
    """Rows by group, in the order of the table: absorption to toxicity."""
    # As wide as a terminal of 80 columns allows.
    table = bare_table(gap=1)
    table.add_column("", min_width=29)
    table.add_column("\nvalue", justify="right", no_wrap=True)
    table.add_column("\nunit", no_wrap=True)
    table.add_column("90 % interval\nor spread", no_wrap=True)
    table.add_column("drugs\nbelow", justify="right", no_wrap=True)
    for group, lines in groups.items():
        table.add_row(Text(group.capitalize(), style="bold"))
        for line in lines:
            mark = f"{UNFAMILIAR} " if line.is_unfamiliar else "  "
            title = Text(mark, style="yellow") + Text(line.title)
            table.add_row(title, line.value, _unit(line), line.interval, line.percentile)
    return table


def _unit(line: EndpointLine) -> Text:
    """A bar in the place of the unit of a probability."""
    if line.probability is None:
        return Text(line.unit, style="dim")
    filled = round(BAR * line.probability)
    return Text("█" * filled, style="cyan") + Text("░" * (BAR - filled), style="dim")


def _facts(molecule: MoleculeFacts) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    if molecule.given_as:
        grid.add_row(Text("input", style="dim"), molecule.given_as)
    if molecule.status:
        grid.add_row(Text("status", style="dim"), molecule.status)
    colour = "green" if molecule.is_inside else "yellow"
    grid.add_row(Text("domain", style="dim"), Text(molecule.domain, style=colour))
    grid.add_row(Text("properties", style="dim"), ", ".join(molecule.properties))
    for title, names in molecule.alerts.items():
        text = Text(names, style="yellow") if names else Text("none", style="green")
        grid.add_row(Text(f"{title} alerts", style="dim"), text)
    return grid
