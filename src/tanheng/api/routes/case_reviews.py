"""The reviewer's room: comments on fields of a case, and its files."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Response
from fastapi.responses import FileResponse

from tanheng.api.casemodels import Answer, CaseCommentModel, CaseFileModel, NewCaseComment, Reply, ReplyModel
from tanheng.api.files import ANY, SOME_FILE, attachment, sends, upload
from tanheng.api.models import PageModel
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routes.evidence import EvidenceModel, media_type_of
from tanheng.api.routing import Router
from tanheng.certification.model import CommentState
from tanheng.services.certification import files, reviewing
from tanheng.services.studies.evidence import LONGEST

router = Router(prefix="/v1/cases/{case}", tags=["certification"])
Id = Annotated[str, Path(max_length=36)]
Kind = Annotated[str, Query(max_length=32, description="As the scheme names it; surveillance-report …")]


@router.post("/comments", status_code=201)
def comment_case(
    case: Id, sent: NewCaseComment, response: Response, platform: PlatformNeed, actor: ActorNeed
) -> CaseCommentModel:
    """Comment on a field of the dossier, or on the whole; for people of the team."""
    return _told(response, platform.do(actor, reviewing.comment, case, **sent.model_dump()))


@router.get("/comments")
def list_case_comments(
    case: Id,
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    state: CommentState | None = None,
) -> PageModel[CaseCommentModel]:
    """The comments of a case, the newest first."""
    return PageModel[CaseCommentModel].model_validate(
        platform.look(actor, reviewing.comments, case, paging, state=state)
    )


@router.get("/comments/{id}")
def get_case_comment(
    case: Id,
    id: Id,  # noqa: A002
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> CaseCommentModel:
    """A comment."""
    return _told(response, platform.look(actor, reviewing.of, case, id))


@router.get("/comments/{id}/replies")
def list_replies(
    case: Id,
    id: Id,  # noqa: A002
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
) -> PageModel[ReplyModel]:
    """What was said to a comment, the newest first; the first of all is the comment itself."""
    return PageModel[ReplyModel].model_validate(platform.look(actor, reviewing.replies, case, id, paging))


@router.post("/comments/{id}/answer")
def answer_comment(
    case: Id,
    id: Id,  # noqa: A002
    sent: Answer,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CaseCommentModel:
    """Answer a comment, for the applicant; needs the ETag of the comment that you saw, in If-Match."""
    return _told(response, platform.do(actor, reviewing.answer, case, id, text=sent.text, expected=expected))


@router.post("/comments/{id}/replies")
def reply_to_comment(
    case: Id,
    id: Id,  # noqa: A002
    sent: Reply,
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    expected: ExpectedNeed,
) -> CaseCommentModel:
    """Say more to a comment, close it or ask again, for the team; needs the ETag of the comment, in If-Match."""
    made = platform.do(actor, reviewing.reply, case, id, text=sent.text, state=sent.state, expected=expected)
    return _told(response, made)


def _may_add(case: Id, kind: Kind, platform: PlatformNeed, actor: ActorNeed) -> None:
    platform.look(actor, files.check, case, kind)


@router.post("/files", status_code=201, openapi_extra=sends(ANY))
def add_case_file(
    case: Id,
    kind: Kind,
    name: Annotated[str, Query(min_length=1, max_length=LONGEST)],
    sent: Annotated[FilePath, Depends(upload(_may_add))],
    platform: PlatformNeed,
    actor: ActorNeed,
    content_type: Annotated[str, Header(include_in_schema=False)] = ANY,
) -> CaseFileModel:
    """Put a file into a case; the body is the file. Reports are the team's, everything else the applicant's."""
    given = {"kind": kind, "name": name, "media_type": media_type_of(content_type)}
    return CaseFileModel.model_validate(files.add(platform, actor, case, sent, **given))


@router.get("/files")
def list_case_files(
    case: Id, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed, kind: Kind = ""
) -> PageModel[CaseFileModel]:
    """The files of a case, the newest first."""
    return PageModel[CaseFileModel].model_validate(platform.look(actor, files.listed, case, paging, kind=kind))


@router.get("/files/{id}", response_class=FileResponse, responses=SOME_FILE)
def get_case_file(case: Id, id: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:  # noqa: A002
    """A file of a case, to keep."""
    found = platform.look(actor, files.of, case, id)
    return FileResponse(platform.blobs.file(found.digest), media_type=found.media_type, headers=attachment(found.name))


@router.get("/evidence")
def list_case_evidence(
    case: Id, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed
) -> PageModel[EvidenceModel]:
    """The files beside the study of a case, which its lines name, the newest first."""
    return PageModel[EvidenceModel].model_validate(platform.look(actor, files.evidence, case, paging))


@router.get("/evidence/{id}", response_class=FileResponse, responses=SOME_FILE)
def get_case_evidence(case: Id, id: Id, platform: PlatformNeed, actor: ActorNeed) -> FileResponse:  # noqa: A002
    """A file beside the study of a case, to keep."""
    found = platform.look(actor, files.evidence_of, case, id)
    return FileResponse(platform.blobs.file(found.digest), media_type=found.media_type, headers=attachment(found.name))


def _told(response: Response, comment: reviewing.Comment) -> CaseCommentModel:
    tag(response, comment.version)
    return CaseCommentModel.model_validate(comment)
