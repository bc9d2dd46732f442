"""The rows of method blocks, sorted: what a method says of itself, impact categories, damage categories, weighting.

A heading stands alone in a row. Below ``Impact category`` stands one row with name and unit, below ``Substances`` the
factors (compartment; subcompartment; name; CAS number; factor; unit) until the next heading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tanheng.formats.simapro.blocks import Row

METHOD, IMPACT, DAMAGE, WEIGHTING = "method", "impact category", "damage category", "normalization-weighting set"
_FIELDS = frozenset(("name", "version", "comment", "category", "weighting unit"))
_SWITCHES = frozenset(("use damage assessment", "use normalization", "use weighting", "use addition"))
_SUBSTANCES, _PARTS, _SETS = "substances", "impact categories", frozenset(("normalization", "weighting"))
_HEADINGS = frozenset((METHOD, IMPACT, DAMAGE, WEIGHTING, _SUBSTANCES, _PARTS, *_SETS))


@dataclass(slots=True)
class RawCategory:
    """A category: its name and unit, and the rows of its substances or of the categories it is made of."""

    name: str
    unit: str
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class RawMethod:
    """A method: its fields by heading, its categories, the names of its normalisation and weighting sets."""

    fields: dict[str, str] = field(default_factory=dict)
    impacts: list[RawCategory] = field(default_factory=list)
    damages: list[RawCategory] = field(default_factory=list)
    weightings: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name; empty where there is none."""
        return " ".join(self.fields.get("name", "").split())

    @property
    def version(self) -> str:
        """The version, whose parts stand in cells of their own."""
        return ".".join(self.fields.get("version", "").split("; "))


def sort_rows(rows: Iterable[Row]) -> list[RawMethod]:
    """The methods of a file; rows that say nothing of a method, a category or a factor are passed over."""
    found: list[RawMethod] = []
    section = ""
    into: list[Row] | None = None
    for row in rows:
        heading = row.cells[0].casefold() if len(row.cells) == 1 else ""
        # A category may be called "Weighting": right below its heading a row is a name, whatever it says.
        is_name = section in (IMPACT, DAMAGE, WEIGHTING)
        if heading == METHOD and not is_name:
            found.append(RawMethod())
            section, into = METHOD, None
            continue
        if not found:
            found.append(RawMethod())  # an export that begins with its categories
        method = found[-1]
        if is_name:
            into = _named(method, section, row)
            section = ""
        elif heading in _HEADINGS:
            section = heading if heading in (IMPACT, DAMAGE, WEIGHTING) else ""
            into = None if heading in (IMPACT, DAMAGE, WEIGHTING, *_SETS) else into
        elif into is not None:
            into.append(row)
        elif heading in _SWITCHES or (heading in _FIELDS and heading not in method.fields):
            section = heading
            method.fields.setdefault(heading, "")
        elif section in _FIELDS:
            method.fields[section] = "\n".join(filter(None, (method.fields[section], "; ".join(row.cells))))
    return [method for method in found if method.impacts or method.damages or method.fields]


def _named(method: RawMethod, section: str, row: Row) -> list[Row] | None:
    name = " ".join(row.cells[0].split())
    if section == WEIGHTING:
        method.weightings.append(name)
        return None
    # A name may hold the separator; the unit is the last cell.
    *names, unit = row.cells if len(row.cells) > 1 else (name, "")
    made = RawCategory(" ".join("; ".join(names).split()), unit)
    (method.impacts if section == IMPACT else method.damages).append(made)
    return made.rows
