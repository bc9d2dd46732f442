"""What a supplier fills in, who has the link of a request and no account: form or file, comments of the buyer, thanks.

The address holds the secret, so the page names it to nobody: no referrer, nothing kept, no address of elsewhere on it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import Path as InPath
from fastapi import Request, Response
from pydantic import ValidationError

from tanheng.accounts import ANONYMOUS
from tanheng.api import errors
from tanheng.api.routes.evidence import media_type_of
from tanheng.api.routes.supplier_answers import MOST, Form
from tanheng.errors import Fault, SupplierError, TanhengError
from tanheng.files import shipped_rows
from tanheng.inventory.quality import INDICATORS
from tanheng.services.suppliers import answering
from tanheng.services.suppliers.answering import Asked
from tanheng.suppliers import Answer, Basis, RequestState
from tanheng.suppliers.answer import BOUNDARIES, REVIEWS
from tanheng.web.forms import Sent, received
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to
from tanheng.web.visitors import SenderNeed, Visitor

router = pages()
Secret = Annotated[str, InPath(max_length=120)]
Done = Literal["", "answer", "computed", "file", "refusal"]
SETS = ("AR6 GWP100", "AR5 GWP100", "AR4 GWP100")
_UNSAID = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_OPEN = (RequestState.OPEN, RequestState.RETURNED)
_TEXTS = ("maker", "per", "gwp", "boundary", "geography", "standard", "review", "reviewer", "note")
_NAMES = ("names.zh", "names.en")
_NUMBERS = ("value", "year", "primary_share")
_FIELDS = (*_NAMES, *_TEXTS, *_NUMBERS, *(f"quality.{one}" for one in INDICATORS), "valid_until")
_WANTED = {"value": "1.23", "year": "2025", "primary_share": "0 – 100", "valid_until": "2027-12-31"}


@router.get("/answers/{secret}")
def ask(secret: Secret, visitor: SenderNeed, done: Done = "") -> Response:
    """What is asked, and where to answer; thanks, where that was done."""
    try:
        asked = visitor.platform.look(ANONYMOUS, answering.asked, secret)
    except SupplierError as error:
        return _over(visitor, error)
    return _page(visitor, asked, _given(asked), done=done)


@router.post("/answers/{secret}")
async def answer(secret: Secret, request: Request, visitor: SenderNeed) -> Response:
    """A footprint that was typed in."""
    return await _done(request, visitor, secret, "answer", _answer)


@router.post("/answers/{secret}/computed")
async def compute(secret: Secret, request: Request, visitor: SenderNeed) -> Response:
    """A footprint that is computed from a file, which is not kept."""
    return await _done(request, visitor, secret, "computed", _compute)


@router.post("/answers/{secret}/file")
async def add_file(secret: Secret, request: Request, visitor: SenderNeed) -> Response:
    """A file beside the answer, for the buyer to read."""
    return await _done(request, visitor, secret, "file", _add)


@router.post("/answers/{secret}/refusal")
async def refuse(secret: Secret, request: Request, visitor: SenderNeed) -> Response:
    """No footprint is given."""
    return await _done(request, visitor, secret, "refusal", _refuse)


async def _done(
    request: Request, visitor: Visitor, secret: str, what: Done, do: Callable[[Visitor, str, Sent], object]
) -> Response:
    """Do it, and thank; what is wrong is told on the page. Whoever knows the secret may send the form from anywhere."""
    async with received(request, MOST) as sent:
        return await to_thread.run_sync(_carried_out, visitor, secret, what, do, sent)


def _carried_out(
    visitor: Visitor, secret: str, what: Done, do: Callable[[Visitor, str, Sent], object], sent: Sent
) -> Response:
    try:
        do(visitor, secret, sent)
    except TanhengError as error:
        try:
            asked = visitor.platform.look(ANONYMOUS, answering.asked, secret)
        except SupplierError as none:
            return _over(visitor, none)
        given = {name: sent.fields.get(name, "") for name in _FIELDS} if what == "answer" else _given(asked)
        status = errors.status_of(error)
        return _page(visitor, asked, given, status=status, faults=error.faults, wrong=what, reason=sent.fields)
    response = to(visitor, f"/answers/{secret}", done=what, lang=visitor.request.query_params.get("lang", ""))
    response.headers.update(_UNSAID)
    return response


def _answer(visitor: Visitor, secret: str, sent: Sent) -> None:
    told = {name: sent.fields.get(name, "").strip() for name in _FIELDS}
    values: dict[str, Any] = {name: told[name] for name in (*_TEXTS, "value", "year") if told[name]}
    values["names"] = {lang: told[f"names.{lang}"] for lang in ("zh", "en") if told[f"names.{lang}"]}
    values["quality"] = {one: told[f"quality.{one}"] for one in INDICATORS if told[f"quality.{one}"]}
    values["valid_until"] = told["valid_until"] or None
    if told["primary_share"]:
        values["primary_share"] = _share(told["primary_share"])
    try:
        form = Form.model_validate(values)
    except ValidationError as error:
        wrong = [".".join(map(str, one["loc"])) for one in error.errors()]
        raise SupplierError.of(
            Fault("TH-SUP-003", name, {"wanted": _WANTED.get(name, "…")}) for name in dict.fromkeys(wrong)
        ) from error
    given = form.model_dump() | {"names": form.names.model_dump(exclude_none=True)}
    visitor.platform.do(ANONYMOUS, answering.answer, secret, Answer(basis=Basis.FORM, **given))


def _share(text: str) -> float | str:
    """A share of a whole, from per cent; what is no number stays, and is refused."""
    try:
        return float(text.removesuffix("%").strip()) / 100
    except ValueError:
        return text


def _compute(visitor: Visitor, secret: str, sent: Sent) -> None:
    basis = Basis.STUDY if sent.fields.get("kind") == "study" else Basis.ASSESSMENT
    review = sent.fields.get("review", "")
    more = {
        "review": review if review in REVIEWS else "none",
        "reviewer": sent.fields.get("reviewer", "").strip()[:200],
        "note": sent.fields.get("note", "").strip()[:2000],
    }
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(sent.content)
        answering.answer_with_file(visitor.platform, ANONYMOUS, secret, path, basis=basis, more=more)


def _add(visitor: Visitor, secret: str, sent: Sent) -> None:
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(sent.content)
        told = {"name": sent.name[: answering.LONGEST], "media_type": media_type_of(sent.media_type)}
        answering.add_file(visitor.platform, ANONYMOUS, secret, path, **told)


def _refuse(visitor: Visitor, secret: str, sent: Sent) -> None:
    reason = sent.fields.get("reason", "").replace("\0", "")[:2000]
    visitor.platform.do(ANONYMOUS, answering.refuse, secret, reason=reason)


def _given(asked: Asked) -> dict[str, str]:
    """What stands in the form: the answer that came back, else what is asked."""
    given = dict.fromkeys(_FIELDS, "")
    given |= {"per": asked.per, "maker": asked.supplier, "geography": "CN", "gwp": SETS[0], "review": "none"}
    given |= {"boundary": BOUNDARIES[0], **{f"names.{lang}": asked.names.get(lang) or "" for lang in ("zh", "en")}}
    if asked.answer is None:
        return given
    was = asked.answer.answer
    given |= {name: str(getattr(was, name)) for name in (*_TEXTS, "year")}
    given |= {f"names.{lang}": was.names.get(lang) or "" for lang in ("zh", "en")}
    given |= {f"quality.{one}": f"{score:g}" for one, score in was.quality.items()}
    given |= {"value": repr(was.value), "valid_until": was.valid_until.isoformat() if was.valid_until else ""}
    given["primary_share"] = f"{was.primary_share * 100:g}" if was.primary_share is not None else ""
    return given


def _over(visitor: Visitor, error: SupplierError) -> Response:
    found = errors.told(visitor.request, error.faults)
    return page(visitor, "answers/over.html.j2", errors.status_of(error), further=_UNSAID, found=found)


def _page(
    visitor: Visitor,
    asked: Asked,
    given: Mapping[str, str],
    *,
    status: int = 200,
    done: Done = "",
    faults: tuple[Fault, ...] = (),
    wrong: Done = "",
    reason: Mapping[str, str] | None = None,
) -> Response:
    told = errors.told(visitor.request, faults)
    beside = {one.place: one for one in told if one.place in _COMMENTED and wrong == "answer"}
    comments = {one.field: one.text for one in asked.returned.comments} if asked.returned else {}
    return page(
        visitor,
        "answers/answer.html.j2",
        status,
        further=_UNSAID,
        asked=asked,
        given=given,
        done=done,
        wrong=wrong,
        faults=[one for one in told if one.place not in beside],
        beside=beside,
        comments={name: text for name, text in comments.items() if name in _COMMENTED},
        further_comments={name: text for name, text in comments.items() if name not in _COMMENTED},
        is_open=asked.state in _OPEN,
        takes_files=asked.state in (*_OPEN, RequestState.ANSWERED),
        places=_places(),
        sets=SETS,
        boundaries=BOUNDARIES,
        reviews=REVIEWS,
        indicators=INDICATORS,
        reason=(reason or {}).get("reason", ""),
        most_files=answering.MOST_FILES,
    )


_COMMENTED = frozenset({*_FIELDS, "names", "quality"})


def _places() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Codes of places with their names: those in China first."""
    rows = [(row["code"], {"en": row["name_en"], "zh": row["name_zh"]}) for row in shipped_rows("geographies")]
    return {
        "china": [one for one in rows if one[0].partition("-")[0] == "CN"],
        "world": [one for one in rows if one[0].partition("-")[0] != "CN"],
    }
