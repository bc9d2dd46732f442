"""Schema 2, as openLCA 2 writes it, with a few fields under their schema 1 names too.

bw2io (0.9.17) reads a mixture of the two schemas: categories and directions as schema 2 has them, avoided products and, where it
allocates, directions and causal factors as schema 1 has them. Without these it refuses processes that need allocation, and takes
avoided products for used ones. openLCA passes over fields that it does not know.
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
        made = dict(data)
        if "exchanges" in data:
            made["exchanges"] = [
                e | {"avoidedProduct": True} if e["isAvoidedProduct"] else e for e in data["exchanges"]
            ]
        if "allocationFactors" in data:
            made["exchanges"] = [e | {"input": e["isInput"]} for e in made.get("exchanges", ())]
            made["allocationFactors"] = factors_with_flows(data)
        return made

    def closing(self) -> Iterator[tuple[str, Made]]:
        """Nothing: categories are texts."""
        return iter(())


def factors_with_flows(process: Made) -> list[Made]:
    """Factors of allocation; those of an exchange name its flow beside its number, as old writers do."""
    flows = {e["internalId"]: e["flow"] for e in process.get("exchanges", ())}
    return [
        f | {"exchange": f["exchange"] | {"flow": flows[f["exchange"]["internalId"]]}} if "exchange" in f else f
        for f in process["allocationFactors"]
    ]
