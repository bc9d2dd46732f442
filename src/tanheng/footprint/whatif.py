"""What if: an assessment with changes, from its own record; only what is new is looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tanheng.errors import AssessmentError
from tanheng.factors import Release, embedded
from tanheng.footprint import documents
from tanheng.footprint.assessment import ENGINE_VERSION, Assessment
from tanheng.footprint.changing import Change, ScenarioChange, changed
from tanheng.footprint.freezing import freeze, sampling_of
from tanheng.footprint.linking import link_study
from tanheng.footprint.lookups import Live, Recorded, record_of
from tanheng.footprint.onbackground import at_hand
from tanheng.footprint.ports import Backgrounds, NoBackgrounds
from tanheng.footprint.preparing import prepare
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.rulebook import recorded_rules, same
from tanheng.footprint.targets import Resolver


def what_if(
    assessment: Assessment,
    *changes: Change,
    backgrounds: Backgrounds | None = None,
    database: str = "",
    release: Release | None = None,
    folder: Path | None = None,
) -> Assessment:
    """The assessment of the same study with changes, under the same rules.

    Every link of the study is answered from the assessment's record; what the changes bring in is looked up in the release
    and the databases at hand, and recorded in turn. Without changes the result is the assessment itself. A sampled view is
    drawn again; one that needs snapshots which are not at hand is left out.

    Args:
        changes: see :mod:`tanheng.footprint.changing`.
        backgrounds, database, release: where new links lead, as of :func:`tanheng.footprint.assess`.
        folder: where new ``assessment:FILE`` links start; the working directory by default.

    Raises:
        AssessmentError: TH-ASM-080 … 085 for the changes; TH-ASM-006 an assessment of another version.
    """
    inputs = assessment.inputs
    same("engine", inputs["engine"], ENGINE_VERSION)
    rules = recorded_rules(inputs)
    prepared = prepare(changed(study_from_document(inputs["study"]), changes))
    study = prepared.study
    year = study.year
    resolver = Resolver(
        release or embedded(),
        backgrounds or NoBackgrounds(),
        database,
        rules.effective.id,
        _refuse,
        documents.read_assessment,
        folder or Path(),
        year,
    )
    known = Recorded(inputs["targets"]).all()
    lookups = Live(resolver, year, shared={(year, key): found for key, found in known.items()})
    linked = link_study(study, lookups, rules.effective)
    made_from: Mapping[str, Any] = {
        "factors": inputs["factors"],
        "targets": record_of(lookups.seen),
        "evidence": inputs["evidence"],
    }
    sampling = sampling_of(assessment, backgrounds) if at_hand(inputs, backgrounds) else None
    return freeze(prepared, linked, rules, made_from, sampling)


def scenario_ids(assessment: Assessment) -> tuple[str, ...]:
    """The scenarios of its study, after ``""`` for the parameters as they stand."""
    return ("", *(scenario.id for scenario in study_from_document(assessment.inputs["study"]).scenarios))


def scenarios(assessment: Assessment, ids: Sequence[str] | None = None) -> Mapping[str, Assessment]:
    """The assessment under scenarios of its study, by id; all of :func:`scenario_ids` by default."""
    asked = scenario_ids(assessment) if ids is None else ids
    return {name: what_if(assessment, ScenarioChange(name)) for name in asked}


def _refuse(path: Path) -> Assessment:
    raise AssessmentError("TH-ASM-085", link=f"study:{path.name}")
