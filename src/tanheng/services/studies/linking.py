"""Links of a study: what is missing, candidates with their reasons, and what people choose of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tanheng.accounts import Actor
from tanheng.errors import AssessmentError, Fault, StoreError, TanhengError
from tanheng.factors.model import Release
from tanheng.footprint import Study as Model
from tanheng.footprint.canonical import plain
from tanheng.footprint.matching import ACCEPT, LineMatch, keys_of, lines_to_match, match_study
from tanheng.footprint.matching import remember as keep
from tanheng.footprint.matching.choosing import check_link, line_index
from tanheng.footprint.matching.filling import with_links
from tanheng.footprint.matching.model import Candidate
from tanheng.footprint.missing import Missing
from tanheng.footprint.missing import missing as find_missing
from tanheng.footprint.ports import Choice
from tanheng.footprint.reading import study_document, study_from_document
from tanheng.services.databases.backgrounds import Shelf, shelf_of
from tanheng.services.factors import releases, shelf
from tanheng.services.factors.releases import Opened
from tanheng.services.recognition import recognitions
from tanheng.services.rulepacks.rulepacks import files_of, laid_out
from tanheng.services.studies import choices, studies
from tanheng.services.studies.files import MOST_FAULTS
from tanheng.services.studies.intake import check_alone
from tanheng.services.studies.studies import Study, StudyVersion
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work


@dataclass(frozen=True, slots=True)
class Asked:
    """What candidates are wanted for.

    Attributes:
        lines: numbers or ids; those that still need a link where there are none. first, limit: which of them.
        databases: names of those to search, besides the factors. accept: least score that may be taken unasked.
    """

    lines: Sequence[str] = ()
    databases: Sequence[str] = ()
    accept: float = ACCEPT
    first: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Proposals:
    """Candidates.

    Attributes:
        lines: how many are asked for in all. next: number of the first that is left; ``None`` at the end.
        recognised: id of the recognition of a candidate's source, by its link, where a regulator recognises it for its place.
    """

    matches: tuple[LineMatch, ...]
    lines: int
    next: int | None
    recognised: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Needs:
    """A version of a study, and what its organisation may link to."""

    organisation: str
    version: StudyVersion
    databases: Shelf
    factors: tuple[Opened, ...]
    rules: Mapping[str, str]


def missing(
    platform: Platform, actor: Actor, study: str, number: int, *, regime: str = "", database: str = ""
) -> tuple[Missing, ...]:
    """What is missing or assumed in the links of a version of a study, as an assessment would tell it.

    Args:
        regime: in place of the study's. database: where links without a prefix are looked up.

    Raises:
        StoreError: TH-STO-001. HomeError: TH-HOM-001. AssessmentError, RuleError: as of :func:`tanheng.footprint.assess`.
    """
    needs = platform.look(actor, _needs, study, number)
    if database:
        needs.databases.check(database)
    model = needs.version.model
    check_alone(model, regime=regime)
    with laid_out(needs.rules) as folders:
        return find_missing(
            model,
            backgrounds=needs.databases,
            database=database,
            release=shelf.composed(platform, needs.factors),
            regime_id=regime,
            folders=folders,
        )


def candidates(platform: Platform, actor: Actor, study: str, number: int, asked: Asked) -> Proposals:
    """Candidates for lines of a version of a study: factors, products of databases, and what was chosen before.

    Raises:
        StoreError: TH-STO-001. HomeError: TH-HOM-001 a database that the organisation has not. AssessmentError: TH-ASM-104
            no such line.
    """
    needs = _to_search(platform, actor, study, number, asked)
    model, release = needs.version.model, shelf.composed(platform, needs.factors)
    if asked.lines:
        wanted = tuple(dict.fromkeys(line_index(name, model) for name in asked.lines))
    else:
        wanted = lines_to_match(model, release)
    return _proposed(platform, actor, needs, wanted, asked)


def alike(
    platform: Platform, actor: Actor, study: str, number: int, asked: Asked
) -> tuple[Proposals, Mapping[int, tuple[int, ...]]]:
    """Candidates as of :func:`candidates` for lines that need a link, those that are alike once.

    Returns:
        candidates of the first line of each kind; and by its index all that have its names, codes and dimension.
    """
    needs = _to_search(platform, actor, study, number, asked)
    model, kinds = needs.version.model, dict[object, list[int]]()
    for index in lines_to_match(model, shelf.composed(platform, needs.factors)):
        line = model.lines[index]
        dimension = line.amount.dimension if line.amount is not None else ""
        kinds.setdefault((*sorted(line.names.items()), *sorted(line.codes.items()), dimension), []).append(index)
    groups = {lines[0]: tuple(lines) for lines in kinds.values()}
    return _proposed(platform, actor, needs, tuple(groups), asked), groups


def _to_search(platform: Platform, actor: Actor, study: str, number: int, asked: Asked) -> _Needs:
    needs = platform.look(actor, _needs, study, number)
    for name in asked.databases:
        needs.databases.check(name)
    return needs


def _proposed(platform: Platform, actor: Actor, needs: _Needs, wanted: Sequence[int], asked: Asked) -> Proposals:
    model, release = needs.version.model, shelf.composed(platform, needs.factors)
    last = asked.first + asked.limit
    part = wanted[asked.first : last]
    keys = {key for index in part for key in keys_of(model.lines[index])}
    matches = match_study(
        model,
        release,
        needs.databases,
        platform.look(actor, choices.recalled, needs.organisation, keys),
        databases=asked.databases,
        lines=part,
        accept=asked.accept,
    )
    sources = {one.link: (_source_of(one, release), one.geography) for match in matches for one in match.candidates}
    known = platform.look(actor, recognitions.of_sources, sources.values())
    recognised = {link: known[source] for link, source in sources.items() if source in known}
    return Proposals(matches, len(wanted), last if last < len(wanted) else None, recognised)


def _source_of(candidate: Candidate, release: Release) -> str:
    """The release or database that a candidate is of; of several releases that were put together, the one it is from."""
    kind, _, reference = candidate.link.partition(":")
    factor = release.factors.get(reference) if kind == "factor" else None
    return candidate.source if factor is None else release.reference_of(factor).partition("@")[0]


def accept(
    platform: Platform,
    actor: Actor,
    study: str,
    *,
    expected: int,
    links: Sequence[tuple[str, str]],
    note: str = "",
    remember: bool = True,
) -> Study:
    """Give a study a new version with links that were chosen.

    Args:
        expected: version of the record that the actor saw. links: (number or id of a line, link).
        remember: whether they are remembered, too, for lines of other studies of the organisation.

    Raises:
        StoreError: TH-STO-001, TH-STO-002, TH-STO-051. AccessError: not an engineer of its organisation. AssessmentError:
            every link that does not do, with its place in ``links``, at most :data:`MOST_FAULTS`. StudyError: TH-STO-050 a
            link to a file.
    """
    needs = platform.look(actor, _to_change, study, expected)
    before = needs.version.model
    chosen = _chosen(before, links, platform, needs)
    written = with_links(before, chosen)
    check_alone(written)
    model = study_from_document(plain(study_document(written)))  # as whoever reads it will have it

    collected = choices.Collected()
    for index in chosen if remember else ():
        keep(collected, before.lines[index], model.lines[index].link)
    return platform.do(actor, _write, needs, study, expected, model, note, collected.choices)


def _write(
    work: Work, needs: _Needs, study: str, expected: int, model: Model, note: str, chosen: Mapping[str, Choice]
) -> Study:
    revised = studies.revise(work, study, expected=expected, model=model, note=note)
    if chosen:
        choices.write(work, needs.organisation, study, revised.latest, chosen.values())
    return revised


def _chosen(model: Model, links: Sequence[tuple[str, str]], platform: Platform, needs: _Needs) -> Mapping[int, str]:
    """Links by index of the line, each of them checked."""
    release = shelf.composed(platform, needs.factors)
    chosen: dict[int, str] = {}
    faults: list[Fault] = []
    for number, (line, link) in enumerate(links):
        try:
            index = line_index(line, model)
            if index in chosen:
                raise AssessmentError("TH-STU-070", line=line)
            chosen[index] = link.strip()
            check_link(chosen[index], model.lines[index], release, needs.databases)
        except TanhengError as error:
            faults.extend(replace(fault, place=f"links[{number}]") for fault in error.faults)
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise AssessmentError.of(faults)
    return chosen


def _needs(work: Work, study: str, number: int | None) -> _Needs:
    own = studies.seen(work, study)["organisation"]
    return _Needs(
        own,
        studies.version(work, study, number),
        shelf_of(work, own),
        releases.usable(work, own),
        files_of(work, own),
    )


def _to_change(work: Work, study: str, expected: int) -> _Needs:
    studies.check_change(work, study)
    current = studies.seen(work, study)["version"]
    if current != expected:
        raise StoreError("TH-STO-002", kind=studies.KIND, id=study, expected=expected, current=current)
    return _needs(work, study, None)
