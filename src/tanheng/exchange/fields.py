"""What a section of a supplement asks for, as forms, skeleton files and documents show it.

Fields follow from the section's type. Their words stand in ``data/texts/exchange/fields.yaml`` as ``SECTION.FIELD``;
where there are none, they are what the docstring of the type says.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

from tanheng import texts
from tanheng.exchange.protocols import Protocol
from tanheng.exchange.supplement import SCHEMA, Amount, Company, Product, Section
from tanheng.footprint.study import Names

_COMMON: Mapping[str, type[Section]] = {"company": Company, "product": Product}
_ENTRY = re.compile(r"(?<![\w`])(?P<keys>[a-z]\w*(?:, [a-z]\w*)*): ")
_EXAMPLES = {
    "text": '""',
    "number": "0.0",
    "flag": "false",
    "day": "2025-12-31",
    "amount": "80 kg",
    "names": "{zh: , en: }",
}


class FieldKind(StrEnum):
    """What is written in a field."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    AMOUNT = "amount"
    CHOICE = "choice"
    NAMES = "names"
    GROUP = "group"  # fields below it
    OTHER = "other"  # as YAML


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a section.

    Attributes:
        path: from the section on: ``company.country``, ``cbam.installation.name``.
        many: whether it is a list. choices: words of :attr:`FieldKind.CHOICE`. fields: of :attr:`FieldKind.GROUP`.
    """

    path: str
    kind: FieldKind
    names: Names
    needed: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def key(self) -> str:
        """Its own name, without where it stands."""
        return self.path.rpartition(".")[2]


def sections_of(protocol: Protocol) -> Mapping[str, type[Section]]:
    """Sections that a protocol reads, the common ones first."""
    return {**_COMMON, **protocol.sections}


@cache
def fields_of(name: str, kind: type[Section]) -> tuple[Field, ...]:
    """The fields of a section.

    Args:
        name: of the section.
    """
    return tuple(_fields(name, kind))


def skeleton(protocol: Protocol, lang: str) -> str:
    """A supplement to fill in, as YAML: every field with what it means, out of force (``#``) until somebody fills it in."""
    lines = [f"# {protocol.names[lang]}: {protocol.standard[lang]}", f"# {protocol.url}", f"tanheng: {SCHEMA}"]
    for name, kind in sections_of(protocol).items():
        lines += ["", f"{name}:"]
        for one in fields_of(name, kind):
            told, *written = _lines(one, lang)
            lines += [f"  {told}", *(f"  #{line}" for line in written)]
    return "\n".join(lines) + "\n"


def _lines(one: Field, lang: str) -> Iterator[str]:
    """What a field means, as a comment, and below it the field with an example."""
    needed = texts.text("exchange/fields", "needed", lang) if one.needed else ""
    meaning = one.names.get(lang) or one.names.get("en", "")
    yield f"# {' · '.join(filter(None, (needed, meaning, ' | '.join(one.choices))))}"
    if one.kind is not FieldKind.GROUP:
        example = one.choices[0] if one.choices else _EXAMPLES.get(one.kind.value, "{}")
        yield f"{one.key}: {f'[{example}]' if one.many else example}"
        return
    yield f"{one.key}:"
    if one.many:
        yield "  -"
    for inner in one.fields:
        yield from ("  " * (1 + one.many) + line for line in _lines(inner, lang))


def _fields(path: str, kind: type[msgspec.Struct]) -> Iterator[Field]:
    told = _docstring(kind)
    for one in msgspec.structs.fields(kind):
        place = f"{path}.{one.encode_name}"
        names = _words(place) or {"en": told.get(one.encode_name, "")}
        yield _field(place, one.type, names, needed=one.required)


def _words(place: str) -> Names | None:
    """The words of a field: its own, or those of fields of such a name anywhere: ``*.address.city``, ``*.remark``."""
    words, parts = texts.catalogue("exchange/fields"), place.split(".")
    keys = (place, *(f"*.{'.'.join(parts[-depth:])}" for depth in (2, 1)))
    return next((words[key] for key in keys if key in words), None)


def _field(path: str, kind: Any, names: Names, *, needed: bool, many: bool = False) -> Field:
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    origin, inner = get_origin(kind), [one for one in get_args(kind) if one is not NoneType]
    if origin in (Union, UnionType) and len(inner) == 1:
        return _field(path, inner[0], names, needed=needed, many=many)
    if origin in (tuple, list, frozenset) and not many:
        return _field(path, inner[0], names, needed=needed, many=True)
    if origin is Literal:
        return Field(
            path=path, kind=FieldKind.CHOICE, names=names, needed=needed, many=many, choices=tuple(map(str, inner))
        )
    if origin is None and isinstance(kind, type):
        if issubclass(kind, msgspec.Struct):
            below = tuple(_fields(path, kind))
            return Field(path=path, kind=FieldKind.GROUP, names=names, needed=needed, many=many, fields=below)
        if issubclass(kind, Enum):
            choices = tuple(str(one.value) for one in kind)
            return Field(path=path, kind=FieldKind.CHOICE, names=names, needed=needed, many=many, choices=choices)
        plain = {bool: FieldKind.FLAG, date: FieldKind.DAY, Amount: FieldKind.AMOUNT}
        plain |= dict.fromkeys((str, datetime, UUID), FieldKind.TEXT)
        found = plain.get(kind) or (FieldKind.NUMBER if issubclass(kind, (int, float)) else FieldKind.OTHER)
        return Field(path=path, kind=found, names=names, needed=needed, many=many)
    is_names = kind == Names or (origin is not None and inner == [str, str])
    return Field(
        path=path, kind=FieldKind.NAMES if is_names else FieldKind.OTHER, names=names, needed=needed, many=many
    )


def _docstring(kind: type) -> dict[str, str]:
    """What the part “Attributes” of a docstring says, by attribute."""
    _, _, part = (inspect.getdoc(kind) or "").partition("Attributes:")
    text = " ".join(line.strip() for line in part.splitlines())
    found = list(_ENTRY.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)] * bool(found)
    said: dict[str, str] = {}
    for entry, end in zip(found, ends, strict=True):
        for key in entry["keys"].split(", "):
            said.setdefault(key, text[entry.end() : end].strip().rstrip("."))
    return said
