"""Remembered choices: which line asks for which, and what is kept."""

from __future__ import annotations

from tanheng.errors import AssessmentError
from tanheng.footprint.ports import Choice, Choices
from tanheng.footprint.study import Line
from tanheng.inventory.words import LONGEST, fold

CLASSES = frozenset({"hs", "cn", "cpc", "cas", "gbt4754", "unspsc", "nace"})
"""Schemes whose codes name a kind of thing, not one item."""
_UNSAFE = ("study:", "assessment:")


def keys_of(line: Line) -> tuple[str, ...]:
    """What a choice for the line is kept and looked up by, the surest first: its item codes, then its names.

    >>> from tanheng.footprint.study import Line, LineType, Stage
    >>> from tanheng.quantities import Quantity
    >>> keys_of(Line("", Stage.RAW_MATERIALS, LineType.MATERIAL, {"zh": "烧碱"}, amount=Quantity(2.0, "t")))
    ('name:烧碱|material|mass',)
    """
    dimension = line.amount.dimension if line.amount else ""
    codes = (
        f"{k.casefold()}:{fold(v)}|{dimension}"
        for k, v in sorted(line.codes.items())
        if k.casefold() not in CLASSES and v
    )
    names = (
        f"name:{fold(name[:LONGEST])}|{line.type.value}|{dimension}" for name in line.names.values() if name.strip()
    )
    return tuple(dict.fromkeys((*codes, *names)))


def remember(
    choices: Choices, line: Line, link: str, *, person: str = "", day: str = "", study: str = ""
) -> tuple[Choice, ...]:
    """Keep ``link`` for lines like this one.

    Raises:
        AssessmentError: TH-ASM-102 a link to a file beside the study, which means nothing to another study.
    """
    if link.startswith(_UNSAFE):
        raise AssessmentError("TH-ASM-102", place=line.place, link=link)
    name = next(iter(line.names.values()), "")
    made = tuple(Choice(key, link, name, person, day, study) for key in keys_of(line))
    choices.remember(made)
    return made
