"""The table of a study's fields: one source for reading, defaults, workbook columns, help and schema.

The table is ``data/study_fields.csv``: record, key, attribute of the frozen value, type, dimension, range, default,
names and explanations in both languages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tanheng.files import shipped_rows
from tanheng.footprint.study import (
    AllocationBasis,
    Boundary,
    DataKind,
    EndOfLifeMethod,
    LineType,
    Stage,
    Supply,
    UnitKind,
)
from tanheng.inventory.model import Distribution
from tanheng.quantities import Origin
from tanheng.texts import text

CHOICES: Mapping[str, type[StrEnum]] = {
    "stage": Stage,
    "type": LineType,
    "boundary": Boundary,
    "unit_kind": UnitKind,
    "data": DataKind,
    "supply": Supply,
    "origin": Origin,
    "distribution": Distribution,
    "allocation_basis": AllocationBasis,
    "end_of_life": EndOfLifeMethod,
}
CODE_SCHEMES = ("hs", "cn", "cpc", "gbt4754")
"""Schemes of product codes that the workbook has a row for; a study may have others."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    Attributes:
        attribute: attribute of the frozen value; empty where the field has none of its own.
        type: kind of value, with what it refers to after a colon (``choice:stage``, ``records:line``).
        dimension: dimension of a quantity; empty for any.
        range: ``>0``, ``>=0``, ``>=1``, ``0..1`` or ``1..5``; empty for any number.
        needed: whether a record without it is at fault.
        default: value where it is absent, as text.
        width: width of its workbook column.
    """

    record: str
    key: str
    attribute: str
    type: str
    dimension: str
    range: str
    needed: bool
    default: str
    width: float
    names: Mapping[str, str]
    texts: Mapping[str, str]
    example: str

    @property
    def kind(self) -> str:
        """The type without what it refers to."""
        return self.type.partition(":")[0]

    @property
    def refers(self) -> str:
        """The record or the list of choices that the type refers to."""
        return self.type.partition(":")[2]


@cache
def _table() -> Mapping[str, Mapping[str, Field]]:
    table: dict[str, dict[str, Field]] = {}
    for row in shipped_rows("study_fields"):
        table.setdefault(row["record"], {})[row["key"]] = Field(
            record=row["record"],
            key=row["key"],
            attribute=row["attribute"],
            type=row["type"],
            dimension=row["dimension"],
            range=row["range"],
            needed=row["needed"] == "yes",
            default=row["default"],
            width=float(row["width"] or 0),
            names={"en": row["name_en"], "zh": row["name_zh"]},
            texts={"en": row["text_en"], "zh": row["text_zh"]},
            example=row["example"],
        )
    return table


def records() -> tuple[str, ...]:
    """All records of the table: ``study``, ``product``, ``line`` and so on."""
    return tuple(_table())


def fields(record: str) -> Mapping[str, Field]:
    """Fields of a record by key, in the order in which they are written."""
    return _table()[record]


@cache
def choices_of(choices: str) -> Mapping[str, StrEnum]:
    """Members of a list of choices by their key."""
    return {member.value: member for member in CHOICES[choices]}


def choice_label(choices: str, key: str) -> str:
    """A choice as the workbook shows it: ``raw-materials 原材料获取``."""
    return f"{key} {text('study', f'{choices}.{key}', 'zh')}"


@cache
def choice_labels(choices: str) -> tuple[str, ...]:
    """All choices of a list as the workbook shows them."""
    return tuple(choice_label(choices, member.value) for member in CHOICES[choices])


@cache
def choice_spellings(choices: str) -> Mapping[str, str]:
    """Key of a choice by every spelling that a workbook may hold: key, either language, both together."""
    known: dict[str, str] = {}
    for member in CHOICES[choices]:
        key = member.value
        words = (key, *(text("study", f"{choices}.{key}", lang) for lang in ("en", "zh")), choice_label(choices, key))
        known.update({fold(word): key for word in words})
    return known


@cache
def flag_labels() -> tuple[str, str]:
    """Yes and no as the workbook shows them."""
    yes, no = (f"{key} {text('study', key, 'zh')}" for key in ("yes", "no"))
    return yes, no


def fold(words: str) -> str:
    """A label without case, spaces and line breaks, so that people's small changes do not matter."""
    return "".join(words.split()).casefold()


@cache
def vocabulary(name: str) -> Mapping[str, str]:
    """Codes of a table that ships with the product (``geographies``, ``transport_modes``), with their names."""
    rows = shipped_rows(name)
    key = next(iter(rows[0]))
    return {row[key]: " ".join(filter(None, (row.get("name_en"), row.get("name_zh")))) for row in rows}


def mode_of(words: str) -> str | None:
    """Key of a mode of transport by its key, its name in either language, or a short name (公路, 海运); brackets of any width."""
    return _mode_spellings().get(fold(unicodedata.normalize("NFKC", words)))


@cache
def _mode_spellings() -> Mapping[str, str]:
    return {
        fold(unicodedata.normalize("NFKC", spelling)): row["mode"]
        for row in shipped_rows("transport_modes")
        for spelling in (row["mode"], row["name_en"], row["name_zh"], *row["spellings_zh"].split("|"))
        if spelling
    }
