"""Photovoltaic module: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-photovoltaic-module"

STUDY = """
tanheng: study/1
product: {name: {zh: 光伏组件, en: PV module}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "8541.43"}}
unit: 1 kW
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 单晶组件，额定功率 580 W, en: Mono-crystalline module rated at 580 W}
lines:
  - {stage: raw-materials, name: {zh: 多晶硅, en: Polysilicon},
     amount: 2.3 kg, from: "factor:gb-2023-aluminium-primary"}
  - {stage: raw-materials, name: {zh: 光伏玻璃, en: Solar glass},
     amount: 36 kg, from: "factor:gb-2023-glass-primary"}
  - {stage: production, name: {zh: 硅片电池组件用电, en: "Power of wafers, cells and modules"},
     amount: 150 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-PV-101": {
        "study": lambda s: s.pop("unit_text"),
        "quiet": lambda s: s.pop("unit_text") and s["product"].update(description={"en": "Module of 580 Wp"}),
    },
    "TH-PV-102": [
        {
            "study": lambda s: s["lines"][0].update(amount="2.3 t"),
            "quiet": lambda s: s["lines"][0].update(amount="7.9 kg"),
        },
        # The kilowatt's silicon for a watt; per square metre there is no power to compare with.
        {
            "study": lambda s: s.update(unit="1 W"),
            "quiet": lambda s: s.update(unit="1 m2"),
        },
    ],
    "TH-PV-103": {
        "study": lambda s: s.update(unit="1 W"),
        "quiet": lambda s: s.update(unit="1 W", basis="1 kW"),
    },
}
