"""Releases of the rule packs that ship: a release never changes, and ``data/rules/releases.csv`` remembers its digest.

::

    python -m tanheng.rules.releases          # append the releases that are not in the list yet
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from tanheng.errors import RuleError
from tanheng.rules.loading import known_packs, shelf

COLUMNS = ("id", "version", "digest")
Release = tuple[str, str, str]


def released() -> Iterator[Release]:
    """Id, version and digest of what the list remembers, in its order."""
    text = _list().read_text(encoding="utf-8") if _list().is_file() else ""
    for row in csv.DictReader(text.splitlines()):
        yield row["id"], row["version"], row["digest"]


def present() -> tuple[Release, ...]:
    """Id, version and digest of the packs that ship."""
    return tuple(
        (one.pack.id, one.pack.version, one.pack.digest) for pack_id in known_packs() for one in shelf(pack_id)
    )


def further(listed: Iterable[Release], found: Iterable[Release]) -> tuple[Release, ...]:
    """What is not in the list yet.

    Raises:
        RuleError: TH-RUL-032 packs that changed without a new version, all at once.
    """
    known = {(pack_id, version): digest for pack_id, version, digest in listed}
    new, errors = [], []
    for pack_id, version, digest in found:
        kept = known.get((pack_id, version))
        if kept is None:
            new.append((pack_id, version, digest))
        elif kept != digest:
            errors.append(RuleError("TH-RUL-032", place=f"{pack_id}.yaml", reference=f"{pack_id}@{version}"))
    if errors:
        raise RuleError.of([fault for error in errors for fault in error.faults])
    return tuple(new)


def append(path: Path, new: Iterable[Release]) -> None:
    """Write releases behind those that the list has."""
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(COLUMNS)
        writer.writerows(new)


def _list() -> Path:
    return Path(str(files("tanheng").joinpath("data/rules/releases.csv")))


def main() -> None:
    """Append what is new, and say so."""
    new = further(released(), present())
    append(_list(), new)
    sys.stdout.writelines(f"{pack_id}@{version} {digest}\n" for pack_id, version, digest in new)


if __name__ == "__main__":
    try:
        main()
    except RuleError as error:
        sys.exit(error.text("en"))
