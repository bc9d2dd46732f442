"""Recomputing an assessment from nothing but itself (C21): its study, its record of factors, the named rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.errors import AssessmentError
from tanheng.footprint.assessing import ENGINE_VERSION, freeze
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.linking import link_study
from tanheng.footprint.lookups import Recorded
from tanheng.footprint.reading import study_from_document
from tanheng.rules import regime, rule_pack


def recompute(assessment: Assessment) -> Assessment:
    """The assessment made again; its digest equals the original's if and only if the original is what it says.

    Raises:
        AssessmentError: TH-ASM-005 something is missing from its record, TH-ASM-006 it was made under another engine,
            regime or rule pack than this version has, so that a difference would prove nothing.
    """
    inputs = assessment.inputs
    chosen = regime(inputs["regime"]["id"])
    pack = rule_pack(f"{inputs['rule_pack']['id']}@{inputs['rule_pack']['version']}")
    _same("engine", inputs["engine"], ENGINE_VERSION)
    _same("regime", inputs["regime"]["digest"], chosen.digest)
    _same("rule_pack", inputs["rule_pack"]["digest"], pack.digest)
    study = study_from_document(inputs["study"])
    linked = link_study(study, Recorded(inputs["targets"]), certificates=chosen.counts_certificates)
    made_from: Mapping[str, Any] = {key: inputs[key] for key in ("factors", "targets", "evidence")}
    return freeze(linked, chosen, pack, made_from)


def _same(what: str, recorded: str, here: str) -> None:
    if recorded != here:
        raise AssessmentError("TH-ASM-006", place=f"inputs.{what}", what=what, recorded=recorded, here=here)
