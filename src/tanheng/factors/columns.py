"""The columns of a table of factors, and the heads and words by which they are recognised in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tanheng.factors.fields import record_fields
from tanheng.factors.model import FactorKind, Level
from tanheng.quantities import Origin

Cell = str | float | bool | None

COLUMNS: Mapping[str, str] = {found.key: found.names["zh"] for found in record_fields().values() if found.is_core}
"""Key, which is the English head, and the Chinese head."""
NEEDED = tuple(found.key for found in record_fields().values() if found.needed == "draft")
KINDS: Mapping[FactorKind, tuple[str, ...]] = {
    FactorKind.FOOTPRINT: ("足迹", "碳足迹", "碳足迹因子"),
    FactorKind.EMISSION: ("排放", "排放因子"),
    FactorKind.GENERATION_CO2: ("电力二氧化碳排放因子", "发电二氧化碳", "电力排放因子"),
}
ORIGINS: Mapping[str, tuple[Origin, tuple[str, ...]]] = {
    "fossil": (Origin.FOSSIL, ("化石", "化石源")),
    "biogenic": (Origin.BIOGENIC, ("生物", "生物源", "生物成因")),
    "luc": (Origin.LUC, ("土地利用变化",)),
    "removal": (Origin.REMOVAL, ("清除", "吸收")),
    "mixed": (Origin.FOSSIL, ("混合",)),
}
LEVELS: Mapping[Level, tuple[str, ...]] = {
    Level.NATIONAL: ("国家", "国家级"),
    Level.INDUSTRY: ("行业",),
    Level.LOCAL: ("地方",),
    Level.ENTERPRISE: ("企业",),
    Level.REFERENCE: ("参考",),
}
_LOOKED_AT = 20  # rows in which the heads are looked for
_PLAIN = re.compile(r"[\s_\-.()（）:：]+")
_PARTS = re.compile(r"[/\n|]")


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the columns of a table stand: the row of heads, counted from 0, and the position of each column by its key."""

    row: int
    at: Mapping[str, int]
    width: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Heads of the columns that every table needs and this one lacks."""
        return tuple(head_of(key) for key in NEEDED if key not in self.at)


def head_of(key: str) -> str:
    """The head of a column in both languages."""
    return f"{key} / {record_fields()[key].names['zh']}"


def folded(text: str) -> str:
    """The form in which heads and words are compared."""
    return _PLAIN.sub("", text).casefold()


_BY_HEAD = {folded(spelling): f.key for f in record_fields().values() for spelling in (f.key, f.names["zh"])}
KIND_WORDS = {
    folded(word): kind for kind, words in KINDS.items() for word in (kind.value, *words, f"{kind.value} {words[0]}")
}
LEVEL_WORDS = {
    folded(word): level
    for level, words in LEVELS.items()
    for word in (level.value, *words, f"{level.value} {words[0]}")
}
ORIGIN_WORDS = {
    folded(word): origin for key, (origin, words) in ORIGINS.items() for word in (key, *words, f"{key} {words[0]}")
}


def find_heads(rows: Sequence[Sequence[Cell]]) -> Heads | None:
    """The row near the top with the most heads; ``None`` where none has an id, a unit or a value among several."""
    best: Heads | None = None
    for number, row in enumerate(rows[:_LOOKED_AT]):
        at: dict[str, int] = {}
        for position, cell in enumerate(row):
            if isinstance(cell, str) and (key := _key_of(cell)) is not None:
                at.setdefault(key, position)
        if len(at) > (len(best.at) if best is not None else 2):
            best = Heads(number, at, max((i + 1 for i, cell in enumerate(row) if cell not in (None, "")), default=0))
    return best


def _key_of(cell: str) -> str | None:
    return next(filter(None, (_BY_HEAD.get(folded(part)) for part in (cell, *_PARTS.split(cell)))), None)
