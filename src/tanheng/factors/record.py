"""The record of a factor: the factor and its documentation, as one document with a digest."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

import rfc8785

from tanheng.errors import FactorError, Fault
from tanheng.factors.fields import Value, documentation_fields, finite, is_text, primary_share, record_fields
from tanheng.factors.loading import per_unit
from tanheng.factors.model import Factor, FactorKind, GasAmounts, Level, Source
from tanheng.inventory.quality import INDICATORS, Quality
from tanheng.quantities import CO2E, Origin, find_gas, find_unit

SCHEMA = "tanheng-factor-1"
E = TypeVar("E", bound=StrEnum)
_TEXTS = ("geography", "valid_from", "valid_until", "category", "boundary", "note")
_KNOWN = {
    *("schema", "id", "kind", "names", "per", "value", "amounts", "year", "source", "quality", "gsd2", "level"),
    *_TEXTS,
    "documentation",
}
_LONGEST_ID, _LONGEST_NAME = 120, 500


class Confidentiality(StrEnum):
    """What others see of a factor in a release that they may use."""

    PUBLIC = "public"
    RESULT_ONLY = "result-only"  # the result, its quality and its boundary; not the recipe
    PRIVATE = "private"  # nothing, not even that it is there


@dataclass(frozen=True, slots=True)
class Record:
    """A factor with its documentation.

    Attributes:
        documentation: by key of ``data/factor_fields.csv``; what is not known is not there (C02).
    """

    factor: Factor
    documentation: Mapping[str, Value] = field(default_factory=dict)

    @property
    def confidentiality(self) -> Confidentiality:
        """What others see of it."""
        return Confidentiality(str(self.documentation.get("confidentiality", Confidentiality.PUBLIC)))

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the fields that are needed before others review it, and are empty."""
        row = {
            "source_title": self.factor.source.title,
            "licence": self.factor.source.licence,
            "boundary": self.factor.boundary,
        }
        needed = (found.key for found in record_fields().values() if found.needed == "submit")
        return tuple(key for key in needed if not str(row[key]).strip())


def document(record: Record) -> dict[str, Any]:
    """The record as JSON: what is empty is left out, so that its digest does not depend on fields that come later."""
    factor = record.factor
    source = {f.name: text for f in fields(Source) if (text := getattr(factor.source, f.name))}
    whole: dict[str, Any] = {
        "schema": SCHEMA,
        "id": factor.id,
        "kind": factor.kind.value,
        "names": dict(factor.names),
        "per": factor.per,
        "value": factor.value,
        "amounts": [[gas, origin.value, mass] for (gas, origin), mass in sorted(factor.amounts.items())],
        "year": factor.year,
        "source": source,
        "quality": factor.quality.scores,
        "gsd2": factor.gsd2,
        "level": factor.level.value if factor.level is not None else None,
        **{key: getattr(factor, key) for key in _TEXTS},
        "documentation": dict(record.documentation),
    }
    return {key: value for key, value in whole.items() if value not in (None, "", {}, [])}


def canonical_text(record: Record) -> str:
    """The document in its canonical form (RFC 8785): what a digest is taken of."""
    return rfc8785.dumps(document(record)).decode()


