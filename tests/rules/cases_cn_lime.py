"""Lime: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-lime"

STUDY = """
tanheng: study/1
product: {name: {zh: 冶金石灰, en: Metallurgical lime}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2522.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 石灰石, en: Limestone},
     amount: 1.75 t, from: "factor:gb-2023-aggregates-primary"}
  - {stage: production, name: {zh: 石灰石煅烧分解, en: Calcination}, emits: {CO2: 735 kg}}
  - {stage: production, type: energy, name: {zh: 窑用煤, en: Kiln coal},
     amount: 140 kg, from: "factor:ipcc-other-bituminous-coal-combustion-kg"}
"""


def base():
    return yaml.safe_load(STUDY)


UPTAKE = {
    "stage": "production",
    "name": {"zh": "再碳化", "en": "Recarbonisation"},
    "emits": [{"gas": "CO2", "amount": "50 kg", "origin": "removal"}],
}

CASES = {
    "TH-LI-101": {"study": lambda s: s["lines"].pop(1)},
    "TH-LI-102": [
        {
            "study": lambda s: s["lines"][1].update(emits={"CO2": "1.09 t"}),
            "quiet": lambda s: s["lines"][1].update(emits={"CO2": "0.91 t"}),
        },
        {"study": lambda s: s.update(basis="2 t"), "quiet": lambda s: s.update(unit="500 kg", basis="1 t")},
    ],
    "TH-LI-103": {
        "study": lambda s: s["lines"].append(UPTAKE),
        "quiet": lambda s: s.update(boundary="cradle-to-grave") or s["lines"].append({**UPTAKE, "stage": "use"}),
    },
}
