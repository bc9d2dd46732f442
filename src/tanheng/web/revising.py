"""What changed in a study, as people read it: fields by their names, values as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tanheng.footprint.reading.compact import cell_text, is_compact
from tanheng.footprint.reading.fields import Field, fields
from tanheng.footprint.reading.writing import quantity_text, share_text
from tanheng.footprint.revisions import FieldChange
from tanheng.quantities import Quantity
from tanheng.texts import LANGUAGES, text

_PART = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
_LONGEST = 400
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Told:
    """A field that differs: its name, and what stood and stands there."""

    change: str
    name: str
    path: str
    before: str
    after: str


def told(changes: Iterable[FieldChange], record: str, lang: str) -> list[Told]:
    """Changes of a record (``study``, ``line``) in the reader's language."""
    return [_told(one, record, lang) for one in changes]


def _told(one: FieldChange, record: str, lang: str) -> Told:
    names, field = _walked(one.path, record, lang)
    before, after = (_shown(value, field, lang) for value in (one.before, one.after))
    return Told(one.change.value, " › ".join(names), one.path, before, after)


def _walked(path: str, record: str, lang: str) -> tuple[list[str], Field | None]:
    """The names of what a path leads through, and the field at its end."""
    names: list[str] = []
    field: Field | None = None
    for word, entry in _PART.findall(path):
        known = fields(record).get(word) if record and word else None
        if known is None:
            names.append(text("web/studies", f"said.in_{word}", lang).strip() if word in LANGUAGES else word or entry)
            field = field if entry else None
            continue
        field, record = known, "emission" if known.kind == "emits" else _record(known)
        names.append(known.names[lang])
    return names, field


def _record(field: Field) -> str:
    return field.refers if field.kind in ("record", "records") else ""


def _shown(value: Any, field: Field | None, lang: str) -> str:
    words = _words(value, field, lang)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _words(value: Any, field: Field | None, lang: str) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, Mapping) and value.keys() == {"value", "unit"}:
        return quantity_text(Quantity(value["value"], value["unit"]))
    if isinstance(value, bool):
        return text("study", "yes" if value else "no", lang)
    if field is not None and field.kind == "choice":
        return text("study", f"{field.refers}.{value}", lang)
    if field is not None and field.kind == "share" and isinstance(value, float):
        return share_text(value)
    if isinstance(value, Mapping) and value.keys() <= set(LANGUAGES):
        return " / ".join(str(one) for one in value.values())
    if isinstance(value, Mapping | list):
        return _parts(value, field)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _parts(value: Any, field: Field | None) -> str:
    if field is not None and is_compact(field) and field.kind in ("records", "record", "emits", "texts", "codes"):
        return cell_text(field.key, value)
    return "; ".join(_listed(value))


def _listed(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            inner = "; ".join(_listed(child)) if isinstance(child, Mapping | list) else str(child)
            yield f"{key}: {inner}"
    else:
        for child in value:
            yield f"({', '.join(_listed(child))})" if isinstance(child, Mapping | list) else str(child)
