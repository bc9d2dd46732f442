"""Many products checked at once: valid on a day, within a value or a class?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field, StringConstraints

from tanheng.api.files import NO_NUL, body, sends
from tanheng.api.models import Names, Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.disclosures import DisclosureModel
from tanheng.api.routes.register import Value
from tanheng.api.routing import Router
from tanheng.registry.checking import Limits, Verdict
from tanheng.services.registry import checking, disclosing
from tanheng.services.registry.checking import MOST, Checked, Line

router = Router(prefix="/v1/register/checks", tags=["register"])
Short = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Grade = Annotated[str, StringConstraints(max_length=16, pattern=NO_NUL)]
Limit = Annotated[float | None, Field(ge=-1e300, le=1e300)]


class LineSent(Sent):
    """A line: the number of a certificate, or a code of the product with its maker."""

    number: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    code: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""
    maker: Short = Field(default="", description="Id or code of the organisation.")
    max_value: Limit = None
    max_class: Grade = ""


class ChecksSent(Sent):
    """A list, and what its products must be."""

    lines: list[LineSent] = Field(max_length=MOST)
    on: date | None = Field(default=None, description="The day; today without.")
    max_value: Limit = Field(default=None, description="With “unit” and “per”.")
    unit: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""
    per: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""
    max_class: Grade = Field(default="", description="The worst class that passes: A before B, 1 before 2.")
    disclose: bool = Field(
        default=False, description="Tell what your organisation has consents for, too; then of 200 lines at most."
    )


class CheckedModel(Told):
    """What the register says of a line."""

    line: int = Field(description="From 1 on.")
    passed: bool
    verdict: Verdict = Field(description="Why.")
    number: str = Field(description="Of the certificate; empty where there is none.")
    holder: str
    names: Names | None
    state: str = Field(description="On the day.")
    valid_from: date | None
    valid_until: date | None
    value: float | None
    printed: str
    unit: str
    per: str
    grade: str
    disclosed: DisclosureModel | None = Field(default=None, description="The partner view, where there is a consent.")


class ChecksModel(Told):
    """All lines in their order, and how many pass."""

    on: date
    passed: int
    items: list[CheckedModel]


async def _anybody() -> None:
    """Whoever asks may send a list."""


@router.post("")
def check_list(platform: PlatformNeed, actor: ActorNeed, sent: ChecksSent) -> ChecksModel:
    """Check up to 10,000 products; for anybody."""
    limits = Limits(value=sent.max_value, unit=sent.unit, per=sent.per, grade=sent.max_class)
    lines = [Line(**line.model_dump()) for line in sent.lines]
    on = sent.on or platform.today()
    if sent.disclose:
        checking.check_disclosed(lines)
    told = _told(on, platform.look(actor, checking.check, lines, limits, on=on))
    if sent.disclose:
        found = disclosing.under_consents(platform, actor, [one.number for one in told.items if one.number])
        for one in told.items:
            one.disclosed = DisclosureModel.model_validate(found[one.number]) if one.number in found else None
    return told


@router.post("/table", openapi_extra=sends("text/csv"))
def check_table(
    platform: PlatformNeed,
    actor: ActorNeed,
    sent: Annotated[bytes, Depends(body(_anybody))],
    on: date | None = None,
    max_value: Value = None,
    unit: Annotated[str, Query(max_length=80, pattern=NO_NUL)] = "",
    per: Annotated[str, Query(max_length=64, pattern=NO_NUL)] = "",
    max_class: Annotated[str, Query(max_length=16, pattern=NO_NUL)] = "",
) -> ChecksModel:
    """The same for a CSV file: number, or code and maker; max_value and max_class where a line has its own."""
    limits = Limits(value=max_value, unit=unit, per=per, grade=max_class)
    day = on or platform.today()
    return _told(day, platform.look(actor, checking.check, checking.read_lines(sent), limits, on=day))


def _told(on: date, checked: tuple[Checked, ...]) -> ChecksModel:
    items = [CheckedModel.model_validate(one) for one in checked]
    return ChecksModel(on=on, passed=sum(one.passed for one in checked), items=items)
