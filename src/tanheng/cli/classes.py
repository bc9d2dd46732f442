"""``tanheng classes``: class schemes of an installation; limits derived and tried from a sample, by anybody."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.options import HomeOption, JsonOption, LangOption, console, home_at, language, print_json

if TYPE_CHECKING:
    from tanheng.grading import ClassScheme, Peer, Thresholds
    from tanheng.services.grading import schemes, thresholds

app = typer.Typer(help="Classes of products 产品等级.", no_args_is_help=True, rich_markup_mode=None)

FileArgument = Annotated[
    Path, typer.Argument(metavar="SCHEME", readable=False, help="Class scheme (.yaml) 等级方案文件.")
]
SampleArgument = Annotated[
    Path, typer.Argument(metavar="SAMPLE", readable=False, help="Table (.csv) 样本表: certificate, maker, value.")
]
_MOST = 200


@app.command("list")
def list_(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Class schemes of the installation, with the limits that are in force."""
    found = _installed(home)
    if as_json:
        print_json([_summary(*one) for one in found])
        return
    spoken = language(lang)
    for scheme, limits in found:
        now = next((_between(one.classes, one.limits) for one in limits if one.in_force), "–")
        name = scheme.names.get(spoken) or next(iter(scheme.names.values()), "")
        head = f"{scheme.scheme}@{scheme.release}  {name}  [{scheme.category}, {scheme.boundary}, {scheme.unit}]  {now}"
        console().print(head, markup=False, soft_wrap=True)


