"""Reading regimes and rule packs from YAML; what ships is in ``data/regimes`` and ``data/rules``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from tanheng.errors import RuleError
from tanheng.quantities import Origin
from tanheng.rules.model import Check, Exclusion, Method, Reference, Regime, Rounding, RulePack, Scope, Severity, Status

DEFAULT_REGIME = "gbt24067"
GENERAL_RULE = "general"
_Made = TypeVar("_Made")


def read_regime(content: bytes, *, place: str) -> Regime:
    """A regime from YAML.

    Raises:
        RuleError: TH-RUL-001 with file and reason.
    """

    def make(data: Mapping[str, Any], digest: str) -> Regime:
        return Regime(
            id=data["id"],
            names=data["names"],
            standard=data["standard"],
            method=_method(data["method"]),
            counted=frozenset(Origin(o) for o in data["counted"]),
            nets_stored_carbon=data["nets_stored_carbon"],
            stages=tuple(data["stages"]),
            digest=digest,
            yields=tuple(data.get("yields", ())),
            excludes=tuple(Exclusion(**entry) for entry in data.get("excludes", ())),
            lists={key: tuple(codes) for key, codes in data.get("lists", {}).items()},
            required=tuple(data.get("required", ())),
            checks=tuple(_check(c) for c in data.get("checks", ())),
            sources=tuple(Reference(**entry) for entry in data.get("sources", ())),
            valid_from=data.get("valid_from", ""),
            valid_until=data.get("valid_until", ""),
        )

    regime = _read(content, place, "regime/1", make)
    _ = regime.gwp  # an unknown set is refused here, not in the middle of an assessment
    return regime


def read_pack(content: bytes, *, place: str) -> RulePack:
    """A rule pack from YAML; its expressions are compiled once to refuse broken ones.

    Raises:
        RuleError: TH-RUL-001 with file and reason.
    """

    def make(data: Mapping[str, Any], digest: str) -> RulePack:
        return RulePack(
            id=data["id"],
            version=data["version"],
            names=data["names"],
            status=Status(data["status"]),
            follows=data["follows"],
            limits={key: float(value) for key, value in data["limits"].items()},
            checks=tuple(_check(c) for c in data["checks"]),
            digest=digest,
        )

    return _read(content, place, "rule-pack/1", make)


def _method(data: Mapping[str, Any]) -> Method:
    made = dict(data)
    if "allocation" in made:
        made["allocation"] = tuple(made["allocation"])
    if "rounding" in made:
        made["rounding"] = Rounding(**made["rounding"])
    return Method(**made)


def _check(data: Mapping[str, Any]) -> Check:
    return Check(
        code=data["code"],
        clause=data["clause"],
        severity=Severity(data["severity"]),
        scope=Scope(data.get("scope", "study")),
        when=data["when"],
        quote=data["quote"],
        message=data["message"],
        question=data["question"],
    )


def _read(content: bytes, place: str, schema: str, make: Callable[[Mapping[str, Any], str], _Made]) -> _Made:
    try:
        data = yaml.safe_load(content)
        if data.get("tanheng") != schema:
            raise RuleError("TH-RUL-002", place=place, schema=data.get("tanheng"), known=schema)
        return make(data, "sha256:" + hashlib.sha256(content).hexdigest())
    except (yaml.YAMLError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise RuleError("TH-RUL-001", place=place, reason=f"{type(error).__name__}: {error}") from error


@cache
def _shipped(folder: str) -> Mapping[str, bytes]:
    root = files("tanheng").joinpath(f"data/{folder}")
    return {f.name.removesuffix(".yaml"): f.read_bytes() for f in root.iterdir() if f.name.endswith(".yaml")}


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


@cache
def rule_pack(reference: str = GENERAL_RULE) -> RulePack:
    """The rule pack ``id`` or ``id@version``, where a shorter version stands for its series (``1`` for ``1.0.0``).

    Raises:
        RuleError: TH-RUL-004 with the packs there are.
    """
    pack_id, _, version = reference.partition("@")
    content = _shipped("rules").get(pack_id)
    pack = read_pack(content, place=f"{pack_id}.yaml") if content is not None else None
    if pack is None or not f"{pack.version}.".startswith(f"{version}." if version else ""):
        raise RuleError("TH-RUL-004", id=reference, known=", ".join(sorted(_shipped("rules"))))
    return pack
