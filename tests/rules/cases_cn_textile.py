"""T-shirt: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-textile"

STUDY = """
tanheng: study/1
product: {name: {zh: 涤纶 T 恤, en: Polyester T-shirt}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "6109.90"}}
unit: 1 pcs
boundary: cradle-to-grave
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 一件 T 恤, en: one T-shirt}
unit_kind: functional
parameters: [{id: washes, value: 50 pcs}]
lines:
  - {stage: raw-materials, name: {zh: 涤纶纤维, en: Polyester fibre},
     amount: 0.18 kg, from: "factor:gb-2023-pet-primary"}
  - {stage: production, name: {zh: 染整用电, en: Power of dyeing}, amount: 0.4 kWh, electricity: [{grid: CN}]}
  - {stage: use, name: {zh: 洗涤用电, en: Power of washing}, amount: 3 kWh, electricity: [{grid: CN}]}
  - {stage: end-of-life, name: {zh: 填埋, en: Landfill},
     amount: 0.16 kg, from: "factor:gb-2023-waste-clothing-landfill"}
"""


def base():
    return yaml.safe_load(STUDY)


COTTON = {
    "stage": "raw-materials",
    "name": {"zh": "棉纤维的碳吸收", "en": "Uptake by cotton"},
    "emits": [{"gas": "CO2", "amount": "0.25 kg", "origin": "removal"}],
}
BURNT = {
    "stage": "end-of-life",
    "name": {"zh": "焚烧", "en": "Incineration"},
    "emits": [{"gas": "CO2", "amount": "0.25 kg", "origin": "biogenic"}],
}

CASES = {
    "TH-TX-101": {
        "study": lambda s: s["lines"][2].update(name={"zh": "熨烫", "en": "Ironing"}),
        "quiet": lambda s: s["lines"].pop(2) and s.update(boundary="cradle-to-gate"),
    },
    "TH-TX-102": [
        {
            "study": lambda s: s.pop("parameters"),
            "quiet": lambda s: s.pop("parameters") and s.update(unit_text={"zh": "一件 T 恤，洗涤 50 次"}),
        },
        {"study": lambda s: s["parameters"][0].update(value="5000 pcs")},
    ],
    "TH-TX-103": {
        "study": lambda s: s["lines"].append(COTTON),
        "quiet": lambda s: s["lines"].extend([COTTON, BURNT]),
    },
}
