"""The fields of rule packs, regimes and schemes: one table (``data/rule_fields.csv``) behind reader and schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tanheng.files import shipped_rows
from tanheng.quantities import Origin
from tanheng.rules.model import Method, Scope, Severity, Status

STAGES = ("raw-materials", "production", "distribution", "use", "end-of-life")
"""Life-cycle stages, as studies name them. Rules stand below studies, so the words stand here, too; a test compares them."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": tuple(Status),
    "severity": tuple(Severity),
    "scope": tuple(Scope),
    "origin": tuple(Origin),
    "stage": STAGES,
    "boundary": ("cradle-to-gate", "gate-to-gate", "cradle-to-grave"),
    "unit_kind": ("declared", "functional"),
    "line_type": ("material", "energy", "electricity", "transport", "emission", "waste"),
    "allocation_basis": (
        "physical",
        "mass",
        "energy",
        "volume",
        "stoichiometry",
        "economic",
        "given",
        "expansion",
    ),
    "end_of_life": ("cut-off", "substitution", "fifty-fifty", "open-loop", "circular-footprint"),
    "method_field": tuple(Method.__dataclass_fields__),
    "site_inspection": ("required", "chosen", "none"),
    "assurance": ("reasonable", "limited"),
    "class_method": ("percentiles", "benchmark", "limits", "bands"),
    "benchmark": ("median", "mean", "stated"),
    "tie": ("better", "worse"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    Attributes:
        kind: type of value, as ``names`` or ``records``; refers: what it is of, as ``check`` in ``records:check``.
        default: as it is written; empty for none.
        texts: what it means, by language.
    """

    record: str
    key: str
    kind: str
    refers: str
    needed: bool
    default: str
    texts: Mapping[str, str]
    example: str


@cache
def records() -> Mapping[str, Mapping[str, Field]]:
    """The fields of every record by key, in order."""
    made: dict[str, dict[str, Field]] = {}
    for row in shipped_rows("rule_fields"):
        kind, _, refers = row["kind"].partition(":")
        texts = {"en": row["text_en"], "zh": row["text_zh"]}
        field = Field(
            row["record"], row["key"], kind, refers, row["needed"] == "yes", row["default"], texts, row["example"]
        )
        made.setdefault(field.record, {})[field.key] = field
    return made


@cache
def _study_fields() -> Mapping[str, Mapping[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for row in shipped_rows("study_fields"):
        made.setdefault(row["record"], {})[row["key"]] = row["type"]
    return made


def is_study_path(path: str) -> bool:
    """Whether ``path`` names a field of a study, as ``product.codes.cn`` or ``lines.location``.

    >>> is_study_path("product.codes.cn"), is_study_path("product.colour")
    (True, False)
    """
    record = "study"
    keys = path.split(".")
    for number, key in enumerate(keys):
        kind = _study_fields()[record].get(key)
        if kind is None:
            return False
        sort, _, refers = kind.partition(":")
        rest = keys[number + 1 :]
        if sort not in ("record", "records"):
            return len(rest) <= 1 if sort in ("codes", "names", "settings") else not rest
        record = refers
    return True
