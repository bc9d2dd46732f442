"""Rules of a battery's declaration that its form lets pass."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tanheng.exchange.battery.model import Document
from tanheng.exchange.lifetime import STAGES
from tanheng.exchange.protocols import Objection

_ARTICLE = "(EU) 2023/1542, Article 7"
_NOTICE = "工信厅通装函〔2025〕551号"
_NEAR = 1e-6
_LEAST_CN = 2.0
"""kWh above which the Chinese notice asks for a declaration."""


def check(made: Document) -> tuple[Objection, ...]:
    """What a declaration does not keep."""
    return tuple(_objections(made))


def _objections(made: Document) -> Iterator[Objection]:
    footprint, unit = made.footprint, made.functional_unit
    clause = _ARTICLE if made.form == "eu" else _NOTICE
    total = math.fsum(one.value for one in footprint.stages)
    if not math.isclose(total, footprint.total, rel_tol=_NEAR, abs_tol=1e-12):
        yield Objection("TH-EXC-311", "error", clause, "footprint.total", f"{total:.6g} ≠ {footprint.total:.6g}")
    if {one.stage for one in footprint.stages} != {stage.value for stage in STAGES}:
        yield Objection(
            "TH-EXC-312", "error", clause, "footprint.stages", ", ".join(one.stage for one in footprint.stages)
        )
    delivered = unit.capacity * unit.cycles * unit.years
    if not math.isclose(delivered, unit.delivered, rel_tol=_NEAR):
        yield Objection(
            "TH-EXC-311", "error", clause, "functional_unit.delivered", f"{delivered:g} ≠ {unit.delivered:g}"
        )
    if not math.isclose(footprint.battery, footprint.total * delivered, rel_tol=_NEAR, abs_tol=1e-12):
        quote = f"{footprint.total * delivered:.6g} ≠ {footprint.battery:.6g}"
        yield Objection("TH-EXC-311", "error", clause, "footprint.battery", quote)
    if made.grade is not None and not made.grade.adopted:
        yield Objection("TH-EXC-313", "warning", "(EU) 2023/1542, Article 7(2)", "grade", made.grade.name)
    if made.form == "cn" and made.verification is None:
        yield Objection("TH-EXC-314", "warning", _NOTICE, "verification")
    if made.form == "cn" and made.battery.capacity <= _LEAST_CN:
        yield Objection("TH-EXC-315", "warning", _NOTICE, "battery.capacity", f"{made.battery.capacity:g} kWh")
