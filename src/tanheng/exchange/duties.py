"""Regime watch (task C12 of the plan): what a product owes in a market by customs code and day, and what is missing for it.

Duties are dated data (``data/duties.csv``), each with its legal source. A law that is adopted may wait for a further act: then
the day is the earliest one, and what it waits for stands beside it. Duties that the table does not know are not therefore absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache

from tanheng import texts
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.lifetime import STAGES
from tanheng.exchange.supplement import Supplement
from tanheng.files import shipped_rows
from tanheng.footprint.assessment import Assessment
from tanheng.footprint.study import Boundary, Names


class State(StrEnum):
    """Of the law behind a duty; ``ADOPTED``: in force, while the duty begins later or waits for a further act."""

    IN_FORCE = "in-force"
    ADOPTED = "adopted"
    PLANNED = "planned"


class Standing(StrEnum):
    """Of a duty on a day."""

    APPLIES = "applies"
    AHEAD = "ahead"
    AWAITS = "awaits"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Law:
    """Where a duty stands. ``date``: of the act, or its year."""

    title: str
    number: str
    date: str
    url: str
    clause: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a duty needs and nothing at hand tells. ``id`` is a key of ``data/texts/duties.yaml`` below ``need``."""

    id: str

    def line(self, lang: str = "en") -> str:
        """What is missing, and where it is told."""
        catalogue = texts.catalogue("duties")
        return f"{catalogue[f'need.{self.id}'][lang]} → {catalogue[f'remedy.{self.id}'][lang]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty of a product in a market.

    Attributes:
        codes, without: prefixes of customs codes (digits) that it is of, and that are left out; ``*`` all.
        is_exact: whether the law goes by these codes; else they are ours, and kind or use of the product decide.
        first, last: days between which it holds, both inside; ``None`` where none is fixed.
        binding: ``mandatory`` or ``voluntary``. due: what is owed. awaits: what it waits for, beside the day.
        needs: what has to be known of the product. protocols: ids of protocols that tell it.
        standing: on the day that was asked for.
        is_certain: whether the code alone tells that the duty is of the product: the law goes by codes, and it is long enough.
        missing: of ``needs``, where a declaration was given.
    """

    id: str
    regime: str
    market: str
    codes: tuple[str, ...]
    without: tuple[str, ...]
    is_exact: bool
    names: Names
    due: Names
    awaits: Names
    state: State
    binding: str
    first: date | None
    last: date | None
    law: Law
    needs: tuple[str, ...]
    protocols: tuple[str, ...]
    standing: Standing = Standing.PLANNED
    is_certain: bool = True
    missing: tuple[Missing, ...] = field(default=())

    def line(self, lang: str = "en") -> str:
        """Name and standing."""
        told = {"first": str(self.first), "awaits": self.awaits.get(lang, "")}
        return f"{self.names[lang]}: {texts.text('duties', f'standing.{self.standing}', lang, **told)}"


@cache
def every() -> tuple[Duty, ...]:
    """All duties that are known, in the order of the table."""
    return tuple(map(_duty, shipped_rows("duties")))


def markets() -> tuple[str, ...]:
    """Markets that the table tells of."""
    return tuple(dict.fromkeys(duty.market for duty in every()))


def duties(
    codes: Mapping[str, str],
    market: str,
    day: date,
    *,
    told: Declaration | None = None,
    supplement: Supplement | None = None,
) -> tuple[Duty, ...]:
    """Duties of a product that apply, lie ahead, wait for an act or are planned; those that are over are left out.

    Args:
        codes: customs codes by system (``cn``, ``hs``); the longest counts. Without one, only duties of all products are told.
        market: ``EU``, ``CN``, ``GB``, or an ISO 3166-1 country of the Union.
        told: what is told of the product (:func:`outline`); then each duty names what is missing.

    Raises:
        ExchangeError: TH-EXC-901 a market that the table does not tell of, TH-EXC-902 a code that is none; faults of sections of
            the supplement.
    """
    where = _market(market)
    code = _code(codes)
    found = []
    for duty in every():
        if duty.market != where or (standing := _standing(duty, day)) is None:
            continue
        if (is_certain := _covers(duty, code)) is None:
            continue
        absent = tuple(missing(duty, told, supplement)) if told is not None else ()
        is_certain = is_certain and duty.is_exact
        found.append(replace(duty, standing=standing, is_certain=is_certain, missing=absent))
    order = list(Standing)
    return tuple(sorted(found, key=lambda one: (order.index(one.standing), one.first or date.max)))


def outline(assessment: Assessment, supplement: Supplement | None = None) -> Declaration:
    """What a result tells, also an incomplete one, which nobody may declare: for the watch, to say what is missing.

    Raises:
        ExchangeError: as of :func:`~tanheng.exchange.declaring.of_assessment`, but for TH-EXC-007.
    """
    return replace(of_assessment(replace(assessment, complete=True), supplement), complete=assessment.complete)


def missing(duty: Duty, told: Declaration, supplement: Supplement | None = None) -> Iterator[Missing]:
    """What a duty needs that neither the declaration nor its supplement tells."""
    given = supplement or Supplement()
    for need in duty.needs:
        if not _KNOWN[need](told, given):
            yield Missing(need)


def _standing(duty: Duty, day: date) -> Standing | None:
    if duty.last is not None and day > duty.last:
        return None
    if duty.state is State.PLANNED:
        return Standing.PLANNED
    if duty.first is not None and day < duty.first:
        return Standing.AHEAD
    return Standing.AWAITS if duty.awaits else Standing.APPLIES


def _covers(duty: Duty, code: str) -> bool | None:
    """Whether a duty is of a code: certainly, perhaps (``False``: the code is too short to tell), or not (``None``)."""
    if "*" in duty.codes:
        return True
    if not code or any(code.startswith(prefix) for prefix in duty.without):
        return None
    if any(code.startswith(prefix) for prefix in duty.codes):
        return not any(prefix.startswith(code) for prefix in duty.without)
    return False if any(prefix.startswith(code) for prefix in duty.codes) else None


def _market(told: str) -> str:
    asked = told.strip().upper()
    members = {row["member"] for row in shipped_rows("regions") if row["region"] == "EU"}
    found = "EU" if asked in members else asked
    if found not in markets():
        raise ExchangeError("TH-EXC-901", found=told[:20], known=", ".join(markets()))
    return found


def _code(codes: Mapping[str, str]) -> str:
    """The longest customs code, as digits; empty where there is none."""
    found = [_digits(system, codes[system]) for system in ("cn", "hs") if codes.get(system)]
    return max(found, key=len, default="")


def _digits(system: str, told: str) -> str:
    plain = told.replace(" ", "").replace(".", "")
    if not (plain.isdigit() and 2 <= len(plain) <= 10):
        raise ExchangeError("TH-EXC-902", found=told[:20], system=system)
    return plain


def _section(supplement: Supplement, name: str) -> Mapping[str, object]:
    """A section as it was written: of other protocols, whose types are not known here."""
    found = supplement.sections.get(name)
    return found if isinstance(found, Mapping) else {}


def _has(section: str, *fields: str) -> Callable[[Declaration, Supplement], bool]:
    return lambda _, given: all(_section(given, section).get(one) not in (None, "", [], {}) for one in fields)


_KNOWN: Mapping[str, Callable[[Declaration, Supplement], bool]] = {
    "total": lambda told, _: told.complete,
    "customs-code": lambda told, _: len(told.codes.get("cn", "").replace(" ", "").replace(".", "")) >= 8,
    "cbam-regime": lambda told, _: told.regime == "cbam",
    "installation": _has("cbam", "installation"),
    "verified": lambda told, _: told.verified is not None,
    "functional-unit": _has("battery", "basis", "capacity", "cycles", "years"),
    "four-stages": lambda told, _: all(told.stage(stage) is not None for stage in STAGES),
    "plant": _has("battery", "plant"),
    "study-link": _has("battery", "study"),
    "performance-class": _has("passport", "performance_class"),
    "product-id": lambda told, _: bool(told.ids or told.codes.get("gtin")),
    "gate": lambda told, _: told.boundary in (Boundary.CRADLE_TO_GATE, Boundary.CRADLE_TO_GRAVE),
    "grave": lambda told, _: told.boundary is Boundary.CRADLE_TO_GRAVE,
    "origins": lambda told, _: told.is_split,
    "rules": lambda told, _: bool(told.rules),
}
"""Whether what a duty needs is known, by need."""


def needs() -> Iterable[str]:
    """Every need that a duty may have."""
    return _KNOWN.keys()


def _duty(row: Mapping[str, str]) -> Duty:
    def names(key: str) -> dict[str, str]:
        return {lang: row[f"{key}_{lang}"] for lang in texts.LANGUAGES if row[f"{key}_{lang}"]}

    def several(key: str) -> tuple[str, ...]:
        return tuple(filter(None, row[key].split("|")))

    return Duty(
        id=row["id"],
        regime=row["regime"],
        market=row["market"],
        codes=several("codes"),
        without=several("without"),
        is_exact=row["scope"] == "codes",
        names=names("title"),
        due=names("due"),
        awaits=names("awaits"),
        state=State(row["state"]),
        binding=row["binding"],
        first=date.fromisoformat(row["first"]) if row["first"] else None,
        last=date.fromisoformat(row["last"]) if row["last"] else None,
        law=Law(row["law"], row["number"], row["date"], row["url"], row["clause"]),
        needs=several("needs"),
        protocols=several("protocols"),
    )
