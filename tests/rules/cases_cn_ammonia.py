"""Ammonia: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-ammonia"

STUDY = """
tanheng: study/1
product: {name: {zh: 合成氨, en: Ammonia}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2814.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 原料天然气, en: Natural gas as feedstock},
     amount: 900 m3, from: "factor:gb-2023-supply-natural-gas-m3"}
  - {stage: production, name: {zh: 转化与脱碳过程排放, en: Process emission of reforming and CO2 removal},
     emits: {CO2: 1.8 t}}
  - {stage: production, name: {zh: 电力, en: Power}, amount: 100 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


SOLD = {
    "stage": "production",
    "name": {"zh": "外供二氧化碳", "en": "CO2 sold"},
    "emits": [{"gas": "CO2", "amount": "600 kg", "origin": "removal"}],
}
POWER_TO_AMMONIA = {"zh": "可再生氢", "en": "Renewable hydrogen"}

CASES = {
    "TH-NH-101": {
        "study": lambda s: s["lines"].append(SOLD),
        "quiet": lambda s: s["lines"].append({**SOLD, "emits": {"CO2": "600 kg"}}),
    },
    "TH-NH-102": {
        "study": lambda s: s["lines"].pop(1),
        "quiet": lambda s: s["lines"].pop(1) and s["lines"][0].update(name=POWER_TO_AMMONIA),
    },
    "TH-NH-103": [
        {
            "study": lambda s: s["lines"][1].update(emits={"CO2": "800 kg"}),
            "quiet": lambda s: s["lines"][1].update(emits={"CO2": "1.05 t"}),
        },
        {"study": lambda s: s["lines"][1].update(emits={"CO2": "9 t"})},
    ],
}
