"""A portfolio on a Ray cluster: its work can be sent, and the samples have the same bits as here."""

from __future__ import annotations

import pytest

from tanheng.compute import Cluster
from tanheng.footprint.assessing import assessor
from tanheng.footprint.portfolio import portfolio
from tanheng.footprint.reading import read_study

pytestmark = pytest.mark.ray
ray = pytest.importorskip("ray")

BODY = """
parameters: [{id: share, value: "0.5", uncertainty: {kind: uniform, min: 0.4, max: 0.6}}]
lines:
  - {stage: raw-materials, name: Steel, formula: share * 10 kg, from: 'varied:Steel'}
  - {stage: raw-materials, name: Plate, amount: 3 kg, from: 'varied:Plate', uncertainty: {gsd2: 1.2}}
"""


def test_the_samples_are_those_of_this_process(study_file, varied_background):
    assess = assessor(backgrounds=varied_background)
    results = [
        (name, assess(read_study(study_file(BODY, name=f"{name}.yaml", product=f"{{name: {name}}}")))) for name in "ab"
    ]
    here = portfolio(results, backgrounds=varied_background, samples=900, reference="a")
    with Cluster("local", workers=2) as cluster:
        there = portfolio(results, backgrounds=varied_background, samples=900, reference="a", compute=cluster)
    assert here.values.std() > 0
    assert (there.values == here.values).all()
    assert there.document() == here.document()
