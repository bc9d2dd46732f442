"""``tanheng rules``: look into rule packs, check and compare them, begin one of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.options import HomeOption, JsonOption, LangOption, console, home_at, language, print_json

if TYPE_CHECKING:
    from tanheng.rules import RulePack

app = typer.Typer(help="Rule packs 核算规则包.", no_args_is_help=True, rich_markup_mode=None)

PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="id, id@version or a file 规则包编号、版本或文件.")]


@app.command("list")
def list_(home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Rule packs that ship and those in the data directory (rules/)."""
    from tanheng.rules import known_packs, shelf

    folders = (home_at(home).rules_folder,)
    packs = [one.pack for name in known_packs(folders) for one in shelf(name, folders)]
    if as_json:
        print_json([_summary(pack) for pack in packs])
        return
    spoken = language(lang)
    out = console()
    for pack in packs:
        counted = texts.text("cli", "rules_counted", spoken, checks=len(pack.checks))
        head = f"{pack.reference:<36} {pack.status.value:<9} {pack.names[spoken]}  [{counted}; {_scope(pack)}]"
        out.print(head, markup=False, soft_wrap=True)
        out.print(f"{'':<36} {pack.follows[spoken]}", markup=False, soft_wrap=True, style="dim")


@app.command()
def show(pack: PackArgument, home: HomeOption = None, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """One rule pack: what it asks for, what is a default of ours, and every check."""
    found = _find(pack, home)
    if as_json:
        print_json(_document(found))
        return
    spoken = language(lang)
    out = console()
    out.print(f"{found.reference}  {found.names[spoken]}  [{found.status.value}]", markup=False, style="bold")
    for key, value in _document(found).items():
        if key in ("id", "version", "names", "status", "checks", "text", "without") or value in ("", [], {}, None):
            continue
        out.print(f"  {key:<14} {_shown(value, spoken)}", markup=False, soft_wrap=True)
    for check in found.checks:
        out.print(f"  {check.code:<14} {check.severity.value:<8} {check.clause[spoken]}", markup=False, soft_wrap=True)
        out.print(
            f"  {'':<14} {check.message[spoken]} {check.question[spoken]}", markup=False, soft_wrap=True, style="dim"
        )


@app.command()
def check(
    file: Annotated[Path, typer.Argument(readable=False, help="Rule pack or regime (.yaml) 规则包或规则体系文件.")],
    home: HomeOption = None,  # noqa: ARG001 - packs stand on those that ship
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Validate a rule pack or regime of one's own: valid with its digest, or every fault with its line."""
    from tanheng.errors import TanhengError
    from tanheng.rules.loading import content_of, read_rules

    spoken = language(lang)
    try:
        made = read_rules(content_of(file), place=file.name)
    except TanhengError as error:
        if not as_json:
            raise
        print_json({"valid": False, "faults": [fault.as_dict(spoken) for fault in error.faults]})
        raise typer.Exit(1) from error
    if as_json:
        print_json({"valid": True, "faults": [], "id": made.id, "digest": made.digest, "checks": len(made.checks)})
    else:
        typer.echo(
            texts.text("cli", "rules_valid", spoken, path=file, id=made.id, checks=len(made.checks), digest=made.digest)
        )


@app.command()
def diff(
    one: PackArgument,
    other: PackArgument,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """What changes from one rule pack to another, field by field and check by check."""
    from tanheng.rules.differing import differences

    first, second = _find(one, home), _find(other, home)
    found = differences(first, second)
    if as_json:
        print_json(
            [{"change": d.change.value, "path": d.path, "before": d.before, "after": d.after} for d in found],
        )
        return
    spoken = language(lang)
    if not found:
        typer.echo(texts.text("cli", "rules_same", spoken, one=first.reference, other=second.reference))
    for d in found:
        words = texts.text(
            "cli",
            f"rules_{d.change.value}",
            spoken,
            path=d.path,
            before=_shown(d.before, spoken),
            after=_shown(d.after, spoken),
        )
        console().print(words, markup=False, soft_wrap=True)


@app.command()
def new(
    pack_id: Annotated[str, typer.Option("--id", help="Identifier 标识: small letters, digits, hyphens.")],
    name: Annotated[str, typer.Option("--name", help="Name of the product 产品名称.")],
    out: Annotated[Path | None, typer.Option("--out", help="File to write.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    lang: LangOption = None,
) -> None:
    """Write a rule pack to begin with, every field explained in both languages."""
    from tanheng.files import replacing
    from tanheng.rules.template import new_pack_file

    path = out or Path(f"{pack_id}.yaml")
    if path.exists() and not force:
        raise typer.BadParameter(f"“{path}” exists already; --force overwrites it", param_hint="--out")
    content = new_pack_file(pack_id, name, place=path.name)
    with replacing(path) as work:
        work.write_bytes(content)
    typer.echo(texts.text("cli", "rules_new", language(lang), path=path))


def _find(reference: str, home: Path | None) -> RulePack:
    from tanheng.rules import rule_pack

    return rule_pack(reference, folders=(home_at(home).rules_folder,))


def _document(pack: RulePack) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(pack)


def _summary(pack: RulePack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "version": pack.version,
        "status": pack.status.value,
        "names": dict(pack.names),
        "follows": dict(pack.follows),
        "scope": {scheme: list(codes) for scheme, codes in pack.scope.items()},
        "extends": pack.extends,
        "checks": len(pack.checks),
        "digest": pack.digest,
    }


def _scope(pack: RulePack) -> str:
    return "; ".join(f"{scheme} {', '.join(codes)}" for scheme, codes in pack.scope.items()) or "–"


def _shown(value: Any, lang: str) -> str:
    """A value of a pack for people; texts in both languages as one of them."""
    if isinstance(value, dict):
        if value.keys() == {"zh", "en"}:
            return str(value[lang])
        return ", ".join(
            f"{key}: {_shown(entry, lang)}" for key, entry in value.items() if entry not in ("", [], (), {})
        )
    if isinstance(value, list | tuple):
        return "; ".join(_shown(entry, lang) for entry in value)
    return "–" if value is None else str(value)
