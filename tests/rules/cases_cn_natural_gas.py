"""Natural gas: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-natural-gas"

STUDY = """
tanheng: study/1
product: {name: {zh: 管道天然气, en: Pipeline gas}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2711.21"}}
unit: 1 m3
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 20 ℃、101.325 kPa 下 1 立方米, en: 1 m3 at 20 °C and 101.325 kPa}
lines:
  - {stage: raw-materials, name: {zh: 开采与集输, en: Extraction and gathering}, emits: {CO2: 60 g}}
  - {stage: production, name: {zh: 净化处理, en: Processing}, emits: {CO2: 40 g}}
  - {stage: production, name: {zh: 甲烷逃逸与放空, en: Fugitive and vented methane}, emits: {CH4: 5 g}}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-NG-101": {"study": lambda s: s["lines"].pop(2)},
    "TH-NG-102": [
        {
            "study": lambda s: s["lines"][2].update(emits={"CH4": "5 kg"}),
            "quiet": lambda s: s["lines"][2].update(emits={"CH4": "45 g"}),
        },
        {
            "study": lambda s: s["lines"][2].update(emits={"CH4": "50 mg"}),
            "quiet": lambda s: s.update(unit="1 万Nm3") or s["lines"][2].update(emits={"CH4": "50 kg"}),
        },
    ],
    "TH-NG-103": {
        "study": lambda s: s.pop("unit_text"),
        "quiet": lambda s: s.update(unit_text={"zh": "标准立方米"}),
    },
}
