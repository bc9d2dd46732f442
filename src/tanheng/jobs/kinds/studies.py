"""``report``: an assessment as a file to keep; ``re-evaluation``: studies of an organisation assessed again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import msgspec

from tanheng.jobs.context import JobContext
from tanheng.jobs.kinds.payloads import payload_as
from tanheng.jobs.registry import Lane, job
from tanheng.services.studies import assessments, reevaluating
from tanheng.services.studies.assessing import Order
from tanheng.storage.sql.work import not_found

REPORT, REEVALUATION = "report", "re-evaluation"


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


@job(REPORT, lane=Lane.LIGHT)
def report(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write the report, and keep it among the blobs."""
    wanted = payload_as(REPORT, payload, ReportPayload)
    found = context.platform.look(context.actor, assessments.of, wanted.assessment)
    if found.organisation != context.job.organisation:
        raise not_found(assessments.KIND, wanted.assessment)
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
