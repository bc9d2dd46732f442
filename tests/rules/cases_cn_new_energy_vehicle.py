"""New-energy vehicle: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-new-energy-vehicle"

STUDY = """
tanheng: study/1
product: {name: {zh: 纯电动乘用车, en: Battery-electric car}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "8703.80"}}
unit: 1 v*km
boundary: cradle-to-grave
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 全寿命 150 000 km 中的 1 km, en: 1 km out of a life of 150 000 km}
unit_kind: functional
lines:
  - {stage: raw-materials, name: {zh: 车身钢材, en: Steel of the body},
     amount: 8 g, from: "factor:gb-2023-steel-primary"}
  - {stage: production, name: {zh: 整车制造用电, en: Power of assembly},
     amount: 5 Wh, electricity: [{grid: CN}]}
  - {stage: use, name: {zh: 行驶充电, en: Charging}, amount: 0.15 kWh, electricity: [{grid: CN}]}
  - {stage: end-of-life, name: {zh: 动力电池回收, en: Recycling of the battery},
     amount: 3 g, from: "factor:gb-2023-waste-batteries-recycling"}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-NEV-101": {
        "study": lambda s: s.update(unit_text={"zh": "一辆车", "en": "one car"}),
        "quiet": lambda s: s.update(unit_text={"zh": "全寿命 15 万公里"}),
    },
    "TH-NEV-102": [
        {
            "study": lambda s: s["lines"][2].update(amount="15 kWh"),
            "quiet": lambda s: s["lines"][2].update(amount="0.34 kWh"),
        },
        {"study": lambda s: s["lines"][2].update(amount="50 Wh")},
    ],
    "TH-NEV-103": {
        "study": lambda s: s["lines"][3].update(name={"zh": "整车拆解", "en": "Dismantling"}),
        "quiet": lambda s: s["lines"].pop(3) and s.update(boundary="cradle-to-gate"),
    },
}
