"""The client looks into results on a real server."""

from __future__ import annotations

import pytest

from clients import machine, served
from result_samples import ALUMINIUM
from study_samples import organisation
from tanheng.client import Client
from tanheng.errors import AssessmentError
from tanheng.footprint import assess, read_study
from tanheng.reporting.wordml import shipped_template


def test_results_from_the_figures_to_a_report(sqlite_platform, tmp_path):
    own = organisation(sqlite_platform)
    here = assess(read_study(ALUMINIUM))
    with served(sqlite_platform) as url, Client(url, token=machine(sqlite_platform, own)) as client:
        study = client.studies.create(own.id, ALUMINIUM)
        kept = client.studies.assess(study)
        told = client.assessments.results(kept, limit=3)
        assert (told.total, len(told.lines), told.line_count) == (pytest.approx(here.total), 3, len(here.lines))
        assert [line.index for line in client.assessments.lines(kept, order="study")] == list(range(len(here.lines)))
        assert sum(told.findings.values()) == len(list(client.assessments.findings(kept)))
        tree = client.assessments.tree(kept, cutoff=0.0)
        assert sum(node.total for node in tree.children) == pytest.approx(tree.total)
        assert client.assessments.explain(kept, "lines[0]").value == here.lines[0].total
        (largest,) = client.assessments.sensitivity(kept, limit=1)
        assert (largest.from_, largest.to) == (0.9, 1.1)
        other = client.studies.assess(study, regime="cbam")
        walk = client.assessments.difference(kept, other)
        assert walk.rules is not None
        assert walk.difference == pytest.approx(sum(step.amount for step in walk.rules.steps))
        assert client.assessments.compare(kept, study, samples=200).difference == 0
        with pytest.raises(AssessmentError, match="TH-ASM-092"):
            client.assessments.compare(kept, other)
        tried = client.studies.what_if(study, "交流电.amount=0 kWh", {"line": "氧化铝", "amount": 1800}, samples=0)
        assert tried.after.total < tried.before.total == told.total
        assert client.studies.levers(study, limit=2).levers[0].effect < 0
        assert list(client.studies.regimes(study, "iso14067", "cbam").results) == ["iso14067", "cbam"]
        file = client.assessments.download(kept, tmp_path / "kept.json")
        assert client.assessments.check(file, organisation=own.id).same
        template = client.assessments.template(tmp_path / "template.docx")
        assert template.read_bytes() == shipped_template()
        report = client.assessments.report(kept, tmp_path / "report.docx", template=template, beside=[other])
        assert report.read_bytes().startswith(b"PK")
