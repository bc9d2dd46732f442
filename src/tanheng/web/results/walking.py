"""The walk from the result under one set of rules to that under another, told in steps and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tanheng.footprint.differences import Difference
from tanheng.reporting.numbers import Scale
from tanheng.reporting.words import Words
from tanheng.texts import text

_NEGLIGIBLE = 5e-5


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk in words.

    Attributes:
        steps: (what changes, before, after, kg CO2e with its sign). idle: choices without effect here.
        chart: as ``steps`` of the charts.
    """

    first: str
    second: str
    steps: tuple[tuple[str, str, str, str], ...]
    idle: str
    chart: dict[str, Any]


def short(regime: str, lang: str) -> str:
    """The short name of a regime; its id where it has none."""
    told = text("web/results", f"regime.{regime}", lang)
    return regime if told == f"regime.{regime}" else told


def told(words: Words, found: Difference) -> Walk:
    """A walk in words, with its drawing."""
    first, second = short(found.first.regime, words.lang), short(found.second.regime, words.lang)
    least = _NEGLIGIBLE * max(abs(found.first.total), abs(found.second.total))
    steps = [step for step in found.steps if abs(step.amount) > least]
    scale = Scale.of([found.first.total, found.second.total, *(step.amount for step in steps)])
    at = found.first.total
    rows: list[dict[str, Any]] = [{"name": first, "from": 0, "to": at, "text": scale(at), "whole": True}]
    shown = []
    for step in steps:
        signed = f"+{scale(step.amount)}" if step.amount > 0 else scale(step.amount)
        rows.append({"name": words.step(step.key), "from": at, "to": at + step.amount, "text": signed})
        shown.append((words.step(step.key), words.choice(step.before), words.choice(step.after), signed))
        at += step.amount
    rows.append({"name": second, "from": 0, "to": found.second.total, "text": scale(found.second.total), "whole": True})
    idle = words.listing(words.step(step.key) for step in found.steps if abs(step.amount) <= least)
    return Walk(first, second, tuple(shown), idle, {"unit": words("unit.kg"), "rows": rows})
