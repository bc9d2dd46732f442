"""A declaration of a battery as data: our own JSON, since no act fixes one."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

SCHEMA = "battery-declaration/1"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all parts: frozen, strict; what is not known is left out."""


class Maker(Part, frozen=True):
    """Administrative information about the manufacturer."""

    name: dict[str, str]
    ids: tuple[str, ...] = ()
    country: str = ""
    region: str = ""
    city: str = ""
    street: str = ""
    postcode: str = ""
    contact: str = ""
    email: str = ""
    website: str = ""


class Model(Part, frozen=True):
    """The battery model. Capacity in kWh, mass in kg."""

    names: dict[str, str]
    model: str
    capacity: float
    plant: str
    brand: str = ""
    batch: str = ""
    category: str = ""
    chemistry: str = ""
    mass: float | None = None


class StageValue(Part, frozen=True):
    """kg CO2e per kWh delivered over life in a stage, and its share of the whole."""

    stage: str
    value: float
    share: float | None = None


class Footprint(Part, frozen=True):
    """The carbon footprint; ``battery`` is kg CO2e of one whole battery."""

    total: float
    stages: tuple[StageValue, ...]
    battery: float
    unit: str = msgspec.field(default="")


class Unit(Part, frozen=True):
    """The functional unit, with the arithmetic; ``cycles`` a year."""

    capacity: float
    cycles: float
    years: float
    delivered: float
    formula: tuple[str, ...]


class Limit(Part, frozen=True):
    """A class and its upper limit."""

    name: str
    upper: float | None = None


class Grade(Part, frozen=True):
    """The performance class; ``adopted`` says whether its limits are of an act."""

    name: str
    adopted: bool
    limits: tuple[Limit, ...]
    source: str = ""


class Verification(Part, frozen=True):
    """Who verified it."""

    name: str
    report: str = ""
    day: date | None = None


class Document(Part, frozen=True, rename={"schema": "tanheng"}):
    """The declaration.

    Attributes:
        form: ``eu`` or ``cn``. follows: what it follows, and that it is a draft where it is one.
        grade: the performance class; left out where it is not known.
        digest: of the assessment behind it.
    """

    schema: str
    form: str
    follows: str
    maker: Maker
    battery: Model
    footprint: Footprint
    functional_unit: Unit
    regime: str
    number: str = ""
    day: date | None = None
    conformity: str = ""
    study: str = ""
    grade: Grade | None = None
    verification: Verification | None = None
    first: date | None = None
    last: date | None = None
    geography: str = ""
    rules: str = ""
    gwp: str = ""
    primary_share: float | None = None
    limits: tuple[dict[str, str], ...] = ()
    digest: str = ""


def json_schema() -> dict[str, Any]:
    """JSON Schema of a declaration; ``make docs`` writes it to ``docs/schema/battery-declaration-1.schema.json``."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **msgspec.json.schema(Document)}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return plain


def encoded(document: Document) -> bytes:
    """The bytes of a document, indented."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def decoded(content: bytes) -> Document:
    """A document from its bytes.

    Raises:
        msgspec.ValidationError: it is none, with the path at fault. msgspec.DecodeError: it is no JSON.
    """
    return msgspec.json.decode(content, type=Document)
