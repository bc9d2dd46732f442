"""``tanheng export``, ``import`` and ``protocols``: footprints in the forms of others, and theirs as factors of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.comparing import ResultRules
from tanheng.cli.options import (
    DatabaseOption,
    HomeOption,
    JsonOption,
    LangOption,
    RulesOption,
    check_outputs,
    home_at,
    language,
    print_json,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanheng.exchange.protocols import Loss, Objection, Protocol, Received
    from tanheng.exchange.supplement import Supplement

AcceptOption = Annotated[
    bool, typer.Option("--accept", help="Take it though rules of the protocol are not kept 不合规则也照样采用.")
]


def export(
    result: Annotated[Path, typer.Argument(readable=False, help="Study or frozen assessment 核算研究或核算结果.")],
    to: Annotated[str, typer.Option("--to", help="Protocol 协议, as tanheng protocols lists them.")],
    supplement: Annotated[
        Path | None,
        typer.Option(
            "--with", readable=False, help="Supplement 补充信息 (YAML): what the protocol asks for beyond a study."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write 要写出的文件; named by the protocol by default.")
    ] = None,
    regime: Annotated[
        str, typer.Option("--regime", help="Regime 规则体系 of a study; by default one that the protocol takes.")
    ] = "",
    rules: RulesOption = "",
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario 情景 of the study.")] = "",
    database: DatabaseOption = "",
    accept: AcceptOption = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a footprint in the form of a protocol, and tell what it does not carry."""
    from tanheng.errors import ExchangeError
    from tanheng.exchange import shelf
    from tanheng.exchange.exporting import exported, is_refused
    from tanheng.files import replacing

    spoken = language(lang)
    protocol = shelf.protocol(to)
    check_outputs(result, out=out)
    if supplement is not None:
        check_outputs(supplement, out=out)
    if out is not None:
        _check_free(out, force=force)
    given = supplement_of(supplement)
    how = ResultRules(home_at(home), database, regime or _regime(protocol, result), rules, scenario)
    assessment = how.result(result)
    try:
        written = exported(assessment, protocol, given)
    except ExchangeError as error:
        if any(fault.code == "TH-EXC-010" for fault in error.faults):
            typer.echo(_say("skeleton", spoken, protocol=to), err=True)
        raise
    target = out or Path(written.name)
    refused = is_refused(written.objections) and not accept
    if not refused:
        _check_free(target, force=force)
        with replacing(target) as work:
            work.write_bytes(written.content)
    if as_json:
        told = {"protocol": protocol.id, "assessment": assessment.digest, "file": None if refused else str(target)}
        print_json({**told, **_told(written.losses, written.objections, spoken)})
    else:
        _show(written.losses, written.objections, spoken)
        if not refused:
            typer.echo(_say("exported", spoken, path=target, standard=protocol.standard[spoken]))
    _refuse(written.objections, accepted=accept)


