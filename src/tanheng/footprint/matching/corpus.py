"""What is searched: the factors of a release, or the products of a database, with one full-text index each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from tanheng.factors import Factor, FactorKind, Release
from tanheng.footprint.study import Names
from tanheng.inventory import Snapshot
from tanheng.inventory.fulltext import TextIndex

PROCESS = "process"
"""Kind of an entry that is a product of a database."""
_KEPT = 6
_LOCK = Lock()
_CORPORA: dict[tuple[str | int, str], tuple[object, Corpus]] = {}
"""Corpora with what they were made of, the last used last. Databases go by digest: content with the same digest never needs a
second index. Releases go by identity: of one digest, those see more who own it than others do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One factor or product as matching sees it.

    Attributes:
        ids: every id that names it exactly.
        texts: what is searched: names, and for a product its process's name.
        kind: ``footprint`` or ``emission`` of a factor, ``process``.
        category: of a factor (``materials``, ``freight`` …).
        is_proxy: whether its authors call it a stand-in themselves.
    """

    link: str
    ids: tuple[str, ...]
    names: Names
    texts: tuple[str, ...]
    per: str
    kind: str
    geography: str
    year: int | None
    category: str = ""
    is_proxy: bool = False


@dataclass(frozen=True, eq=False)
class Corpus:
    """Entries of one source with their index; ``by_id`` and ``by_link`` give numbers of entries."""

    name: str
    entries: tuple[Entry, ...]
    index: TextIndex
    by_id: Mapping[str, tuple[int, ...]]
    by_link: Mapping[str, int]


def corpus_of(name: str, entries: tuple[Entry, ...]) -> Corpus:
    """A corpus with its index."""
    by_id: dict[str, tuple[int, ...]] = {}
    for number, entry in enumerate(entries):
        for known in dict.fromkeys(filter(None, entry.ids)):
            by_id[known] = (*by_id.get(known, ()), number)
    by_link = {entry.link: number for number, entry in enumerate(entries)}
    return Corpus(name, entries, TextIndex(entry.texts for entry in entries), by_id, by_link)


def of_release(release: Release) -> Corpus:
    """The factors that a line may be linked to; a generation CO2 factor is none (C07)."""

    def make() -> Corpus:
        fit = (factor for factor in release.factors.values() if factor.kind is not FactorKind.GENERATION_CO2)
        return corpus_of(f"{release.name}@{release.version}", tuple(map(_of_factor, fit)))

    return _once((id(release), release.name), release, make)


def of_snapshot(snapshot: Snapshot, database: str) -> Corpus:
    """The products of a background database, linked to under the name ``database``."""
    return _once((snapshot.digest, database), None, lambda: corpus_of(database, _products(snapshot, database)))


def _once(key: tuple[str | int, str], source: object, make: Callable[[], Corpus]) -> Corpus:
    """The corpus of a key; ``source`` is held with it, so that nothing else gets its identity meanwhile."""
    with _LOCK:
        kept = _CORPORA.pop(key, None)
    corpus = kept[1] if kept is not None else make()
    with _LOCK:
        _CORPORA[key] = (source, corpus)
        while len(_CORPORA) > _KEPT:
            del _CORPORA[next(iter(_CORPORA))]
    return corpus


def _of_factor(factor: Factor) -> Entry:
    return Entry(
        link=f"factor:{factor.id}",
        ids=(factor.id,),
        names=factor.names,
        texts=tuple(factor.names.values()),
        per=factor.per,
        kind=factor.kind.value,
        geography=factor.geography,
        year=factor.year or None,
        category=factor.category,
        is_proxy=factor.id.endswith("-proxy"),
    )


def _products(snapshot: Snapshot, database: str) -> tuple[Entry, ...]:
    rows = snapshot.products.to_dicts()
    several: dict[str, int] = {}
    for row in rows:
        several[row["process_id"]] = several.get(row["process_id"], 0) + 1
    return tuple(_product(row, database, is_alone=several[row["process_id"]] == 1) for row in rows)


def _product(row: Mapping[str, str], database: str, *, is_alone: bool) -> Entry:
    name, process = row["name"], row["process"]
    date = row["valid_until"] or row["valid_from"]
    return Entry(
        # Of one product of several the process's id alone would name the reference product.
        link=f"{database}:{row['process_id']}" if is_alone else f"{database}:{row['process_id']}|{name}",
        ids=(row["process_id"], row["flow_id"]) if is_alone else (row["flow_id"],),
        names={"en": name, "zh": row["name_zh"] or name},
        texts=(name, row["name_zh"], process),
        per=row["unit"],
        kind=PROCESS,
        geography=row["location"],
        year=int(date[:4]) if date[:4].isdigit() else None,
    )
