"""The columns that scoring adds to a table, in their order.

    status, status_reason, scored_smiles
    for each endpoint   its name (the value), _low and _high of a regression, _uncertainty,
                        _percentile, _similarity
    similarity, in_domain
    mw ... lipinski_violations, pains, brenk

A name that the input has already gets ``specml_`` in front.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from specml.admet.endpoints import Endpoint
from specml.admet.physchem import NAMES as PHYSCHEM
from specml.admet.physchem import WHOLE
from specml.io.tables.chunk import free

PREFIX = "specml_"
FIRST = ("status", "status_reason", "scored_smiles")
DOMAIN = ("similarity", "in_domain")
ALERTS = ("pains", "brenk")
OTHERS = frozenset((*FIRST, *DOMAIN, *PHYSCHEM, *ALERTS))  # columns of no endpoint
UNITS = {"mw": "g/mol", "tpsa": "angstrom^2", "similarity": "Tanimoto"}


@dataclass(frozen=True)
class EndpointColumn:
    """One of the columns that an endpoint has in a scored table.

    Parameters
    ----------
    field : the array of :class:`specml.admet.scorer.Scores` that fills it.
    suffix : what is put behind the name of the endpoint.
    unit : unit of its values; that of the endpoint, if empty.
    """

    field: str
    suffix: str
    unit: str = ""


VALUE, UNCERTAINTY = EndpointColumn("value", ""), EndpointColumn("uncertainty", "_uncertainty")
LOW, HIGH = EndpointColumn("low", "_low"), EndpointColumn("high", "_high")
PERCENTILE = EndpointColumn("percentile", "_percentile", "%")
NEAREST = EndpointColumn("nearest", "_similarity", UNITS["similarity"])


def endpoint_columns(endpoint: Endpoint) -> tuple[EndpointColumn, ...]:
    """The columns of an endpoint, in their order; a probability has no interval."""
    interval = () if endpoint.is_classification else (LOW, HIGH)
    return (VALUE, *interval, UNCERTAINTY, PERCENTILE, NEAREST)


def schema(endpoints: Sequence[Endpoint]) -> pa.Schema:
    """The names and types of all added columns; units are in the metadata of the fields."""
    fields = [pa.field(name, pa.string()) for name in FIRST]
    for endpoint in endpoints:
        for part in endpoint_columns(endpoint):
            unit = part.unit or endpoint.unit
            fields.append(_field(endpoint.name + part.suffix, pa.float32(), unit))
    similarity, in_domain = DOMAIN
    fields += [_field(similarity, pa.float32()), pa.field(in_domain, pa.bool_())]
    fields += [_field(name, pa.int32() if name in WHOLE else pa.float32()) for name in PHYSCHEM]
    return pa.schema(fields + [pa.field(name, pa.string()) for name in ALERTS])


def _field(name: str, kind: pa.DataType, unit: str = "") -> pa.Field:
    unit = unit or UNITS.get(name, "")
    return pa.field(name, kind, metadata={"unit": unit} if unit else None)


def joined(table: pa.Schema, added: pa.Schema) -> pa.Schema:
    """The columns of the input, then the added ones under names that are free."""
    fields = list(table)
    for column in added:
        taken = [field.name for field in fields]
        if column.name in taken:
            column = column.with_name(free(PREFIX + column.name, taken))  # noqa: PLW2901
        fields.append(column)
    return pa.schema(fields)


def renamed(table: pa.Schema, added: Iterable[str]) -> list[str]:
    """Those of the added names that the input has already."""
    return [name for name in added if name in table.names]
