"""What a protocol asks for and a study does not hold: numbers of the company, the mass of a piece, an importer's address.

A supplement is one small file of sections, ``company``, ``product`` and one a protocol. A section is a type of its protocol, from
which reading, its JSON Schema and the fields of a form are made. What is not given is not known (C02): a protocol that
needs it says so, and nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import msgspec
import yaml

from tanheng.errors import ExchangeError, Fault, QuantityError
from tanheng.quantities import Quantity

SCHEMA = "exchange/1"


class Amount:
    """A quantity as a supplement writes it, with its unit: ``80 kg``."""

    __slots__ = ("quantity",)

    def __init__(self, text: str | float) -> None:
        self.quantity = Quantity.parse(text)

    def to(self, unit: str, place: str) -> float:
        """The number of ``unit``.

        Raises:
            ExchangeError: TH-EXC-006 a unit of another dimension; ``place`` names the field.
        """
        try:
            return self.quantity.to(unit).value
        except QuantityError as error:
            raise ExchangeError("TH-EXC-006", place=place, unit=self.quantity.unit, wanted=unit) from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and self.quantity == other.quantity

    def __hash__(self) -> int:
        return hash(self.quantity)


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: frozen, and strict about what it does not know."""


class Company(Section, frozen=True):
    """Who makes the product; its names are those of the study.

    Attributes:
        ids: URNs (RFC 8141).
        country: ISO 3166-1 alpha-2; that of the study's site where it is not given.
    """

    ids: tuple[str, ...] = ()
    country: str = ""
    region: str = ""
    city: str = ""
    street: str = ""
    postcode: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


class Product(Section, frozen=True):
    """The product, beyond what its study tells.

    Attributes:
        ids: URNs (RFC 8141); without them they are made from codes that have a URN, such as ``gtin``.
        mass: of one declared unit, without packaging; known from the unit itself where that is a mass.
        fossil_carbon, biogenic_carbon, recycled_carbon: mass of carbon in one declared unit.
        valid_from, valid_until: of the declaration.
        replaces: ids of earlier declarations of the same product.
    """

    ids: tuple[str, ...] = ()
    mass: Amount | None = None
    fossil_carbon: Amount | None = None
    biogenic_carbon: Amount | None = None
    recycled_carbon: Amount | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    replaces: tuple[str, ...] = ()
    comment: str = ""


S = TypeVar("S", bound=Section)


@dataclass(frozen=True, slots=True)
class Supplement:
    """Sections by name, as they were written; :meth:`section` reads one as its protocol means it.

    Attributes:
        file: its name, for places of faults.
    """

    sections: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    def section(self, name: str, kind: type[S]) -> S:
        """A section; an empty one where it is not there.

        Raises:
            ExchangeError: TH-EXC-002 every field that cannot be read as what it is, TH-EXC-003 fields that are unknown,
                TH-EXC-004 fields that are needed.
        """
        written = self.sections.get(name)
        written = {} if written is None else written  # its head alone, as in a file that nobody filled in yet
        place = f"{self.file}: {name}" if self.file else name
        if not isinstance(written, Mapping):
            raise ExchangeError("TH-EXC-002", place=place, wanted="{…}", found=_shown(written))
        if faults := tuple(_faults(written, kind, place)):
            raise ExchangeError.of(faults)
        return _convert(written, kind)


def read(text: bytes | str, *, file: str = "", known: frozenset[str] | None = None) -> Supplement:
    """A supplement as YAML or JSON.

    Args:
        known: names of sections; others are refused.

    Raises:
        ExchangeError: TH-EXC-001 no supplement, TH-EXC-005 an unknown section.
    """
    try:
        whole = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ExchangeError("TH-EXC-001", place=file, reason=str(error).replace("\n", " ")[:300]) from error
    if not isinstance(whole, dict) or whole.pop("tanheng", None) != SCHEMA:
        raise ExchangeError("TH-EXC-001", place=file, reason=f"tanheng: {SCHEMA}")
    if known is not None and (strange := [str(key) for key in whole if key not in known]):
        told = ", ".join(sorted(known))
        raise ExchangeError.of(
            [Fault("TH-EXC-005", f"{file}: {key}" if file else key, {"known": told}) for key in strange]
        )
    return Supplement(whole, file)


def schema_of(kind: type[Section]) -> dict[str, Any]:
    """JSON Schema of a section."""
    return msgspec.json.schema(kind, schema_hook=_schema_hook)


def _faults(written: Mapping[str, Any], kind: type[Section], place: str) -> Iterator[Fault]:
    fields = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    for key, value in written.items():
        if key not in fields:
            yield Fault("TH-EXC-003", f"{place}.{key}", {"known": ", ".join(fields)})
            continue
        try:
            msgspec.convert(value, fields[key].type, strict=False, dec_hook=_decode)
        except msgspec.ValidationError as error:
            reason, _, inner = str(error).partition(" - at `$")
            yield Fault("TH-EXC-002", f"{place}.{key}{inner.rstrip('`')}", {"wanted": reason, "found": _shown(value)})
    for key, one in fields.items():
        if one.required and key not in written:
            yield Fault("TH-EXC-004", f"{place}.{key}", {})


def _convert(written: Mapping[str, Any], kind: type[S]) -> S:
    return msgspec.convert(dict(written), kind, strict=False, dec_hook=_decode)


def _decode(kind: type, value: Any) -> Any:
    if kind is Amount:
        try:
            return Amount(value)
        except QuantityError as error:
            raise ValueError(error.faults[0].message()) from error
    raise NotImplementedError(kind)


def _schema_hook(kind: type) -> dict[str, Any]:
    if kind is Amount:
        return {"type": "string", "examples": ["80 kg"]}
    raise NotImplementedError(kind)


def _shown(value: Any) -> str:
    return str(value)[:60]
