"""Electronic and electrical products: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-electronics"

STUDY = """
tanheng: study/1
product: {name: {zh: 房间空调器, en: Room air conditioner}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "8415"}}
unit: 1 pcs
boundary: cradle-to-grave
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 制冷量 3.5 kW，使用 10 年, en: 3.5 kW of cooling over 10 years}
unit_kind: functional
lines:
  - {stage: raw-materials, name: {zh: 钢材, en: Steel}, amount: 15 kg, from: "factor:gb-2023-steel-primary"}
  - {stage: production, name: {zh: 装配用电, en: Power of assembly}, amount: 20 kWh, electricity: [{grid: CN}]}
  - {stage: use, name: {zh: 使用耗电, en: Power in use}, amount: 4000 kWh, electricity: [{grid: CN}]}
  - {stage: use, name: {zh: 制冷剂泄漏, en: Leakage of refrigerant}, emits: {HFC-32: 0.2 kg}}
  - {stage: end-of-life, name: {zh: 拆解, en: Dismantling},
     amount: 30 kg, from: "factor:gb-2023-waste-weee-recycling"}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-EE-101": {
        "study": lambda s: s["lines"].pop(2),
        "quiet": lambda s: s["lines"].pop(2) and s.update(boundary="cradle-to-gate"),
    },
    "TH-EE-102": {
        "study": lambda s: s.pop("unit_text"),
        "quiet": lambda s: s.update(unit_text={"en": "12 000 hours of cooling"}),
    },
    "TH-EE-103": {
        "study": lambda s: s["lines"].pop(3),
        "quiet": lambda s: s["lines"].pop(3) and s["product"].update(name={"zh": "便携式计算机", "en": "Laptop"}),
    },
}
