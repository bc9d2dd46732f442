"""The public register: searched and read by anybody; corrected by the body that certified."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import AwareDatetime, Field, StringConstraints

from tanheng.api.files import NO_NUL, SOME_FILE, Form, table_file
from tanheng.api.models import Names, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, ExpectedNeed, PagingNeed, PlatformNeed, tag
from tanheng.api.routing import Router
from tanheng.services.certification import correcting
from tanheng.services.registry import finding, listing, products
from tanheng.services.registry.model import Filters, Order

router = Router(prefix="/v1/register", tags=["register"])
Word = Annotated[str, Query(max_length=200, pattern=NO_NUL)]
Number = Annotated[str, Path(max_length=40, pattern=NO_NUL, description="Of the certificate.")]
State = Literal["valid", "suspended", "withdrawn", "cancelled", "expired", "replaced"]
Value = Annotated[float | None, Query(ge=-1e300, le=1e300)]
Code = Annotated[str, StringConstraints(max_length=64)]
FOR_NOW = "public, max-age=10"


class RegisterEntryModel(Told):
    """A certificate in the register."""

    number: str
    names: Names = Field(description="Of the product.")
    maker: Names
    holder: str = Field(description="Id of the organisation.")
    body: str = Field(description="Id of the certification body.")
    category: str = Field(description="Series of the rule pack.")
    geography: str
    boundary: str
    grade: str = Field(description="Class; empty where there is none.")
    value: float
    printed: str = Field(description="The value as the label tells it.")
    unit: str
    per: str = Field(description="Declared or functional unit.")
    state: State
    valid_from: date
    valid_until: date
    codes: dict[str, str] = Field(description="Of the product, by scheme.")


class RegisterPageModel(PageModel[RegisterEntryModel]):
    """Entries; “total” is counted up to a limit, “missing” are words that no entry holds."""

    total: int
    is_capped: bool = Field(description="Whether there are “at least” so many.")
    missing: list[str]
    facets: dict[str, dict[str, int]] = Field(
        description="How many by category, state and grade; empty where counting them would take long."
    )


class NamedModel(Told):
    """An organisation or a scheme."""

    id: str
    names: Names
    code: str


class ComparedModel(Told):
    """The classes that a product is compared in."""

    grade: str
    thresholds: str = Field(description="Id of the limits.")
    reference: str = Field(description="Of the limits: scheme@version#number.")
    classes: list[str] = Field(description="The best first.")
    limits: list[float] = Field(description="Between the classes, one less, in the unit of the certificate.")


class RegisteredStepModel(Told):
    """What became of a certificate."""

    id: str
    step: str
    before: str
    after: str
    reason: str
    at: AwareDatetime


class RegisteredDescriptionModel(Told):
    """How a product is described; what was not corrected is left out."""

    names: Names | None = None
    codes: dict[str, str] | None = None
    maker: Names | None = None
    geography: str | None = None


class CorrectionModel(Told):
    """What was corrected, for ever."""

    id: str
    before: RegisteredDescriptionModel
    after: RegisteredDescriptionModel
    reason: str
    credential: str = Field(description="SHA-256 of the credential that counted until then.")
    at: AwareDatetime


class RegisteredCertificateModel(RegisterEntryModel):
    """What a certificate says."""

    version: int
    rule_pack: str
    assurance: str
    deadline: date | None = Field(description="Last day of a suspension.")
    surveillance: date | None = Field(description="Day of the next look.")
    successor: str = Field(description="Number of what replaced it.")
    code: str = Field(description="Of its label.")
    credential: str = Field(description="SHA-256 of the signed credential.")
    created_at: AwareDatetime
    changed_at: AwareDatetime


class RegisteredProductModel(Told):
    """A product in the register, with all that became of its certificate, the newest first."""

    certificate: RegisteredCertificateModel
    counts: bool = Field(description="Whether the certificate counts today.")
    scheme: NamedModel
    body: NamedModel
    holder: NamedModel
    compared: ComparedModel | None = Field(description="Null where it has no class.")
    history: list[RegisteredStepModel]
    corrections: list[CorrectionModel]


class CorrectionSent(Sent):
    """A correction; what is left out stays as it is."""

    reason: str = Field(min_length=1, max_length=2000)
    names: Names | None = None
    codes: dict[Code, Code] | None = Field(default=None, max_length=20)
    maker: Names | None = None
    geography: str | None = Field(default=None, max_length=16)


def filters_of(
    category: Word = "",
    maker: Annotated[str, Query(max_length=200, pattern=NO_NUL, description="Id, code or name of the holder.")] = "",
    place: Annotated[
        str, Query(max_length=16, pattern=NO_NUL, description="The place and those in it: CN, CN-44.")
    ] = "",
    code: Annotated[str, Query(max_length=64, pattern=NO_NUL, description="Of the product, as a customs code.")] = "",
    grade: Annotated[str, Query(max_length=16, pattern=NO_NUL, description="Class.")] = "",
    state: Annotated[State | None, Query(description="Any where it is not told.")] = None,
    body: Annotated[str, Query(max_length=36, pattern=NO_NUL)] = "",
    scheme: Annotated[str, Query(max_length=64, pattern=NO_NUL, description="Its id, without a version.")] = "",
    boundary: Annotated[str, Query(max_length=32, pattern=NO_NUL)] = "",
    unit: Annotated[str, Query(max_length=80, pattern=NO_NUL, description="Of values; with “per”.")] = "",
    per: Annotated[str, Query(max_length=64, pattern=NO_NUL)] = "",
    least: Value = None,
    most: Value = None,
    valid_from_since: date | None = None,
    valid_from_until: date | None = None,
    valid_until_since: date | None = None,
    valid_until_until: date | None = None,
) -> Filters:
    """Conditions of a search; days are looked at by their months."""
    return Filters(
        category=category,
        maker=maker,
        place=place,
        code=code,
        grade=grade,
        state=state or "",
        body=body,
        scheme=scheme,
        boundary=boundary,
        unit=unit,
        per=per,
        least=least,
        most=most,
        begins=(valid_from_since, valid_from_until),
        ends=(valid_until_since, valid_until_until),
    )


FiltersNeed = Annotated[Filters, Depends(filters_of)]
WordsAsked = Annotated[
    str, Query(max_length=400, pattern=NO_NUL, description="Product, maker or number; either language.")
]
OrderAsked = Annotated[Order | None, Query(description="By relevance where there are words, else the newest first.")]


@router.get("")
def search_register(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    paging: PagingNeed,
    filters: FiltersNeed,
    q: WordsAsked = "",
    order: OrderAsked = None,
) -> RegisterPageModel:
    """Search the register, by anybody; days are looked at by their months."""
    response.headers["Cache-Control"] = FOR_NOW
    found = platform.look(actor, finding.find, q, filters=filters, order=order, paging=paging)
    return RegisterPageModel.model_validate(found)


@router.get("/table", response_class=Response, responses=SOME_FILE)
def take_table(
    platform: PlatformNeed,
    actor: ActorNeed,
    filters: FiltersNeed,
    q: WordsAsked = "",
    order: OrderAsked = None,
    form: Annotated[Form, Query(alias="format")] = "csv",
) -> Response:
    """The entries that a search finds as a file, the first 5,000 of them; all there are, are open data."""
    return table_file(platform.look(actor, listing.table, q, filters=filters, order=order), "register", form)


@router.get("/{number}")
def get_product(response: Response, platform: PlatformNeed, actor: ActorNeed, number: Number) -> RegisteredProductModel:
    """A product by the number of its certificate, whatever became of it."""
    found = platform.look(actor, products.of, number)
    tag(response, found.certificate.version)
    response.headers["Cache-Control"] = FOR_NOW
    return RegisteredProductModel.model_validate(found)


@router.post("/{number}/corrections", status_code=201)
def correct(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    number: Number,
    expected: ExpectedNeed,
    sent: CorrectionSent,
) -> RegisteredProductModel:
    """Correct how the product is described, never its footprint: once a verifier and a decider of the body ask for the same.

    Until the second has asked, the answer has the version that it had.
    """
    fields = sent.model_dump(exclude_none=True, exclude={"reason"})
    correcting.correct(platform, actor, number, expected=expected, reason=sent.reason, **fields)
    found = platform.look(actor, products.of, number)
    tag(response, found.certificate.version)
    return RegisteredProductModel.model_validate(found)
