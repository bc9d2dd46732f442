"""Electricity: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-electricity"

STUDY = """
tanheng: study/1
product: {name: {zh: 燃煤电力, en: Coal power}, maker: {zh: 测试企业, en: Maker}, codes: {gbt4754: "4411"}}
unit: 1 kWh
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 上网侧 1 kWh（已扣除厂用电）, en: 1 kWh net at the busbar}
lines:
  - {stage: raw-materials, name: {zh: 燃煤供应, en: Supply of coal},
     amount: 0.3 kg, from: "factor:gb-2023-supply-coal-industrial-t"}
  - {stage: raw-materials, name: {zh: 电站建设, en: Construction of the plant}, emits: {CO2: 2 g}}
  - {stage: production, name: {zh: 锅炉燃烧发电, en: Boiler combustion for generation}, emits: {CO2: 0.82 kg}}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-EL-101": {
        "study": lambda s: s.pop("unit_text"),
        "quiet": lambda s: s.update(unit_text={"zh": "并网点 1 kWh"}),
    },
    "TH-EL-102": {
        "study": lambda s: s.update(unit_text={"zh": "用户侧 1 kWh", "en": "1 kWh delivered to the consumer"}),
        "quiet": lambda s: (
            s.update(unit_text={"zh": "用户侧 1 kWh", "en": "1 kWh delivered to the consumer"})
            or s["lines"].append(
                {"stage": "production", "name": {"zh": "线损", "en": "Losses"}, "emits": {"CO2": "1 g"}}
            )
        ),
    },
    "TH-EL-103": {
        "study": lambda s: s["lines"].pop(0),
        # A hydropower plant burns nothing and needs no fuel.
        "quiet": lambda s: (s["lines"].pop(2), s["lines"].pop(0)),
    },
}
