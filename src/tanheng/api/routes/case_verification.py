"""The verifier's work on a case up to the decision: dossier, sampling plan, computing again, statement, signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import FileResponse

from tanheng.api.casemodels import (
    CaseModel,
    CertificateModel,
    NewStatement,
    RecomputationModel,
    SampledLineModel,
    StatementModel,
)
from tanheng.api.files import attachment
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.cases import told
from tanheng.api.routes.jobs import JobModel, accepted
from tanheng.api.routing import Router
from tanheng.certification.model import Assurance
from tanheng.services.certification import issuing, verifying

router = Router(prefix="/v1/cases/{case}", tags=["certification"])
Id = Annotated[str, Path(max_length=36)]
Materiality = Annotated[float | None, Query(ge=0.0001, lt=1, description="As the scheme has it by default.")]


@router.get(
    "/dossier",
    response_class=FileResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
def get_dossier(case: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:
    """The frozen assessment of a case, with study and findings, as tanheng recompute reads it."""
    assessment, blob = platform.look(actor, verifying.frozen, case)
    name = f"assessment-{assessment}.json"
    return FileResponse(platform.blobs.file(blob), media_type="application/json", headers=attachment(name))


@router.get("/sampling-plan")
def get_sampling_plan(
    case: Id,
    platform: PlatformNeed,
    actor: ActorNeed,
    assurance: Assurance = Assurance.REASONABLE,
    materiality: Materiality = None,
) -> list[SampledLineModel]:
    """The lines whose evidence is to be looked at; for the applicant once the footprint is verified."""
    found = verifying.sampling_plan(platform, actor, case, assurance=assurance, materiality=materiality)
    return [SampledLineModel.model_validate(one) for one in found]


@router.post("/recomputations", status_code=202)
def start_case_recomputation(
    case: Id, request: Request, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> JobModel:
    """Have the assessment computed again, for the verifier; the result of the job is the recomputation."""
    return accepted(platform.do(actor, verifying.start_recomputing, case), request, response)


@router.get("/recomputations")
def list_recomputations(
    case: Id, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed
) -> PageModel[RecomputationModel]:
    """When the assessment was computed again, and whether it was the same, the newest first."""
    return PageModel[RecomputationModel].model_validate(platform.look(actor, verifying.recomputations, case, paging))


@router.post("/statement", status_code=201)
def state_case(case: Id, sent: NewStatement, platform: PlatformNeed, actor: ActorNeed) -> StatementModel:
    """State what was found, for the verifier; it takes the place of the statement before, with its signatures."""
    return StatementModel.model_validate(platform.do(actor, verifying.state, case, **sent.model_dump()))


@router.get("/statement")
def get_statement(case: Id, platform: PlatformNeed, actor: ActorNeed) -> StatementModel:
    """The statement that counts, with those who signed it."""
    return StatementModel.model_validate(platform.look(actor, verifying.known_statement, case))


@router.post("/signatures")
def sign_case(
    case: Id, response: Response, platform: PlatformNeed, actor: ActorNeed, expected: ExpectedNeed
) -> CaseModel:
    """Take the step “sign”: put your name to the statement; needs the ETag of the case that you saw, in If-Match."""
    return told(response, platform.do(actor, verifying.sign, case, expected=expected))


@router.post("/certificate", status_code=201)
def certify_case(
    case: Id, response: Response, platform: PlatformNeed, actor: ActorNeed, expected: ExpectedNeed
) -> CertificateModel:
    """Take the step “certify”: issue the certificate; needs the ETag of the case that you saw, in If-Match."""
    made = issuing.certify(platform, actor, case, expected=expected)
    tag(response, made.version)
    response.headers["Location"] = f"/v1/certificates/{made.number}"
    return CertificateModel.model_validate(made)
