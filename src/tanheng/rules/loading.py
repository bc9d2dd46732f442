"""Finding rule packs and regimes: what ships (``data/rules``, ``data/regimes``), what a user installed, and single files.

Several releases of a pack may lie side by side, as ``<id>.yaml`` and ``<id>@<version>.yaml``. A release never changes: two
files of the same id and version and another content are refused, with both places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from tanheng.errors import RuleError
from tanheng.rules.building import PACK_SCHEMA, build_pack, build_regime
from tanheng.rules.model import Regime, RulePack, Status
from tanheng.rules.values import ID

DEFAULT_REGIME = "gbt24067"
GENERAL_RULE = "general"
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A rule pack and where it lies; ``place`` is empty for one that ships."""

    pack: RulePack
    place: str = ""


def read_regime(content: bytes, *, place: str) -> Regime:
    """A regime from YAML.

    Raises:
        RuleError: every fault at once, each with file, line, field and reason.
    """
    return build_regime(content, place)


def read_pack(content: bytes, *, place: str) -> RulePack:
    """A rule pack from YAML; ``text`` holds the file, since it is not one that ships.

    What it extends has to ship, so that an assessment with the text in its record can be computed again anywhere (C21).

    Raises:
        RuleError: every fault at once, each with file, line, field and reason.
    """
    made = build_pack(content, place, rule_pack)
    return replace(made, text=content.decode("utf-8"))


def read_rules(content: bytes, *, place: str) -> RulePack | Regime:
    """A rule pack or a regime from YAML, whichever of them the file says it is.

    Raises:
        RuleError: every fault at once, each with file, line, field and reason.
    """
    try:
        return read_pack(content, place=place)
    except RuleError as error:
        fault = error.faults[0]
        is_regime = fault.code == "TH-RUL-002" and fault.params["known"] == PACK_SCHEMA
        if not is_regime or "regime" not in fault.params["schema"]:
            raise
    return read_regime(content, place=place)


@cache
def regime(regime_id: str = DEFAULT_REGIME) -> Regime:
    """The regime of this id.

    Raises:
        RuleError: TH-RUL-003 with the regimes there are.
    """
    content = _shipped("regimes").get(regime_id)
    if content is None:
        raise RuleError("TH-RUL-003", id=regime_id, known=", ".join(sorted(_shipped("regimes"))))
    return read_regime(content, place=f"{regime_id}.yaml")


def rule_pack(reference: str = GENERAL_RULE, *, folder: Path | None = None, folders: tuple[Path, ...] = ()) -> RulePack:
    """The rule pack ``id``, ``id@1``, ``id@1.2.0``, or of a file as ``./my-pack.yaml``.

    An id alone, or a series as ``id@1``, means its highest version that is not withdrawn; where all are, the highest.

    Args:
        folder: where the path of a file begins (the study's folder, say); the working directory by default.
        folders: folders of packs that a user installed.

    Raises:
        RuleError: TH-RUL-004 with the packs there are, TH-RUL-033 with the versions there are, TH-RUL-029 a file that cannot
            be read, TH-RUL-030 two releases of the same version with another content; the faults of a broken file.
    """
    if is_path(reference):
        return _of_file((folder or Path()) / reference)
    pack_id, _, version = reference.partition("@")
    releases = [one.pack for one in shelf(pack_id, folders)]
    if not releases:
        raise RuleError("TH-RUL-004", id=reference, known=", ".join(known_packs(folders)))
    found = [pack for pack in releases if f"{pack.version}.".startswith(f"{version}.".lstrip("."))]
    if not found:
        raise RuleError("TH-RUL-033", id=pack_id, version=version, known=", ".join(pack.version for pack in releases))
    return max(found, key=lambda one: (one.status is not Status.WITHDRAWN, _order(one.version)))


def is_path(reference: str) -> bool:
    """Whether a reference is the path of a file and not the id of a pack."""
    return reference.lower().endswith(SUFFIXES) or "/" in reference or "\\" in reference


def known_packs(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Ids of the packs there are."""
    names = [*_shipped("rules"), *(path.stem for path in _files(folders))]
    return tuple(sorted({name.partition("@")[0] for name in names}))


def shelf(pack_id: str, folders: tuple[Path, ...] = ()) -> tuple[Shelved, ...]:
    """All releases of a pack, the oldest first.

    Raises:
        RuleError: TH-RUL-030 two of the same version with another content, TH-RUL-031 a file that bears another id.
    """
    found = [*_shipped_packs(pack_id), *_installed(pack_id, folders)]
    by_version: dict[str, Shelved] = {}
    for one in found:
        other = by_version.setdefault(one.pack.version, one)
        if other.pack.digest != one.pack.digest:
            raise RuleError(
                "TH-RUL-030",
                place=one.place or f"{one.pack.id}.yaml",
                reference=one.pack.reference,
                other=other.place or "tanheng",
            )
    return tuple(sorted(by_version.values(), key=lambda one: _order(one.pack.version)))


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@cache
def _shipped(folder: str) -> Mapping[str, bytes]:
    root = files("tanheng").joinpath(f"data/{folder}")
    return {f.name.removesuffix(".yaml"): f.read_bytes() for f in root.iterdir() if f.name.endswith(".yaml")}


@cache
def _shipped_packs(pack_id: str) -> tuple[Shelved, ...]:
    return tuple(
        Shelved(_named(build_pack(content, f"{name}.yaml", rule_pack), pack_id, f"{name}.yaml"))
        for name, content in sorted(_shipped("rules").items())
        if name.partition("@")[0] == pack_id
    )


def _installed(pack_id: str, folders: tuple[Path, ...]) -> Iterator[Shelved]:
    for path in _files(folders):
        if path.stem.partition("@")[0] == pack_id:
            yield Shelved(_named(_of_file(path), pack_id, path.name), str(path))


def _files(folders: tuple[Path, ...]) -> list[Path]:
    found = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
    return sorted(p for p in found if p.suffix.lower() in SUFFIXES and ID.fullmatch(p.stem.partition("@")[0]))


def _named(pack: RulePack, pack_id: str, place: str) -> RulePack:
    if pack.id != pack_id:
        raise RuleError("TH-RUL-031", place=place, id=pack.id, expected=pack_id)
    return pack


def _of_file(path: Path) -> RulePack:
    return read_pack(content_of(path), place=path.name)


def content_of(path: Path) -> bytes:
    """What stands in a file of rules (RuleError: TH-RUL-029 where it cannot be read)."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise RuleError("TH-RUL-029", place=str(path), reason=error.strerror or str(error)) from error