def import_(
    file: Annotated[Path, typer.Argument(readable=False, help="File that somebody sent 收到的文件.")],
    source: Annotated[str, typer.Option("--from", help="Protocol 协议, as tanheng protocols lists them.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Factor table 因子表 (.csv) to write into; that of the data directory by default."),
    ] = None,
    accept: AcceptOption = False,
    force: Annotated[bool, typer.Option("--force", help="Replace another footprint of the same id.")] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read footprints that somebody sent, and keep them as factors that studies link to."""
    from datetime import date

    from tanheng.exchange import shelf
    from tanheng.exchange.exporting import imported, is_refused
    from tanheng.exchange.recording import id_of, record_of
    from tanheng.storage.factortables import RECEIVED, keep

    spoken = language(lang)
    protocol = shelf.protocol(source)
    check_outputs(file, out=out)
    if out is not None and out.suffix.lower() != ".csv":
        raise typer.BadParameter(f"“{out}”: .csv", param_hint="--out")
    found = imported(file.read_bytes(), protocol)
    objections = tuple(one for received in found for one in received.objections)
    ids = [id_of(one, protocol) for one in found]
    table = out or home_at(home).factor_tables.received
    if is_refused(objections) and not accept:
        outcomes: Sequence[str] = ["refused"] * len(found)
    else:
        today = date.today()
        outcomes = keep(
            table,
            [record_of(one, protocol, id=key, day=today) for one, key in zip(found, ids, strict=True)],
            force=force,
        )
    links = ["" if out else f"factor:{RECEIVED}/{key}" for key in ids]
    if as_json:
        rows = [_row(*each, spoken) for each in zip(found, ids, links, outcomes, strict=True)]
        print_json({"protocol": protocol.id, "table": str(table), "footprints": rows})
    else:
        for one, key, link, outcome in zip(found, ids, links, outcomes, strict=True):
            _show_received(one, link or key, outcome, spoken)
        if not (is_refused(objections) and not accept):
            typer.echo(_say("imported", spoken, path=table))
    _refuse(objections, accepted=accept)


def protocols(
    id: Annotated[  # noqa: A002 - as the field is called
        str,
        typer.Argument(metavar="[ID]", help="Protocol 协议 whose supplement is printed; all are listed by default."),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the supplement to fill in 补充信息模板 (YAML).")
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Protocols by which footprints are exchanged; and what one of them asks for beyond a study, to fill in."""
    from tanheng.exchange import shelf
    from tanheng.exchange.fields import sections_of, skeleton
    from tanheng.exchange.supplement import schema_of
    from tanheng.files import replacing

    spoken = language(lang)
    if out is not None and not id:
        raise typer.BadParameter("of which protocol? tanheng protocols ID --out FILE", param_hint="--out")
    if not id:
        listed = list(shelf.protocols().values())
        if as_json:
            print_json([_document(one) for one in listed])
        for one in listed if not as_json else ():
            ways = " · ".join(_say(way, spoken) for way in _ways(one))
            typer.echo(
                f"{one.id:<18} {one.names[spoken]}\n    {one.standard[spoken]}\n    {ways}  {', '.join(one.regimes)}".rstrip()
            )
        return
    protocol = shelf.protocol(id)
    if as_json:
        schemas = {name: schema_of(kind) for name, kind in sections_of(protocol).items()}
        print_json({**_document(protocol), "sections": schemas})
        return
    text = skeleton(protocol, spoken)
    if out is None:
        typer.echo(text, nl=False)
        return
    if out.exists():
        raise typer.BadParameter(f"“{out}” exists already", param_hint="--out")
    with replacing(out) as work:
        work.write_text(text, encoding="utf-8")
    typer.echo(_say("skeleton_written", spoken, path=out, protocol=id))


def supplement_of(file: Path | None) -> Supplement | None:
    """The supplement of a file."""
    from tanheng.exchange import shelf
    from tanheng.exchange.supplement import read

    return read(file.read_bytes(), file=file.name, known=shelf.sections()) if file is not None else None


def _regime(protocol: Protocol, result: Path) -> str:
    """The regime for a study: its own where the protocol takes it, else the first that it takes."""
    if not protocol.regimes or result.suffix.lower() == ".json":
        return ""
    from tanheng.footprint import read_study

    own = read_study(result).regime
    return own if own in protocol.regimes else protocol.regimes[0]


def _check_free(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise typer.BadParameter(f"“{target}” exists already; --force overwrites it", param_hint="--out")


def _refuse(objections: Sequence[Objection], *, accepted: bool) -> None:
    """End with an error where receivers may refuse the document."""
    from tanheng.errors import ExchangeError

    count = sum(one.severity == "error" for one in objections)
    if count and not accepted:
        raise ExchangeError("TH-EXC-017", count=count)


def _ways(protocol: Protocol) -> list[str]:
    return [way for way, there in (("export", protocol.write), ("import", protocol.read)) if there is not None]


def _document(protocol: Protocol) -> dict[str, Any]:
    return {
        "id": protocol.id,
        "names": dict(protocol.names),
        "standard": dict(protocol.standard),
        "url": protocol.url,
        "media_type": protocol.media_type,
        "ways": _ways(protocol),
        "regimes": list(protocol.regimes),
    }


def _told(losses: Sequence[Loss], objections: Sequence[Objection], lang: str) -> dict[str, Any]:
    return {
        "losses": [{"code": one.code, "path": one.path, "text": one.line(lang)} for one in losses],
        "objections": [
            {
                "code": one.code,
                "severity": one.severity,
                "clause": one.clause,
                "path": one.path,
                "text": one.line(lang),
            }
            for one in objections
        ],
    }


def _row(one: Received, key: str, link: str, outcome: str, lang: str) -> dict[str, Any]:
    told = one.declaration
    return {
        "id": key,
        "link": link,
        "outcome": str(outcome),
        "names": dict(told.names),
        "maker": dict(told.maker.names),
        "total": told.total,
        "per": str(told.unit),
        "primary_share": told.primary_share,
        **_told(one.losses, one.objections, lang),
    }


def _show(losses: Sequence[Loss], objections: Sequence[Objection], lang: str) -> None:
    if losses:
        typer.echo(f"  {_say('losses', lang, count=len(losses))}")
    for loss in losses:
        typer.echo(f"    · {loss.line(lang)}")
    if objections:
        typer.echo(f"  {_say('objections', lang, count=len(objections))}")
    for one in objections:
        sign = "✗" if one.severity == "error" else "!"
        typer.echo(f"    {sign} {one.code} {one.path}  {one.line(lang)} ({one.clause})")


def _show_received(one: Received, link: str, outcome: str, lang: str) -> None:
    from tanheng.cli.figures import number, percent, pick

    told = one.declaration
    maker, share = pick(told.maker.names, lang), told.primary_share
    figures = [f"{number(told.total)} kg CO2e / {told.unit}", maker]
    figures += [texts.text("cli", "primary", lang, share=percent(share))] if share is not None else []
    typer.echo(f"{pick(told.names, lang)}  {' · '.join(filter(None, figures))}")
    typer.echo(f"  {link}  ({_say(str(outcome), lang)})")
    _show(one.losses, one.objections, lang)


def _say(key: str, lang: str, **params: Any) -> str:
    return texts.text("exchange/screens", key, lang, **params)
