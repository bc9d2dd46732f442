"""Reading an archive of data sets, or one of them, into trees; lenient with names, namespaces and folders, strict with sizes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tanheng.errors import ExchangeError, FormatError
from tanheng.exchange.declaration import Party
from tanheng.footprint.study import Names
from tanheng.formats.ilcd.read import parse
from tanheng.formats.ilcdmodel.node import Node, by_language, described, node, number, reference, text
from tanheng.formats.ilcdmodel.quantities import STANDARD_PROPERTIES
from tanheng.formats.notebook import Notebook
from tanheng.quantities import Quantity, find_unit

_LARGEST, _MOST, _MEMBERS = 2**26, 2**29, 50_000
_SPELLINGS = {"Item(s)": "pcs", "pcs.": "pcs", "qm": "m2", "tkm": "t*km"}
MASS = frozenset(("93a60a56-a3c8-11da-a746-0800200b9a66", "7e18d0ad-e78e-47a0-8e96-1c0a581902e2"))


@dataclass(frozen=True, slots=True)
class Archive:
    """Data sets by the name of their root and their id."""

    sets: Mapping[str, Mapping[str, Node]]

    def find(self, root: str, parent: Node, key: str) -> Node:
        """The data set that ``key`` refers to; an empty one where the archive does not hold it."""
        return self.sets.get(root, {}).get(reference(parent, key), {})

    def name(self, parent: Node, key: str) -> Names:
        """What a contact is called: by itself, else by who refers to it."""
        found = node(self.find("contactDataSet", parent, key), "contactInformation", "dataSetInformation")
        return by_language(found, "name") or by_language(found, "shortName") or described(parent, key)

    def website(self, parent: Node, key: str) -> str:
        """Address of a contact in the web."""
        found = self.find("contactDataSet", parent, key)
        return text(found, "contactInformation", "dataSetInformation", "WWWAddress")

    def party(self, parent: Node, key: str) -> Party:
        """A contact in full."""
        found = node(self.find("contactDataSet", parent, key), "contactInformation", "dataSetInformation")
        address = next(iter(by_language(found, "contactAddress").values()), "")
        street, _, land = address.rpartition(", ") if ", " in address else ("", "", address)
        is_country = len(land) == 2 and land.isupper()
        notes = next(iter(by_language(found, "contactDescriptionOrComment").values()), "")
        return Party(
            names=self.name(parent, key),
            ids=tuple(line for line in notes.split() if line.startswith("urn:")),
            country=land if is_country else "",
            street=street if is_country else address,
            contact=next(iter(by_language(found, "centralContactPoint").values()), ""),
            email=text(found, "email"),
            phone=text(found, "telephone"),
            website=text(found, "WWWAddress"),
        )

    def source(self, parent: Node, key: str) -> tuple[str, str, str]:
        """Short name, citation and issuer of a source."""
        whole = node(self.find("sourceDataSet", parent, key), "sourceInformation", "dataSetInformation")
        short = by_language(whole, "shortName") or described(parent, key)
        issuer = next(iter(self.name(whole, "referenceToContact").values()), "")
        return next(iter(short.values()), ""), text(whole, "sourceCitation"), issuer

    def unit(self, flow_property: Node) -> Quantity | None:
        """What one of a property is, ``1 kg``; ``None`` where nobody knows."""
        found = self.find("flowPropertyDataSet", flow_property, "referenceToFlowPropertyDataSet")
        quantitative = node(found, "flowPropertiesInformation", "quantitativeReference")
        group = self.find("unitGroupDataSet", quantitative, "referenceToReferenceUnitGroup")
        wanted = text(group, "unitGroupInformation", "quantitativeReference", "referenceToReferenceUnit")
        units = node(group, "units").get("unit", [])
        for unit in units if isinstance(units, list) else [units]:
            if isinstance(unit, dict) and text(unit, "@dataSetInternalID") == wanted:
                return _quantity(text(unit, "name"), number(unit, "meanValue") or 1.0)
        known = STANDARD_PROPERTIES.get(reference(flow_property, "referenceToFlowPropertyDataSet"))
        if known is None and reference(flow_property, "referenceToFlowPropertyDataSet") in MASS:
            known = ("Mass", "kg")
        return _quantity(known[1], 1.0) if known is not None else None


def opened(content: bytes) -> Archive:
    """The data sets of a zip, or of one document.

    Raises:
        ExchangeError: TH-EXC-020 neither of both, or too large.
    """
    sets: dict[str, dict[str, Node]] = {}
    try:
        for name, raw in _documents(content):
            for root, tree in parse(raw, name, Notebook()):
                sets.setdefault(root, {})[_identifier(tree) or name] = tree
    except (FormatError, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise _refused(str(error)) from error
    if "processDataSet" not in sets:
        raise _refused("processDataSet")
    return Archive(sets)


def _documents(content: bytes) -> Iterator[tuple[str, bytes]]:
    if not content.startswith(b"PK"):
        yield "", content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [one for one in archive.infolist() if one.filename.lower().endswith(".xml")]
        if len(members) > _MEMBERS or sum(one.file_size for one in members) > _MOST:
            raise _refused(f"> {_MOST} B")
        for member in members:
            if member.file_size > _LARGEST:
                raise _refused(f"{member.filename[:80]} > {_LARGEST} B")
            with archive.open(member) as stream:
                yield member.filename, stream.read(_LARGEST)


def _refused(reason: str) -> ExchangeError:
    return ExchangeError("TH-EXC-020", protocol="ILCD+EPD", reason=reason[:300])


def _identifier(tree: Node) -> str:
    """The UUID of a data set of any kind: its information is called after it."""
    for key, value in tree.items():
        if key.endswith("Information") and (found := text(node({"own": value}, "own", "dataSetInformation"), "UUID")):
            return found.lower()
    return ""


def _quantity(name: str, amount: float) -> Quantity | None:
    known = find_unit(_SPELLINGS.get(name, name))
    return Quantity(amount, known.symbol) if known is not None else None


def day(written: str) -> date | None:
    """A day; ``None`` where there is none."""
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None
