"""Jobs about studies: ``assessment`` with many samples, ``recomputation`` of one, ``report``, ``re-evaluation`` of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, Literal

import msgspec

from tanheng.footprint.background import BackgroundUse
from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import Lane, job
from tanheng.services.studies import assessing, assessments, reevaluating
from tanheng.services.studies.assessing import Order
from tanheng.storage.sql.work import not_found

ASSESSMENT, RECOMPUTATION, REPORT, REEVALUATION = "assessment", "recomputation", "report", "re-evaluation"


class AssessmentPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which study, by id, and how it is assessed; what is left out is as the study says."""

    study: str
    version: int | None = None
    regime: str = ""
    rules: str = ""
    database: str = ""
    scenario: str = ""
    samples: int = 0
    seed: int = 1
    background: BackgroundUse = "stated"

    @property
    def order(self) -> Order:
        """As the use case takes it."""
        told = {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("study", "version")}
        return Order(self.version, **told)


class RecomputationPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which assessment."""

    assessment: str


class ReportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which assessment, and how it is written."""

    assessment: str
    format: Literal["pdf", "docx", "xlsx", "html"] = "pdf"
    lang: Literal["zh", "en"] = "zh"


class ReevaluationPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which studies, by id, and how they are assessed; all of the organisation by default."""

    studies: list[str] = []
    regime: str = ""
    rules: str = ""


@job(ASSESSMENT)
def assess(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Assess a study and keep the result, once."""
    wanted = payload_as(ASSESSMENT, payload, AssessmentPayload)
    platform, actor = context.platform, context.actor
    needed = platform.look(actor, assessing.own_needs, context.job.organisation, wanted.study, wanted.order)
    result = assessing.computed(
        platform, needed, wanted.order, progress=lambda done, total: context.progress(done, total, "sampling")
    )
    made = context.step("keep", lambda: assessing.keep(platform, actor, needed, result).id)
    return {"assessment": made, "digest": result.digest, "total": result.total, "complete": result.complete}


@job(RECOMPUTATION)
def recompute(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Compute an assessment again from its own record; nothing is written."""
    wanted = payload_as(RECOMPUTATION, payload, RecomputationPayload)
    _own(context, wanted.assessment)
    return asdict(assessments.recompute(context.platform, context.actor, wanted.assessment))


@job(REPORT, lane=Lane.LIGHT)
def report(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write the report, and keep it among the blobs."""
    wanted = payload_as(REPORT, payload, ReportPayload)
    _own(context, wanted.assessment)
    told = {"ending": f".{wanted.format}", "lang": wanted.lang}
    content = assessments.report(context.platform, context.actor, wanted.assessment, **told)
    name = f"report-{wanted.assessment}.{wanted.format}"
    return {"blob": context.platform.blobs.put(content), "file": name, "size": len(content)}


@job(REEVALUATION)
def reevaluate(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Assess each study once; one that fails is told, and the others go on."""
    wanted = payload_as(REEVALUATION, payload, ReevaluationPayload)
    platform, actor = context.platform, context.actor
    order = Order(regime=wanted.regime, rules=wanted.rules)
    owner = context.job.organisation
    meant = context.step("studies", lambda: list(platform.look(actor, reevaluating.check, owner, wanted.studies)))

    def again(study: str) -> dict[str, Any]:
        return reevaluating.reevaluate(platform, actor, study, order).document()

    done = []
    for number, study in enumerate(meant):
        context.progress(number, len(meant), "assessing")
        done.append(context.step(study, partial(again, study)))
    return {"studies": done, "failed": sum(bool(one["failed"]) for one in done)}


def _own(context: JobContext, assessment: str) -> None:
    """Go on only with an assessment of the job's organisation (TH-STO-001)."""
    if context.platform.look(context.actor, assessments.of, assessment).organisation != context.job.organisation:
        raise not_found(assessments.KIND, assessment)
