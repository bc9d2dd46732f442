"""Schema 2, as openLCA 2 writes it, with a few fields under their schema 1 names too.

bw2io (0.9.17) reads a mixture of the two schemas: it takes categories and directions as schema 2 has them, and looks for avoided
products and, where it allocates, for directions and causal factors as schema 1 has them. What it finds nothing of it refuses or,
worse, adds with the wrong sign. openLCA passes over fields that it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.formats.openlca.read import FORMAT
from tanheng.formats.openlca.writing.identity import Made


class Schema2:
    """The package as openLCA 2 reads it."""

    format = FORMAT

    def opening(self) -> Iterator[tuple[str, Made]]:
        """The file that tells the schema."""
        yield "openlca.json", {"schemaVersion": 2}

    def of(self, data: Made) -> Made:
        """A data set; processes with the further fields."""
        if data["@type"] != "Process":
            return data
        factors = data.get("allocationFactors", ())
        exchanges = [_spelled_twice(e, allocated=bool(factors)) for e in data.get("exchanges", ())]
        made = data | ({"exchanges": exchanges} if exchanges else {})
        if factors:
            flows = {e["internalId"]: e["flow"] for e in exchanges}
            made["allocationFactors"] = [with_flow(f, flows) for f in factors]
        return made

    def closing(self) -> Iterator[tuple[str, Made]]:
        """Nothing: categories are texts."""
        return iter(())


def _spelled_twice(exchange: Made, *, allocated: bool) -> Made:
    more: Made = {}
    if exchange["isAvoidedProduct"]:
        more["avoidedProduct"] = True
    if allocated:
        more["input"] = exchange["isInput"]
    return exchange | more


def with_flow(factor: Made, flows: dict[int, Made]) -> Made:
    """A factor whose exchange, where it names one, names its flow as well; ``flows`` by number of the exchange."""
    exchange = factor.get("exchange")
    return factor if exchange is None else factor | {"exchange": exchange | {"flow": flows[exchange["internalId"]]}}
