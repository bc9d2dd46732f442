"""The list of links that a person should look at, as a table to fill in; and what was filled in, as choices.

One row a flow: who serves it now, who else could, how often it is asked for; or one row an input. In the column ``choose`` a
person writes the number of a candidate, the id of any process, or ``open``; what is left blank stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanheng.errors import Fault, InventoryError
from tanheng.inventory.linking.choices import OPEN, LinkChoice
from tanheng.inventory.linking.model import LinkStatus

if TYPE_CHECKING:
    import polars as pl

    from tanheng.inventory.snapshot import Snapshot

COLUMNS = (
    "flow_id", "flow", "unit", "uses", "process_id", "process", "location", "exchange_id", "amount", "status",
    "provider_id", "provider", "provider_location", "candidates", "choose", "reason",
)  # fmt: skip
_TAKEN = ("flow_id", "flow", "unit", "uses", "process_id", "process", "exchange_id", "amount", "status")
_SHOWN = 20
_TO_LOOK_AT = tuple(status for status in LinkStatus if status.is_ambiguous)


@dataclass(frozen=True, slots=True)
class Row:
    """A filled-in row: where it stands (file, sheet, row), and its cells by column."""

    place: str
    cells: Mapping[str, str]


def worklist(
    snapshot: Snapshot, *, status: str = "", each: str = "flow", without: Collection[str] = ()
) -> pl.DataFrame:
    """Links to look at: those that a rule guessed and those that are open.

    Args:
        status: one status instead, or ``all``.
        each: ``flow`` for a row for each flow, status and provider, ``input`` for a row for each input.
        without: ids of processes whose inputs are not listed, those of backgrounds.

    Returns:
        ``COLUMNS``, the most used flow first; ``choose`` and ``reason`` are blank.

    Raises:
        InventoryError: TH-INV-031 an unknown status.
    """
    import polars as pl

    if status not in ("", "all", *LinkStatus):
        raise InventoryError("TH-INV-031", status=status, known=", ".join(("all", *LinkStatus)))
    wanted = list(LinkStatus) if status == "all" else [status] if status else _TO_LOOK_AT
    links = snapshot.table("links").filter(pl.col("status").is_in([str(s) for s in wanted]))
    links = links.filter(~pl.col("process_id").is_in(list(without))) if without else links
    products = snapshot.products
    names = dict(zip(products["index"], products.select("process", "location", "process_id").iter_rows(), strict=True))
    if each == "flow":
        keys = ("flow_id", "flow", "unit", "status", "provider", "candidates")
        links = links.group_by(*keys, maintain_order=True).agg(pl.len().alias("uses"))
        links = links.with_columns(*(pl.lit("").alias(c) for c in ("process_id", "process", "exchange_id")))
        links = links.with_columns(pl.lit(None, dtype=pl.Float64).alias("amount"))
    else:
        links = links.with_columns(pl.lit(1).alias("uses"))
    places = dict(zip(products["process_id"], products["location"], strict=True))
    rows = []
    for link in links.iter_rows(named=True):
        provider = names.get(link["provider"], ("", "", ""))
        rows.append(
            {
                **{key: link[key] for key in _TAKEN},
                "location": places.get(link["process_id"], ""),
                "provider": provider[0],
                "provider_location": provider[1],
                "provider_id": provider[2],
                "candidates": _candidates([names[i] for i in link["candidates"]]),
                "choose": "",
                "reason": "",
            }
        )
    kinds: dict[str, Any] = {**dict.fromkeys(COLUMNS, pl.String), "uses": pl.Int64, "amount": pl.Float64}
    table = pl.DataFrame(rows, schema=kinds)
    return table.sort(["uses", "flow", "process"], descending=[True, False, False], maintain_order=True)


def _candidates(named: Sequence[tuple[str, str, str]]) -> str:
    """``1) name [place] id; 2) …``, in an order that does not depend on the database's."""
    shown = [f"{i}) {name} [{place}] {key}" for i, (name, place, key) in enumerate(sorted(named), start=1)]
    more = [f"… {len(shown) - _SHOWN}"] if len(shown) > _SHOWN else []
    return "; ".join(shown[:_SHOWN] + more)


def choices_of(rows: Iterable[Row], snapshot: Snapshot) -> tuple[LinkChoice, ...]:
    """The choices that a person wrote into a worklist of ``snapshot``.

    Raises:
        InventoryError: one fault for each row that cannot be understood: TH-INV-071 no flow, TH-INV-072 no such candidate or
            process, TH-INV-073 a consumer that is not there.
    """
    products = snapshot.products.select("process_id", "process", "location")
    known = {key: (name, place) for key, name, place in products.iter_rows()}
    links = snapshot.table("links")
    flows = dict(zip(links["flow_id"], links["flow"], strict=True))
    among: dict[str, list[str]] = {}
    ids = snapshot.products["process_id"]
    for flow, candidates in links.select("flow_id", "candidates").iter_rows():
        if candidates and flow not in among:
            among[flow] = [k for _, _, k in sorted((*known[ids[i]], ids[i]) for i in candidates)]
    found: list[LinkChoice] = []
    faults: list[Fault] = []
    for row in rows:
        chosen = row.cells.get("choose", "")
        if not chosen:
            continue
        flow, process = row.cells.get("flow_id", ""), row.cells.get("process_id", "")
        if flow not in flows:
            faults.append(Fault("TH-INV-071", row.place, params={"flow": flow or "–"}))
        elif process and process not in known:
            faults.append(Fault("TH-INV-073", row.place, params={"process": process}))
        elif (provider := _provider(chosen, among.get(flow, []), known)) is None:
            options = len(among.get(flow, []))
            faults.append(
                Fault("TH-INV-072", row.place, params={"chosen": chosen, "flow": flows[flow], "count": options})
            )
        else:
            name, place = known.get(provider, ("", ""))
            exchange, reason = row.cells.get("exchange_id", ""), row.cells.get("reason", "")
            found.append(LinkChoice(flow, provider, process, exchange, name, place, flows[flow], reason))
    if faults:
        raise InventoryError.of(faults)
    return tuple(found)


def _provider(chosen: str, candidates: Sequence[str], known: Mapping[str, tuple[str, str]]) -> str | None:
    if chosen.casefold() == OPEN or chosen in known:
        return OPEN if chosen.casefold() == OPEN else chosen
    number = chosen.rstrip(").").removesuffix(".0")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(candidates):
        return candidates[int(number) - 1]
    return None
