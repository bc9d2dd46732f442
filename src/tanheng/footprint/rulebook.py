"""The rules that a result is made under: a regime, and a rule pack that sets what the regime leaves to it (C20, C21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from tanheng.errors import AssessmentError, RuleError
from tanheng.footprint.study import Study
from tanheng.rules import DEFAULT_REGIME, GENERAL_RULE, Regime, RulePack, read_pack, read_regime, regime, rule_pack

_FILES = (".yaml", ".yml")


@dataclass(frozen=True)
class Rulebook:
    """A regime and a rule pack.

    Attributes:
        regime: as it is written. text: its file, where it does not ship with the product.
    """

    regime: Regime
    pack: RulePack
    text: str = ""

    @cached_property
    def effective(self) -> Regime:
        """The regime with what the rule pack sets, as far as the regime yields."""
        return self.regime.under(self.pack)

    def record(self) -> dict[str, Any]:
        """What an assessment keeps of its rules: enough to compute it again on another machine (C21)."""
        told: dict[str, Any] = {
            "regime": {"id": self.regime.id, "digest": self.regime.digest, "gwp": self.effective.gwp.name},
            "rule_pack": {"id": self.pack.id, "version": self.pack.version, "digest": self.pack.digest},
        }
        if self.text:
            told["regime"]["text"] = self.text
        if self.pack.text:
            told["rule_pack"]["text"] = self.pack.text
        return told


def rules_of(study: Study, regime_id: str = "", rules: str = "", folders: Sequence[Path] = ()) -> Rulebook:
    """The rules that a study asks for, or others in their place.

    Args:
        regime_id, rules: a regime and a rule pack, by id or as the path of a file; what the study names where empty.
        folders: where rule packs of one's own lie.

    Raises:
        RuleError: an unknown or broken regime or rule pack.
    """
    folder = Path(study.path).parent if study.path else None
    chosen, text = find_regime(regime_id or study.regime or DEFAULT_REGIME, folder)
    return Rulebook(chosen, pack_of(study, rules, folders), text)


def find_regime(reference: str, folder: Path | None = None) -> tuple[Regime, str]:
    """A shipped regime by id, or one of one's own by the path of its file, from here or beside the study; and its text."""
    if not reference.lower().endswith(_FILES):
        return regime(reference), ""
    places = [Path(reference), *([folder / reference] if folder is not None else [])]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise RuleError("TH-RUL-003", id=reference, known=", ".join(known_regimes()))
    content = path.read_bytes()
    return read_regime(content, place=path.name), content.decode()


def known_regimes() -> tuple[str, ...]:
    """Ids of the regimes that ship: the default first, those that count only some activities last."""
    root = files("tanheng").joinpath("data/regimes")
    ids = sorted(f.name.removesuffix(".yaml") for f in root.iterdir() if f.name.endswith(".yaml"))
    return tuple(sorted(ids, key=lambda name: (name != DEFAULT_REGIME, len(regime(name).excludes))))


def pack_of(study: Study, rules: str = "", folders: Sequence[Path] = ()) -> RulePack:
    """The rule pack that a study names, or another in its place; the general rule where there is neither.

    The path of a file begins at the study's folder where the study names it, else at the working directory.
    """
    if rules:
        return rule_pack(rules, folders=tuple(folders))
    folder = Path(study.path).parent if study.path else None
    return rule_pack(study.rules or GENERAL_RULE, folder=folder, folders=tuple(folders))


def recorded_rules(inputs: Mapping[str, Any]) -> Rulebook:
    """The rules of an assessment from its own record, or by name where they ship.

    Raises:
        AssessmentError: TH-ASM-006 where this version has other rules under that name.
    """
    kept, pack = inputs["regime"], inputs["rule_pack"]
    text = kept.get("text", "")
    found = read_regime(text.encode(), place=kept["id"]) if text else regime(kept["id"])
    own = pack.get("text", "")
    reference = f"{pack['id']}@{pack['version']}"
    held = read_pack(own.encode(), place=reference) if own else rule_pack(reference)
    same("regime", kept["digest"], found.digest)
    same("rule_pack", pack["digest"], held.digest)
    return Rulebook(found, held, text)


def same(what: str, recorded: str, here: str) -> None:
    """Refuse to go on where the record names something else than this version has (TH-ASM-006)."""
    if recorded != here:
        raise AssessmentError("TH-ASM-006", place=f"inputs.{what}", what=what, recorded=recorded, here=here)
