"""Coal: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-coal"

STUDY = """
tanheng: study/1
product: {name: {zh: 动力煤, en: Steam coal}, maker: {zh: 测试企业, en: Maker}, codes: {gbt4754: "0610"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 收到基低位发热量 22.0 MJ/kg 的商品煤, en: Saleable coal of 22.0 MJ/kg net calorific value as received}
lines:
  - {stage: production, name: {zh: 矿井瓦斯逃逸, en: Methane of the mine}, emits: {CH4: 4.5 kg}}
  - {stage: production, name: {zh: 采掘用电, en: Power of mining}, amount: 25 kWh, electricity: [{grid: CN}]}
  - {stage: production, type: energy, name: {zh: 柴油, en: Diesel},
     amount: 1 kg, from: "factor:ipcc-gas-diesel-oil-combustion-kg"}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    # The burnt diesel still emits a few milligrams of methane, so it goes with the mine's.
    "TH-CO-101": {"study": lambda s: (s["lines"].pop(2), s["lines"].pop(0))},
    "TH-CO-102": [
        {
            "study": lambda s: s["lines"][0].update(emits={"CH4": "45 kg"}),
            "quiet": lambda s: s["lines"][0].update(emits={"CH4": "19 kg"}),
        },
        {"study": lambda s: s["lines"].pop(0)},
        {"study": lambda s: s.update(unit="1 kg")},
    ],
    "TH-CO-103": {
        "study": lambda s: s.pop("unit_text"),
        "quiet": lambda s: s.pop("unit_text") and s["product"].update(description={"zh": "发热量 5500 kcal/kg"}),
    },
}