@app.command()
def show(
    scheme: Annotated[str, typer.Argument(help="id or id@version 等级方案编号或版本.")],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """A class scheme of the installation: its peer group, and all its limits with their days."""
    from tanheng.errors import StoreError

    wanted = [one for one in _installed(home) if scheme in (one[0].scheme, f"{one[0].scheme}@{one[0].release}")]
    if not wanted:
        raise StoreError("TH-STO-001", kind="class scheme", id=scheme[:80])
    told, limits = wanted[0]  # the newest of that name
    if as_json:
        print_json({**_summary(told, limits), "document": told.document, "limits": [asdict(one) for one in limits]})
        return
    out, spoken = console(), language(lang)
    out.print(f"{told.scheme}@{told.release}  {told.names.get(spoken, '')}", markup=False, style="bold")
    for name in ("category", "boundary", "unit", "per", "region"):
        if value := getattr(told, name):
            out.print(f"  {name:<10} {value}", markup=False, soft_wrap=True)
    for one in limits:
        mark = texts.text("cli", "classes_in_force", spoken) if one.in_force else ""
        line = f"  #{one.number:<4} {one.effective}  {_between(one.classes, one.limits)}  {one.digest[:19]}…  {mark}"
        out.print(line.rstrip(), markup=False, soft_wrap=True)


@app.command()
def check(file: FileArgument, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Validate a class scheme of one's own: valid with its digest, or every fault with its line."""
    from tanheng.errors import TanhengError

    spoken = language(lang)
    try:
        made = _scheme(file)
    except TanhengError as error:
        if not as_json:
            raise
        print_json({"valid": False, "faults": [fault.as_dict(spoken) for fault in error.faults]})
        raise typer.Exit(1) from error
    if as_json:
        print_json({"valid": True, "faults": [], "id": made.id, "version": made.version, "digest": made.digest})
    else:
        told = {"path": file, "id": f"{made.id}@{made.version}", "digest": made.digest}
        typer.echo(texts.text("cli", "classes_valid", spoken, **told))


@app.command()
def derive(file: FileArgument, sample: SampleArgument, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Derive limits from a sample, as a regulator does; the digest of the sample is the one that is published."""
    made, peers, limits = _derived(file, sample)
    told = _told(made, peers, limits)
    if as_json:
        print_json(told)
        return
    spoken = language(lang)
    typer.echo(_between(limits.classes, limits.limits) + f"  {made.peers.unit}")
    told |= {"digest": told["sample_digest"]}
    typer.echo(texts.text("cli", "classes_sample", spoken, **told))


@app.command("try")
def try_(
    file: FileArgument,
    sample: SampleArgument,
    before: Annotated[str, typer.Option("--before", help="Limits 现行界限 that hold now, e.g. 600,750.")] = "",
    lang: LangOption = None,  # noqa: ARG001 - classes have names of their own
    as_json: JsonOption = False,
) -> None:
    """Try the limits that follow from a sample on it: products by class, and which move from the class that they have."""
    from tanheng.grading.grading import trial

    made, peers, limits = _derived(file, sample)
    found = trial(peers, limits, _thresholds(made, _numbers(before)) if before else None)
    moves = [asdict(one) for one in found.moves]
    if as_json:
        told = _told(made, peers, limits)
        print_json({**told, "before": dict(found.before), "after": dict(found.after), "moves": moves})
        return
    out = console()
    for name, count in found.after.items():
        was = f"{found.before[name]:>8} → " if found.before else ""
        out.print(f"{name:<16} {was}{count:>8}", markup=False)
    for one in found.moves[:_MOST] if before else ():
        out.print(f"  {one.certificate:<40} {one.value:>14g}  {one.before or '–'} → {one.after}", markup=False)


def _installed(home: Path | None) -> list[tuple[schemes.Published, list[thresholds.Published]]]:
    """All class schemes of the installation with their limits, both the newest first."""
    from tanheng.accounts import ANONYMOUS
    from tanheng.services.grading import schemes, thresholds
    from tanheng.services.paging import Paging
    from tanheng.storage.platform import Platform

    platform = Platform.open(home_at(home).path)
    try:
        found = platform.look(ANONYMOUS, schemes.listed, Paging(limit=_MOST)).items
        return [
            (one, list(platform.look(ANONYMOUS, thresholds.listed, one.id, Paging(limit=_MOST)).items)) for one in found
        ]
    finally:
        platform.close()


def _summary(scheme: schemes.Published, limits: list[thresholds.Published]) -> dict[str, Any]:
    names = ("scheme", "release", "names", "category", "boundary", "unit", "per", "region", "withdrawn")
    now = next(({"classes": one.classes, "limits": one.limits} for one in limits if one.in_force), None)
    return {**{name: getattr(scheme, name) for name in names}, "in_force": now}


def _scheme(file: Path) -> ClassScheme:
    from tanheng.grading.schemes import read_class_scheme
    from tanheng.rules.loading import content_of

    return read_class_scheme(content_of(file), place=file.name)


def _derived(file: Path, sample: Path) -> tuple[ClassScheme, list[Peer], Thresholds]:
    from tanheng.grading import limits_of
    from tanheng.grading.samples import read_sample
    from tanheng.rules.loading import content_of

    made = _scheme(file)
    peers = read_sample(content_of(sample), place=sample.name)
    return made, peers, _thresholds(made, limits_of(made, peers))


def _thresholds(scheme: ClassScheme, limits: tuple[float, ...]) -> Thresholds:
    from datetime import date

    from tanheng.grading import Thresholds

    if len(limits) != len(scheme.classes) - 1:
        raise typer.BadParameter(f"{len(scheme.classes) - 1}", param_hint="--before")
    return Thresholds(scheme.reference, scheme.classes, limits, scheme.tie, date.min)


def _numbers(told: str) -> tuple[float, ...]:
    try:
        return tuple(float(one) for one in told.split(","))
    except ValueError as error:
        raise typer.BadParameter(told, param_hint="--before") from error


def _told(scheme: ClassScheme, peers: list[Peer], limits: Thresholds) -> dict[str, Any]:
    from tanheng.grading.signing import sample_digest

    makers = len({peer.maker for peer in peers})
    about = {"scheme": scheme.reference, "digest": scheme.digest, "classes": limits.classes, "limits": limits.limits}
    return {**about, "sample": len(peers), "makers": makers, "sample_digest": sample_digest(peers)}


def _between(classes: tuple[str, ...], limits: tuple[float, ...]) -> str:
    """Classes with the limits between them: ``A ≤ 600 < B ≤ 750 < C``."""
    parts = [f"{name} ≤ {limit:g} <" for name, limit in zip(classes, limits, strict=False)]
    return " ".join([*parts, classes[-1]])
