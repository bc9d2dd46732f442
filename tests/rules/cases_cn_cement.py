"""Cement: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-cement"

STUDY = """
tanheng: study/1
product: {name: {zh: 普通硅酸盐水泥, en: Ordinary Portland cement}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2523.29"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
parameters: [{id: clinker_ratio, value: 78 %}]
lines:
  - {stage: raw-materials, name: {zh: 矿渣和石膏, en: Slag and gypsum},
     amount: 220 kg, from: "factor:gb-2023-aggregates-primary"}
  - {stage: production, name: {zh: 生料碳酸盐分解, en: Calcination of the raw meal}, emits: {CO2: 405 kg}}
  - {stage: production, name: {zh: 窑用煤, en: Kiln coal}, type: energy,
     amount: 100 kg, from: "factor:ipcc-other-bituminous-coal-combustion-kg"}
  - {stage: production, name: {zh: 粉磨用电, en: Power of grinding}, amount: 85 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


RDF = {
    "stage": "production",
    "name": {"zh": "替代燃料（RDF）", "en": "Alternative fuel (RDF)"},
    "emits": {"CO2": "20 kg"},
}
BOUGHT = {
    "stage": "raw-materials",
    "name": {"zh": "外购熟料", "en": "Bought clinker"},
    "amount": "0.78 t",
    "from": "factor:us-quicklime-uslci",
}
SPLIT = [{"gas": "CO2", "amount": "12 kg"}, {"gas": "CO2", "amount": "8 kg", "origin": "biogenic"}]

CASES = {
    "TH-CM-101": {
        "study": lambda s: s["lines"].pop(1),
        "quiet": lambda s: (s["lines"].pop(1), s["lines"].append(BOUGHT)),
    },
    "TH-CM-102": [
        # 500 kg/t of cement ÷ 0.78 = 641 kg/t of clinker
        {
            "study": lambda s: s["lines"][1].update(emits={"CO2": "500 kg"}),
            "quiet": lambda s: s["lines"][1].update(emits={"CO2": "460 kg"}),
        },
        {
            "study": lambda s: s["parameters"][0].update(value="95 %"),
            "quiet": lambda s: s["parameters"][0].update(value="85 %"),
        },
    ],
    "TH-CM-103": [
        {"study": lambda s: s.pop("parameters"), "quiet": lambda s: s.pop("parameters") and s["lines"].append(BOUGHT)},
        {"study": lambda s: s["parameters"][0].update(value="20 %")},
    ],
    "TH-CM-104": {
        "study": lambda s: s["lines"].append(RDF),
        "quiet": lambda s: s["lines"].append({**RDF, "emits": SPLIT}),
    },
}
