"""``tanheng portfolio``: many results by common samples, beside each other and by place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tanheng import texts
from tanheng.cli.options import (
    DatabaseOption,
    HomeOption,
    JsonOption,
    LangOption,
    RulesOption,
    SeedOption,
    check_outputs,
    console,
    home_at,
    language,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from tanheng.footprint import Assessment, Study

_ENDINGS = (".json", ".yaml", ".yml", ".xlsx")


def portfolio(
    results: Annotated[
        list[Path],
        typer.Argument(readable=False, help="Studies or frozen assessments 核算研究或核算结果, or folders of them."),
    ],
    samples: Annotated[int, typer.Option("--samples", help="Monte Carlo samples 蒙特卡洛样本数.")] = 1_000,
    seed: SeedOption = 1,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option("--compare", help="Two of them: is A lower than B? 两者比较.", metavar="A B"),
    ] = None,
    reference: Annotated[
        str, typer.Option("--reference", help="One of them, that each other one is compared with 参照.")
    ] = "",
    rank: Annotated[bool, typer.Option("--rank", help="Places among comparable ones 排名.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the figures of every result to .json, .parquet, .csv or .xlsx.")
    ] = None,
    database: DatabaseOption = "",
    regime: Annotated[str, typer.Option("--regime", help="Regime 规则体系, for studies.")] = "",
    rules: RulesOption = "",
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Threads 线程数; as many as processors by default.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Address of a Ray cluster 集群地址, or auto; threads here by default."),
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sample many results together: one draw of a background database serves them all, so what they share cancels."""
    from tanheng.compute import compute_at
    from tanheng.footprint.assessing import assessor
    from tanheng.footprint.documents import plain
    from tanheng.footprint.portfolio import portfolio as compute
    from tanheng.inventory.tables import check_ending, write_table

    chosen, home_ = language(lang), home_at(home)
    files = tuple(dict.fromkeys(_files(results)))
    if out is not None:
        check_outputs(home_.path, out=out)
        for path in files:
            check_outputs(path, out=out)
        if out.suffix.lower() != ".json":
            check_ending(out)
    if database:
        home_.entry(database)
    assess = assessor(
        backgrounds=home_,
        release=home_.factors(),
        folders=(home_.rules_folder,),
        database=database,
        regime_id=regime,
        rules=rules,
    )
    named = [_label(text, files) for text in (*(compare or ()), *filter(None, [reference]))]
    with compute_at(cluster, threads) as place, progress(texts.text("cli", "portfolio_work", chosen)) as tell:
        found = compute(
            _taken(files, assess, tell),
            backgrounds=home_,
            samples=samples,
            seed=seed,
            pairs=[(named[0], named[1])] if compare else [],
            reference=named[-1] if reference else "",
            compute=place,
            progress=tell,
        )
    rankings = found.rankings() if rank else ()
    told = {**found.document(chosen), "rankings": plain(rankings)}
    if out is not None and out.suffix.lower() == ".json":
        _write_json(told, out)
    elif out is not None:
        from tanheng.portfolio_views import member_table

        write_table(member_table(found), out)
    if as_json:
        print_json({**told, "out": str(out) if out else None})
        return
    from tanheng.cli.portfolio_screen import show_portfolio

    show_portfolio(found, rankings, chosen)
    if out is not None:
        console().print(f"  → {out}", markup=False)


def _files(given: list[Path]) -> Iterator[Path]:
    """Files as they are; of a folder, the studies and assessments in it, by name."""
    for path in given:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix.lower() in _ENDINGS)
            if not inside:
                raise typer.BadParameter(f"no study or assessment in “{path}”", param_hint="RESULTS")
            yield from inside
        else:
            yield path


def _taken(
    files: tuple[Path, ...], assess: Callable[[Study], Assessment], tell: Callable[[int, int], None]
) -> Iterator[tuple[str, Assessment]]:
    """Every result by the path of its file, read and assessed one after the other."""
    from tanheng.portfolio_views import labelled

    for done, result in enumerate(labelled(files, assess), start=1):
        yield result
        tell(done, len(files))


def _label(text: str, files: tuple[Path, ...]) -> str:
    """The file that a person means: by its path, else by its name, with or without the ending."""
    for name in (str, lambda path: path.name, lambda path: path.stem):
        found = [path for path in files if name(path) == text]
        if len(found) == 1:
            return str(found[0])
    return text


def _write_json(told: dict[str, Any], path: Path) -> None:
    import orjson

    from tanheng.files import replacing

    with replacing(path) as work:
        work.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