def digest_of(text: str) -> str:
    """``sha256:`` of a canonical text."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_record(written: Any) -> Record:
    """The record that a document says.

    Raises:
        FactorError: TH-FAC-040 every field that cannot be used, TH-FAC-041 fields that are unknown, TH-FAC-002 a unit, TH-FAC-003
            a gas, TH-FAC-004 neither value nor amounts; with the path of the field.
    """
    reader = _Reader()
    record = reader.record(written)
    if reader.faults:
        raise FactorError.of(reader.faults)
    return record


def redacted(record: Record) -> Record:
    """What others see of a factor whose result only is shared: CO2e without its gases, and no word on how it is made.

    The sum is that of AR6 GWP100; under another set it stays what it is, and results say that their gases are not split.
    """
    told = ("confidentiality", "owner", "cpc", "hs", "gbt4754", "primary_share", "completeness", "review_kind")
    kept = {key: value for key, value in record.documentation.items() if key in told}
    total = per_unit(record.factor)
    source = Source(title=str(record.documentation.get("owner", "")), licence=record.factor.source.licence)
    amounts: GasAmounts = {(CO2E, Origin.UNSPLIT): total}
    return Record(replace(record.factor, amounts=amounts, value=total, source=source, note=""), kept)


def fields_of(record: Record) -> dict[str, str | float]:
    """The record as a row of a table, by the keys of ``data/factor_fields.csv``; numbers stay numbers."""
    factor = record.factor
    is_split, origins = factor.is_split, {origin for _, origin in factor.amounts}
    row: dict[str, Any] = {
        "id": factor.id,
        "kind": factor.kind.value,
        "name_en": factor.names.get("en"),
        "name_zh": factor.names.get("zh"),
        "value": factor.value,
        "unit": "kgCO2e",
        "per": factor.per,
        "gases": ";".join(f"{gas}@{of.value}={mass!r}" for (gas, of), mass in sorted(factor.amounts.items()))
        if is_split
        else None,
        "origin": next(iter(origins)).value if is_split and len(origins) == 1 else None,
        "year": factor.year,
        **{f"source_{key}": getattr(factor.source, key) for key in ("title", "number", "date", "url")},
        "licence": factor.source.licence,
        **factor.quality.scores,
        "gsd2": factor.gsd2,
        "level": factor.level.value if factor.level is not None else None,
        **{key: getattr(factor, key) for key in _TEXTS},
        **record.documentation,
    }
    return {key: row[key] for key in record_fields() if row.get(key) not in (None, "")}


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, place: str, value: Any, wanted: str) -> None:
        self.faults.append(Fault("TH-FAC-040", place, {"value": _shown(value), "wanted": wanted}))

    def record(self, written: Any) -> Record:
        if not isinstance(written, Mapping):
            self.wrong("", written, SCHEMA)
            written = {}
        for key in sorted(set(written) - _KNOWN):
            self.faults.append(Fault("TH-FAC-041", _shown(key), {}))
        if written.get("schema", SCHEMA) != SCHEMA:
            self.wrong("schema", written["schema"], SCHEMA)
        per = self.text(written, "per")
        unit = find_unit(per)
        if unit is None:
            self.faults.append(Fault("TH-FAC-002", "per", {"unit": per[:80]}))
        value = self.number(written, "value")
        kind = self.one(written, "kind", FactorKind) or FactorKind.FOOTPRINT
        documentation = self.documentation(written.get("documentation", {}))
        factor = Factor(
            id=self.id(written),
            kind=kind,
            names=self.names(written.get("names")),
            per=unit.symbol if unit is not None else "",
            amounts=self.amounts(written, value, kind),
            value=value,
            year=int(self.number(written, "year", least=1900, most=2200, whole=True, needed=True) or 0),
            source=self.source(written.get("source", {})),
            quality=self.quality(written.get("quality", {})),
            gsd2=self.number(written, "gsd2", least=1.0),
            level=self.one(written, "level", Level) if written.get("level") is not None else None,
            primary_share=primary_share(documentation),
            **{key: self.text(written, key) for key in _TEXTS},
        )
        if not factor.geography:
            self.wrong("geography", "", "CN")
        return Record(factor, documentation)

    def id(self, written: Mapping[str, Any]) -> str:
        found = self.text(written, "id").strip()
        # a stroke parts the name of a release from the id
        if not found or len(found) > _LONGEST_ID or "/" in found or not found.isprintable():
            self.wrong("id", found, "my-steel-2024")
        return found

    def text(self, written: Mapping[str, Any], key: str, place: str = "") -> str:
        found = written.get(key, "")
        if not is_text(found):
            self.wrong(place or key, found, "…")
            return ""
        return str(found)

    def number(
        self,
        written: Mapping[str, Any],
        key: str,
        *,
        place: str = "",
        least: float = -math.inf,
        most: float = math.inf,
        whole: bool = False,
        needed: bool = False,
    ) -> float | None:
        found = written.get(key)
        if found is None and not needed:
            return None
        value = finite(found)
        if value is None or not least <= value <= most or (whole and value != int(value)):
            bounds = "" if math.isinf(least) else f" ≥ {least:g}" if math.isinf(most) else f" {least:g} – {most:g}"
            self.wrong(place or key, found, f"1234.5{bounds}")
            return None
        return value

    def one(self, written: Mapping[str, Any], key: str, of: type[E]) -> E | None:
        try:
            return of(str(written.get(key)))
        except ValueError:
            self.wrong(key, written.get(key), ", ".join(of))
            return None

    def names(self, written: Any) -> dict[str, str]:
        found = {
            lang: text.strip()
            for lang, text in (written.items() if isinstance(written, Mapping) else ())
            if lang in ("zh", "en") and is_text(text, longest=_LONGEST_NAME) and text.strip()
        }
        if not found or len(found) != len(written):
            self.wrong("names", written, '{"zh": "…", "en": "…"}')
        return found

    def amounts(
        self, written: Mapping[str, Any], value: float | None, kind: FactorKind
    ) -> dict[tuple[str, Origin], float]:
        listed = written.get("amounts")
        if listed is None:
            if value is None:
                self.faults.append(Fault("TH-FAC-004", "value", {}))
                return {}
            generated = kind is FactorKind.GENERATION_CO2
            return {("CO2", Origin.FOSSIL): value} if generated else {(CO2E, Origin.UNSPLIT): value}
        found: dict[tuple[str, Origin], float] = {}
        for place, entry in _entries(listed):
            read = self.amount(place, entry)
            if read is None:
                continue
            role, mass = read
            if role in found:
                self.wrong(place, entry, "≠")
            found[role] = mass
        if not found and not self.faults:
            self.wrong("amounts", listed, '[["CO2", "fossil", 1.2]]')
        return found

    def amount(self, place: str, entry: Any) -> tuple[tuple[str, Origin], float] | None:
        if not isinstance(entry, Sequence) or isinstance(entry, str) or len(entry) != 3:
            self.wrong(place, entry, '["CO2", "fossil", 1.2]')
            return None
        gas, origin, mass = entry
        value = finite(mass)
        if value is None:
            self.wrong(f"{place}[2]", mass, "1234.5")
            return None
        if [gas, origin] == [CO2E, Origin.UNSPLIT]:
            return (CO2E, Origin.UNSPLIT), value
        known = find_gas(gas) if isinstance(gas, str) else None
        if known is None:
            self.faults.append(Fault("TH-FAC-003", f"{place}[0]", {"gas": _shown(gas)}))
            return None
        if origin not in (o.value for o in Origin if o is not Origin.UNSPLIT):
            self.wrong(f"{place}[1]", origin, ", ".join(o for o in Origin if o is not Origin.UNSPLIT))
            return None
        return (known.key, Origin(origin)), value

    def source(self, written: Any) -> Source:
        known = tuple(f.name for f in fields(Source))
        if not isinstance(written, Mapping) or set(written) - set(known):
            self.wrong("source", written, ", ".join(known))
            return Source("")
        return Source(**{key: self.text(written, key, f"source.{key}") for key in known})

    def quality(self, written: Any) -> Quality:
        if not isinstance(written, Mapping) or set(written) - set(INDICATORS):
            self.wrong("quality", written, ", ".join(INDICATORS))
            return Quality()
        scores = {k: self.number(written, k, place=f"quality.{k}", least=1.0, most=5.0) for k in INDICATORS}
        return Quality(**scores)

    def documentation(self, written: Any) -> dict[str, Value]:
        if not isinstance(written, Mapping):
            self.wrong("documentation", written, "{}")
            return {}
        found: dict[str, Value] = {}
        for key, value in sorted(written.items()):
            known = documentation_fields().get(key)
            read = known.read(value) if known is not None else None
            if known is None:
                self.faults.append(Fault("TH-FAC-041", f"documentation.{_shown(key)}", {}))
            elif read is None:
                self.wrong(f"documentation.{key}", value, known.wanted)
            else:
                found[key] = read
        return found


def _shown(value: Any) -> str:
    """A value as a fault tells it: short, and such that it can be sent."""
    return str(value)[:80].encode(errors="replace").decode()


def _entries(listed: Any) -> Iterator[tuple[str, Any]]:
    entries = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else [listed]
    return ((f"amounts[{number}]", entry) for number, entry in enumerate(entries))
