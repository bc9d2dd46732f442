"""What steps need: a function for each word of the table, which tells what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

from tanheng.certification.model import (
    FUNCTIONS,
    Case,
    Certificate,
    CommentState,
    Qualification,
    SiteInspection,
    Weight,
)
from tanheng.certification.procedure import Machine, Party, Step
from tanheng.errors import CertificationError, Fault

F = TypeVar("F", bound=Callable[[Any], Iterator[Fault]])
_NEEDS: dict[tuple[Machine, str], Callable[[Any], Iterator[Fault]]] = {}


def lacking(step: Step, thing: Case | Certificate) -> tuple[Fault, ...]:
    """Everything that a step lacks, at once."""
    return tuple(fault for name in step.needs for fault in _NEEDS[step.machine, name](thing))


def require(step: Step, thing: Case | Certificate) -> None:
    """Go on only where nothing is lacking.

    Raises:
        CertificationError: every fault at once.
    """
    if faults := lacking(step, thing):
        raise CertificationError.of(faults)


def words(machine: Machine) -> frozenset[str]:
    """The words that there are."""
    return frozenset(name for of, name in _NEEDS if of is machine)


def need(name: str, *machines: Machine) -> Callable[[F], F]:
    """Let a function stand for a word of the table; of steps of a case, where nothing else is said."""

    def register(function: F) -> F:
        for machine in machines or (Machine.CASE,):
            _NEEDS[machine, name] = function
        return function

    return register


def series(reference: str) -> str:
    """The series of a rule pack: ``cn-cement@1`` of ``cn-cement@1.4.0``."""
    name, _, version = reference.partition("@")
    return f"{name}@{version.partition('.')[0]}"


@need("dossier")
def _dossier(case: Case) -> Iterator[Fault]:
    if not case.digest:
        yield Fault("TH-CER-010", "assessment")
    if case.superseded:
        yield Fault("TH-CER-130", "assessment")
    if case.findings:
        yield Fault("TH-CER-011", "assessment", {"count": case.findings})
    if case.scheme.rule_packs and case.digest and series(case.rule_pack) not in case.scheme.rule_packs:
        told = {"rule_pack": case.rule_pack, "known": ", ".join(case.scheme.rule_packs)}
        yield Fault("TH-CER-012", "assessment", told)
    if case.scheme.boundaries and case.digest and case.boundary not in case.scheme.boundaries:
        told = {"boundary": case.boundary, "known": ", ".join(case.scheme.boundaries)}
        yield Fault("TH-CER-013", "assessment", told)
    for kind in case.scheme.evidence:
        if kind not in case.evidence:
            yield Fault("TH-CER-014", "evidence", {"kind": kind})


@need("in-scope")
def _in_scope(case: Case) -> Iterator[Fault]:
    if case.scope is None or (case.scope and series(case.rule_pack) not in case.scope):
        known = ", ".join(sorted(case.scope or ())) or "–"
        yield Fault("TH-CER-015", "body", {"rule_pack": case.rule_pack, "known": known})


@need("impartial-body")
def _impartial_body(case: Case) -> Iterator[Fault]:
    if case.applicant == case.body or case.applicant in case.ties:
        yield Fault("TH-CER-016", "body")


@need("reason", *Machine)
def _reason(case: Case | Certificate) -> Iterator[Fault]:
    if not case.reason.strip():
        yield Fault("TH-CER-017", "reason")


@need("overdue", *Machine)
def _overdue(case: Case | Certificate) -> Iterator[Fault]:
    if case.deadline is None or case.today <= case.deadline:
        yield Fault("TH-CER-018", "deadline", {"day": case.deadline.isoformat() if case.deadline else "–"})


@need("team")
def _team(case: Case) -> Iterator[Fault]:
    wanted = [one for one in FUNCTIONS if one is not Party.INSPECTOR or case.scheme.site is not SiteInspection.NONE]
    for function in wanted:
        if not case.people(function):
            yield Fault("TH-CER-020", "team", {"function": function.value})


@need("competent")
def _competent(case: Case) -> Iterator[Fault]:
    for number, member in enumerate(case.team):
        for function in sorted(member.functions):
            if not is_qualified(member.qualifications, function, series(case.rule_pack), case.today):
                told = {"person": member.person, "function": function.value, "rule_pack": case.rule_pack}
                yield Fault("TH-CER-021", f"team[{number}]", told)


@need("impartial")
def _impartial(case: Case) -> Iterator[Fault]:
    for number, member in enumerate(case.team):
        if case.applicant in member.ties:
            yield Fault("TH-CER-022", f"team[{number}]", {"person": member.person})
        elif not member.declared:
            yield Fault("TH-CER-023", f"team[{number}]", {"person": member.person})


@need("separated")
def _separated(case: Case) -> Iterator[Fault]:
    deciders = case.people(Party.DECIDER)
    others = {person for function in FUNCTIONS if function is not Party.DECIDER for person in case.people(function)}
    for person in sorted(deciders & others):
        yield Fault("TH-CER-024", "team", {"person": person})


@need("settled")
def _settled(case: Case) -> Iterator[Fault]:
    for comment in case.comments:
        if comment.weight is Weight.MAJOR and comment.state is not CommentState.CLOSED:
            yield Fault("TH-CER-030", comment.path, {"comment": comment.id})


@need("open-comment")
def _open_comment(case: Case) -> Iterator[Fault]:
    if not any(comment.state is CommentState.OPEN for comment in case.comments):
        yield Fault("TH-CER-031", "comments")


@need("answered")
def _answered(case: Case) -> Iterator[Fault]:
    for comment in case.comments:
        if comment.state is CommentState.OPEN:
            yield Fault("TH-CER-032", comment.path, {"comment": comment.id})


@need("site")
def _site(case: Case) -> Iterator[Fault]:
    if case.scheme.site is SiteInspection.NONE:
        yield Fault("TH-CER-033", "scheme")


@need("no-site")
def _no_site(case: Case) -> Iterator[Fault]:
    if case.scheme.site is SiteInspection.REQUIRED:
        yield Fault("TH-CER-034", "scheme")


@need("inspection-report")
def _inspection_report(case: Case) -> Iterator[Fault]:
    if not case.has_inspection_report:
        yield Fault("TH-CER-035", "inspection")


@need("recomputed")
def _recomputed(case: Case) -> Iterator[Fault]:
    if not case.recomputed:
        yield Fault("TH-CER-036", "assessment")
    elif case.recomputed != case.digest:
        yield Fault("TH-CER-037", "assessment", {"found": case.recomputed, "digest": case.digest})


@need("statement")
def _statement(case: Case) -> Iterator[Fault]:
    if case.statement is None:
        yield Fault("TH-CER-038", "statement")
    elif case.statement.assurance not in case.scheme.assurance:
        known_levels = ", ".join(case.scheme.assurance)
        yield Fault("TH-CER-039", "statement", {"assurance": case.statement.assurance.value, "known": known_levels})


@need("within-materiality")
def _within_materiality(case: Case) -> Iterator[Fault]:
    if case.statement is not None and not case.statement.misstatement <= case.scheme.materiality:
        told = {"found": f"{case.statement.misstatement:.1%}", "limit": f"{case.scheme.materiality:.1%}"}
        yield Fault("TH-CER-040", "statement", told)


@need("signed")
def _signed(case: Case) -> Iterator[Fault]:
    entitled = case.people(Party.VERIFIER) | case.people(Party.DECIDER)
    count = len(case.signed & entitled)
    if count < case.scheme.signatures:
        yield Fault("TH-CER-041", "signatures", {"count": count, "least": case.scheme.signatures})
    if not case.signed & case.people(Party.DECIDER):
        yield Fault("TH-CER-042", "signatures")
    if not case.signed & case.people(Party.VERIFIER):
        yield Fault("TH-CER-131", "signatures")


@need("alone")
def _alone(case: Case) -> Iterator[Fault]:
    for number in case.others:
        yield Fault("TH-CER-132", "study", {"number": number})


@need("past-validity", Machine.CERTIFICATE)
def _past_validity(certificate: Certificate) -> Iterator[Fault]:
    if certificate.today <= certificate.valid_until:
        yield Fault("TH-CER-050", "valid_until", {"day": certificate.valid_until.isoformat()})


@need("within-validity", Machine.CERTIFICATE)
def _within_validity(certificate: Certificate) -> Iterator[Fault]:
    if certificate.today > certificate.valid_until:
        yield Fault("TH-CER-133", "valid_until", {"day": certificate.valid_until.isoformat()})


@need("successor", Machine.CERTIFICATE)
def _successor(certificate: Certificate) -> Iterator[Fault]:
    if not certificate.successor:
        yield Fault("TH-CER-051", "successor")


@need("unordered", *Machine)
def _unordered(thing: Case | Certificate) -> Iterator[Fault]:
    if thing.is_ordered:
        yield Fault("TH-CER-160", "state")


@need("ordered", Machine.CERTIFICATE)
def _ordered(certificate: Certificate) -> Iterator[Fault]:
    if not certificate.is_ordered:
        yield Fault("TH-CER-161", "state")


@need("surveillance-report", Machine.CERTIFICATE)
def _surveillance_report(certificate: Certificate) -> Iterator[Fault]:
    if not certificate.has_surveillance_report:
        yield Fault("TH-CER-052", "surveillance")


def is_qualified(held: Iterable[Qualification], function: Party, rule_pack: str, today: date) -> bool:
    """Whether one of these qualifications is of a function and of the series of a rule pack, on a day."""
    return any(
        function in one.functions
        and (not one.rule_packs or rule_pack in one.rule_packs)
        and (one.until is None or today <= one.until)
        for one in held
    )
