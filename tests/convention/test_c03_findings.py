"""C03: what findings quote does not depend on the last bits of a number."""

from __future__ import annotations

import dataclasses

from tanheng.footprint.rulebook import recorded_rules
from tanheng.rules import Record, check

BODY = """
lines:
  - {stage: production, name: P, amount: 3 kg, from: "factor:cn-alumina-2017-calculated"}
  - {stage: use, name: U, emits: {CO2: 5.5 kg}}
  - {stage: production, name: W, emits: {CO2: {amount: 9.37 kg, origin: removal}}}
"""


def test_c03_a_quoted_number_does_not_show_its_last_bits(assess_text):
    result = assess_text(BODY, regime="pact3")
    nudged = {name: getattr(result, name) * (1 + 4e-16) for name in ("total", "excluded", "stored_carbon")}
    other, rules = dataclasses.replace(result, **nudged), recorded_rules(result.inputs)
    quotes = [
        [f.quote for f in check(rules.pack, one.inputs["study"], Record(one), rules.regime)] for one in (result, other)
    ]
    assert quotes[0] == quotes[1]
    assert any("5.5 kg" in quote for quote in quotes[0])
