"""Which parts of a result a regime counts: its stages, and what it excludes by expression (C20).

An expression (see :mod:`tanheng.rules.excluding`) is run once for each different set of facts about part and line, so that a
bill of 300,000 lines costs a few evaluations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tanheng.footprint.allocating import is_credit
from tanheng.footprint.assessment import Gap
from tanheng.footprint.study import Line, LineType, Study
from tanheng.footprint.workbench import LinkedPart
from tanheng.rules import Regime
from tanheng.rules.excluding import reason_to_exclude

_Facts = tuple[str, str, str, str, str]


@dataclass(slots=True)
class Scope:
    """Tells for each part of a study why the regime leaves it out."""

    chosen: Regime
    study: Study
    known: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def reason(self, part: LinkedPart, line: Line) -> str:
        """Key of the reason why a part is not counted; empty where it is."""
        stage = part.stage or line.stage
        source = part.target.provenance
        return self._reason((part.what, stage.value, source.covers, source.kind, part.target.per), line)

    def settle(self, gap: Gap, line: Line, parts: Sequence[LinkedPart]) -> Gap:
        """A gap of something that is not counted makes nothing incomplete: it stays, and says why (C02)."""
        if not gap.blocks:
            return gap
        reason = self._reason_of_gap(gap, line, parts)
        return replace(gap, blocks=False, params={**gap.params, "excluded": reason}) if reason else gap

    def _reason_of_gap(self, gap: Gap, line: Line, parts: Sequence[LinkedPart]) -> str:
        what = _what(gap, line)
        if "stage" in gap.params:  # it is missing in another stage than the line's own
            return self._reason((what, gap.params["stage"], "", "", ""), line)
        kin = [part for part in parts if part.what == what]
        if kin:
            reasons = {self.reason(part, line) for part in kin}
            return reasons.pop() if len(reasons) == 1 else ""
        # Nothing was found, so what its numbers would cover is not known.
        return self._reason((what, line.stage.value, "", "", ""), line)

    def _reason(self, facts: _Facts, line: Line) -> str:
        key = (facts, line.type, line.stage, is_credit(line), tuple(sorted(line.codes.items())))
        if key not in self.known:
            self.known[key] = self._evaluate(facts, line)
        return self.known[key]

    def _evaluate(self, facts: _Facts, line: Line) -> str:
        return reason_to_exclude(
            self.chosen,
            part=dict(zip(("what", "stage", "covers", "kind", "unit"), facts, strict=True)),
            line={
                "type": line.type.value,
                "stage": line.stage.value,
                "codes": dict(line.codes),
                "credit": is_credit(line),
            },
            codes=self.study.product.codes,
        )


def _what(gap: Gap, line: Line) -> str:
    """What kind of part a gap belongs to, from its place (``lines[3].transport[0]``) and its line."""
    _, _, rest = gap.place.partition("].")
    if rest.startswith("transport"):
        return "transport"
    if rest.startswith("recycling"):
        return "recycling"
    return "electricity" if line.type is LineType.ELECTRICITY else "activity"
