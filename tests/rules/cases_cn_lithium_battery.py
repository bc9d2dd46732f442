"""Lithium-ion battery: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-lithium-battery"

STUDY = """
tanheng: study/1
product: {name: {zh: 磷酸铁锂电池包, en: LFP battery pack}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "8507.60"}}
unit: 1 kWh
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 正极材料, en: Cathode material},
     amount: 1.9 kg, from: "factor:cn-lfp-cathode-material-2024-proxy"}
  - {stage: raw-materials, name: {zh: 石墨负极, en: Graphite anode},
     amount: 1.2 kg, from: "factor:cn-natural-graphite-anode-2018"}
  - {stage: production, name: {zh: 电芯制造用电, en: Power of cell production},
     amount: 30 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-BAT-101": [
        {
            "study": lambda s: s["lines"][2].update(amount="300 kWh"),
            "quiet": lambda s: s["lines"][2].update(amount="115 kWh"),
        },
        {"study": lambda s: s["lines"].pop(2)},
        {"study": lambda s: s.update(unit="60 kWh"), "quiet": lambda s: s.update(unit="60 kWh", basis="1 kWh")},
    ],
    "TH-BAT-102": {
        "study": lambda s: s["product"].update(name={"zh": "动力电池包", "en": "Traction battery pack"}),
        "quiet": lambda s: s["product"].update(name={"zh": "动力电池包"}, description={"zh": "三元锂，75 kWh"}),
    },
    "TH-BAT-103": {
        "study": lambda s: s.update(unit_kind="functional"),
        "quiet": lambda s: s.update(unit_kind="functional", unit_text={"zh": "循环 2000 次输出的 1 kWh"}),
    },
}
