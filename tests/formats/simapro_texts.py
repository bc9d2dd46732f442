"""Small SimaPro exports, made in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HEADER = ("{SimaPro 9.5.0.0}", "{processes}", "{Project: Test}", "{CSV Format version: 9.0.0}")


def header(separator: str = "Semicolon", decimal: str = ".") -> str:
    """The lines in braces."""
    return "\n".join((*HEADER, f"{{CSV separator: {separator}}}", f"{{Decimal separator: {decimal}}}", ""))


def block(heading: str, *rows: str, end: str = "End") -> str:
    """A list block."""
    return "\n".join((heading, *rows, "", end, ""))


def process(
    identifier: str = "p1",
    texts: Mapping[str, str] | None = None,
    end: str = "End",
    **lists: Sequence[str],
) -> str:
    """A process; keywords are sections with ``_`` for blanks and strokes."""
    headings = {"materials": "Materials/fuels", "energy": "Electricity/heat", "air": "Emissions to air"}
    parts = ["Process", ""]
    for heading, text in {"Category type": "material", "Process identifier": identifier, **(texts or {})}.items():
        parts += [heading, text, ""]
    for key, rows in lists.items():
        parts += [headings.get(key, key.replace("_", " ").capitalize()), *rows, ""]
    return "\n".join((*parts, end, ""))


def flow(name: str, amount: str = "1", unit: str = "kg", more: str = "Undefined;0;0;0;") -> str:
    """A row of an exchange."""
    return f"{name};{unit};{amount};{more}"


STEEL = process(
    "steel",
    {"Process name": "Steel making", "Time period": "2005-2009", "Comment": "made\x7fof ore"},
    products=["Steel {CN}| making | Cut-off, U;kg;2;100;not defined;Metals\\Ferro;from ore"],
    materials=[flow("Ore {CN}| mining | Cut-off, U", "ore_need * 2", more="Lognormal;1.21;0;0;(1,2,3,4,5,na)")],
    air=["Carbon dioxide, fossil;high. pop.;kg;3;Undefined;0;0;0;"],
    waste_to_treatment=[flow("Slag {CN}| treatment of | Cut-off, U", "4")],
    input_parameters=["ore_need;1.5;Normal;0.2;0;0;No;of the furnace"],
    calculated_parameters=["twice;ore_need*2;"],
)
ORE = process("ore", products=["Ore {CN}| mining | Cut-off, U;kg;1;100;not defined;Ores;"])
SLAG = process(
    "slag",
    {"Category type": "waste treatment"},
    waste_treatment=["Slag {CN}| treatment of | Cut-off, U;kg;1;All waste types;Waste\\Landfill;"],
    air=["Carbon dioxide, fossil;(unspecified);kg;0.5;Undefined;0;0;0;"],
)
BESIDE = (
    block("Quantities", "Mass;Yes")
    + block("Units", "kg;Mass;1;kg", "bushel;Mass;27.21;kg")
    + block("Airborne emissions", "Carbon dioxide, fossil;kg;000124-38-9;")
)
WHOLE = header() + STEEL + ORE + SLAG + BESIDE
