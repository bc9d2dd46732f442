"""The mandatory processes of a rule pack: which lines stand for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tanheng.rules.facts import plain_code
from tanheng.rules.items import Lines, fold
from tanheng.rules.model import MandatoryProcess, RulePack

MOST_PLACES = 20
"""Places that an item names; whether a process is covered needs no more."""


def process_items(pack: RulePack, lines: Lines) -> Iterator[tuple[str, Mapping[str, str], dict[str, Any]]]:
    """Every mandatory process with the places of the lines that stand for it, and their weight."""
    if not pack.processes:
        return
    folded = [_folded(row, written) for row, written in zip(lines.rows, lines.written, strict=True)]
    for one in pack.processes:
        signs = _Signs(
            tuple(fold(word) for word in one.words),
            {scheme: tuple(map(plain_code, prefixes)) for scheme, prefixes in one.codes.items()},
        )
        found = [i for i, row in enumerate(lines.rows) if _stands_for(row, lines.written[i], folded[i], one, signs)]
        yield (
            "",
            one.names,
            {
                "id": one.id,
                "names": dict(one.names),
                "stages": list(one.stages),
                "types": list(one.types),
                "covered": bool(found),
                "found": [lines.rows[i]["place"] for i in found[:MOST_PLACES]],
                "weight": sum(lines.weight(lines.rows[i]["total"]) for i in found),
            },
        )


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a line of a process is known by, ready to be compared with every line."""

    words: tuple[str, ...]
    prefixes: Mapping[str, tuple[str, ...]]


def _stands_for(
    row: Mapping[str, Any], written: Mapping[str, Any], words: str, one: MandatoryProcess, signs: _Signs
) -> bool:
    if one.stages and row["stage"] not in one.stages and not _has_stage(row, one.stages):
        return False
    if one.types and row["type"] not in one.types:
        return False
    codes: Mapping[str, str] = written.get("codes", {})
    by_code = any(
        plain_code(codes[scheme]).startswith(prefixes) for scheme, prefixes in signs.prefixes.items() if scheme in codes
    )
    return by_code or any(word in words for word in signs.words) or not (one.words or one.codes)


def _has_stage(row: Mapping[str, Any], stages: Sequence[str]) -> bool:
    return any(part["stage"] in stages for part in row["parts"])


def _folded(row: Mapping[str, Any], written: Mapping[str, Any]) -> str:
    return fold(" ".join((*row["names"].values(), row["note"], str(written.get("from", "")))))
