"""``tanheng db uncertainty``: Monte Carlo on the products of a background database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

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
    from tanheng.inventory.search import find_product
    from tanheng.inventory.tables import check_ending, write_table
    from tanheng.inventory.uncertainty.common import check_comparable
    from tanheng.inventory.uncertainty.montecarlo import monte_carlo

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
