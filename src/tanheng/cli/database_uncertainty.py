"""``tanheng db uncertainty`` and ``tanheng db runs``: Monte Carlo on the products of a background database."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tanheng import texts
from tanheng.cli.options import (
    ClusterOption,
    HomeOption,
    JsonOption,
    LangOption,
    MethodOption,
    NameArgument,
    SeedOption,
    ThreadsOption,
    check_outputs,
    console,
    gwp_of,
    home_at,
    language,
    print_json,
)
from tanheng.errors import TanhengError

if TYPE_CHECKING:
    from tanheng.storage import Home
    from tanheng.storage.runs import StoredRun


def uncertainty(
    name: NameArgument,
    product: Annotated[
        list[str] | None, typer.Argument(help="Products 产品: names, process ids, or words that only one has.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All products of the database 全部产品.")] = False,
    samples: Annotated[int, typer.Option("--samples", help="Monte Carlo samples 蒙特卡洛样本数.")] = 1_000,
    seed: SeedOption = 1,
    compare: Annotated[
        str, typer.Option("--compare", help="Another product: is PRODUCT lower, by common samples 共同样本比较?")
    ] = "",
    method: MethodOption = "AR6 GWP100",
    threads: ThreadsOption = None,
    cluster: ClusterOption = None,
    kernel: Annotated[
        Literal["auto", "fast", "plain"], typer.Option("--kernel", help="How samples are solved 计算内核.")
    ] = "auto",
    default_gsd2: Annotated[
        float | None,
        typer.Option("--default-gsd2", help="GSD² to assume for exchanges that have no distribution 默认 GSD²."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the figures of every product to .parquet, .csv or .xlsx.")
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Monte Carlo on one product, some or all; what was sampled is kept, and stopped work goes on where it stopped."""
    from tanheng.cli.sampling import sampling
    from tanheng.compute import compute_at
    from tanheng.inventory.commonsamples import check_comparable
    from tanheng.inventory.montecarlo import monte_carlo
    from tanheng.inventory.search import find_product
    from tanheng.inventory.tables import check_ending, write_table

    asked = product or []
    if every == bool(asked):
        raise typer.BadParameter("PRODUCT …, or --all", param_hint="PRODUCT")
    if compare and len(asked) != 1:
        raise typer.BadParameter("one PRODUCT beside the one of --compare", param_hint="--compare")
    home_, chosen = home_at(home), language(lang)
    if out is not None:
        check_outputs(home_.path, out=out)
        check_ending(out)
    snapshot = home_.snapshot(name)
    wanted = [find_product(snapshot, text) for text in (*asked, *filter(None, [compare]))]
    if compare:
        check_comparable(*(snapshot.product(index) for index in wanted))
    with sampling(chosen, kernel=kernel) as report, compute_at(cluster, threads) as compute:
        found = monte_carlo(
            snapshot,
            wanted or range(snapshot.A.shape[1]),
            compute=compute,
            gwp=gwp_of(method),
            samples=samples,
            seed=seed,
            kernel=kernel,
            default_gsd2=default_gsd2,
            runs=home_.runs,
            progress=report,
        )
    pair = found.compare(0, len(found.products) - 1) if compare else None
    if out is not None:
        write_table(found.table(), out)
    if as_json:
        print_json(
            {**found.document(), "comparison": pair.document() if pair else None, "out": str(out) if out else None}
        )
        return
    from tanheng.cli.uncertain import show_sampled

    show_sampled(console(), found, pair, chosen)
    if out is not None:
        console().print(f"  → {out}", markup=False)


def runs(
    delete: Annotated[
        list[str] | None, typer.Option("--delete", help="Remove the run of this id, or all; may be repeated.")
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Kept samples of Monte Carlo: what they are of, how many, how large; and remove them."""
    home_, chosen = home_at(home), language(lang)
    current = _current(home_)
    if delete:
        ids = [run.path.name for run in home_.runs.all()] if delete == ["all"] else delete
        removed = [home_.runs.delete(text) for text in ids]
        if as_json:
            print_json([_described(run, current) for run in removed])
            return
        told = {"count": len(removed), "size": _size(sum(run.size for run in removed))}
        typer.echo(texts.counted("cli", "runs_removed", len(removed), chosen, **told))
        return
    found = home_.runs.all()
    if as_json:
        print_json([_described(run, current) for run in found])
        return
    _show(found, current, chosen)


def _described(run: StoredRun, current: frozenset[str]) -> dict[str, Any]:
    """The JSON shape of a kept run; it is in use where a name stands for its snapshot and this version samples alike."""
    from tanheng.inventory.montecarlo import ENGINE

    identity = run.identity
    keys = ("database", "snapshot", "products", "first", "method", "kernel", "default_gsd2")
    return {
        "id": run.id,
        **{key: identity.get(key) for key in keys},
        "seed": int(identity["seed"]) if "seed" in identity else None,
        "samples": run.samples,
        "size": run.size,
        "in_use": identity.get("engine") == ENGINE and identity.get("snapshot") in current,
        "path": str(run.path),
    }


def _current(home: Home) -> frozenset[str]:
    """Digests of the snapshots that names stand for."""
    found = set()
    for name in home.names():
        with suppress(TanhengError):  # a damaged entry stands for nothing
            found.add(str(home.entry(name).get("digest")))
    return frozenset(found)


def _show(found: tuple[StoredRun, ...], current: frozenset[str], lang: str) -> None:
    from rich.table import Table
    from rich.text import Text

    def t(key: str, **params: Any) -> str:
        return texts.text("cli", key, lang, **params)

    screen = console()
    if not found:
        screen.print(f"  {t('runs_none')}", style="dim")
        return
    table = Table(box=None, padding=(0, 1, 0, 2), header_style="dim")
    for key, justify in (("id", "left"), ("database", "left"), ("products", "left"), ("method", "left")):
        table.add_column(t(f"runs_{key}"), justify=justify)  # type: ignore[arg-type]
    for key in ("seed", "samples", "size"):
        table.add_column(t(f"runs_{key}"), justify="right")
    table.add_column("")
    for run in found:
        one = _described(run, current)
        table.add_row(
            one["id"],
            str(one["database"]),
            Text(_named(one, t("runs_all"))),
            str(one["method"]),
            str(one["seed"]),
            f"{one['samples']:,}".replace(",", " "),
            _size(run.size),
            "" if one["in_use"] else t("runs_outdated"),
        )
    screen.print(table)
    screen.print(f"  {t('runs_next', id=found[-1].id)}", style="dim", markup=False)


def _named(one: dict[str, Any], every: str) -> str:
    """What a run is of: all, one product by its name, or the first of several."""
    if one["products"] == "all":
        return every
    more = len(one["products"] or ()) - 1
    return f"{one['first']}{f' +{more}' if more > 0 else ''}"


def _size(count: int) -> str:
    """Bytes as people read them."""
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.3g} {unit}"
