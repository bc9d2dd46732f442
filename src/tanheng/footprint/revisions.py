"""What changed from one version of a study to another: fields, and lines that were added, removed or changed.

Lines are the same that have the same id; then those that are the same in every field; then of the same names, stage, type and
parent; then of the same names. Of several that fit, the first go together. What is left was added or removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from tanheng.footprint.reading import study_document
from tanheng.footprint.study import Names, Study
from tanheng.rules.differing import Change

_WHOLE = (frozenset({"value", "unit"}),)
"""Keys of mappings that are one value: an amount with its unit."""
_Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs.

    Attributes:
        path: as ``product.codes.hs``, ``parameters[hours].value``, ``amount``.
        before, after: what stands there, as in the study's document; ``None`` where nothing does.
    """

    change: Change
    path: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that differs.

    Attributes:
        before, after: its index in the one version and the other; ``None`` where it is not there.
        id, names: as they are now; as they were, of a line that was removed.
        fields: that differ; all that it has, of a line that was added or removed.
    """

    change: Change
    before: int | None
    after: int | None
    id: str
    names: Names
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """The difference of two versions of a study.

    Attributes:
        fields: of the study, but for its lines. lines: in the order of the version after; those removed behind the line that
            they followed. same: lines in which nothing changed, wherever they stand.
    """

    fields: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]
    same: int


def revision(before: Study, after: Study) -> Revision:
    """What changes from ``before`` to ``after``; the order of lines is no change.

    >>> from dataclasses import replace
    >>> from tanheng.footprint.study import Boundary, Product
    >>> from tanheng.quantities import Quantity
    >>> of = (Product({"en": "Ingot"}), Quantity(1.0, "t"), Boundary.CRADLE_TO_GATE, ("2024-01-01", "2024-12-31"), "CN", ())
    >>> [(one.path, one.before, one.after) for one in revision(Study(*of), replace(Study(*of), site="CN-53")).fields]
    [('site', 'CN', 'CN-53')]
    """
    old, new = study_document(before), study_document(after)
    was, now = old.pop("lines", []), new.pop("lines", [])
    pairs = _paired(was, now)
    changes = [_line(was, now, first, second) for first, second in _ordered(pairs, len(was), len(now))]
    return Revision(
        fields=tuple(_compared("", old, new)),
        lines=tuple(change for change in changes if change is not None),
        same=sum(change is None for change in changes),
    )


def _paired(was: Sequence[_Document], now: Sequence[_Document]) -> dict[int, int]:
    """Index in ``now`` by index in ``was``, of the lines that are the same."""
    pairs: dict[int, int] = {}
    for key in (_id, _text, _named_so, _names):
        taken = frozenset(pairs.values())
        free: dict[tuple[str, bool], list[int]] = {}
        for index in reversed(range(len(now))):
            if index not in taken:
                free.setdefault((key(now[index]), "id" in now[index]), []).append(index)
        for index, line in enumerate(was):
            for has_id in _ids_that_fit(line, by_id=key is _id) if index not in pairs else ():
                fits = free.get((key(line), has_id))
                if fits:
                    pairs[index] = fits.pop()
                    break
    return pairs


def _ids_that_fit(line: _Document, *, by_id: bool) -> tuple[bool, ...]:
    """Whether the same line has an id: one may have been given since, or taken away; two that differ are two lines."""
    if by_id:
        return (True,) if "id" in line else ()
    return (False,) if "id" in line else (False, True)


def _id(line: _Document) -> str:
    return str(line.get("id", ""))


def _named_so(line: _Document) -> str:
    return _text([line.get(key) for key in ("name", "stage", "type", "parent")])


def _names(line: _Document) -> str:
    return _text(line.get("name"))


def _ordered(pairs: Mapping[int, int], was: int, now: int) -> Iterator[tuple[int | None, int | None]]:
    """Every line of both once, in the order of ``now``; lines that are gone behind what they followed."""
    back = {second: first for first, second in pairs.items()}
    told = 0

    def gone(until: int) -> Iterator[tuple[int, None]]:
        """Lines that are gone, up to one that is not, and all of those before ``until``."""
        nonlocal told
        while told < until or (told < was and told not in pairs):
            if told not in pairs:
                yield told, None
            told += 1

    for second in range(now):
        first = back.get(second)
        yield from gone(first if first is not None else 0)
        yield first, second
        if first is not None and first == told:
            told += 1
    yield from gone(was)


def _line(
    was: Sequence[_Document], now: Sequence[_Document], first: int | None, second: int | None
) -> LineChange | None:
    old = was[first] if first is not None else {}
    new = now[second] if second is not None else {}
    fields = tuple(_compared("", old, new))
    if not fields:
        return None
    change = Change.ADDED if first is None else Change.REMOVED if second is None else Change.CHANGED
    shown = new or old
    return LineChange(change, first, second, shown.get("id", ""), shown.get("name", {}), fields)


def _compared(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if before == after:
        return
    if before is None:
        yield FieldChange(Change.ADDED, path, None, after)
    elif after is None:
        yield FieldChange(Change.REMOVED, path, before, None)
    elif (keyed := _keyed(before, after)) is not None:
        old, new = keyed
        for key in dict.fromkeys((*old, *new)):
            yield from _compared(f"{path}[{key}]", old.get(key), new.get(key))
    elif _is_open(before) and _is_open(after):
        for key in dict.fromkeys((*before, *after)):
            yield from _compared(f"{path}.{key}" if path else key, before.get(key), after.get(key))
    else:
        yield FieldChange(Change.CHANGED, path, before, after)


def _is_open(value: Any) -> bool:
    """Whether a value is a record, whose fields are told one by one."""
    return isinstance(value, Mapping) and value.keys() not in _WHOLE


def _keyed(before: Any, after: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Lists of records with ids that are all different, by these ids; of any other two values nothing."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return None
    made = []
    for listed in (before, after):
        by_id = {entry["id"]: entry for entry in listed if isinstance(entry, Mapping) and entry.get("id")}
        if len(by_id) < len(listed):
            return None
        made.append(by_id)
    return made[0], made[1]


def _text(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
