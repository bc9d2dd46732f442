"""Which format a zip, folder or file is in."""

from __future__ import annotations

import os
import re
from enum import StrEnum

import orjson

from tanheng.errors import FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Archive, Limits, Member, open_archive
from tanheng.formats.brightway.blocks import has_blocks
from tanheng.formats.ecospold1.read import is_ecospold1
from tanheng.formats.ecospold2.read import is_ecospold2
from tanheng.formats.ilcdmodel.package import is_data_set
from tanheng.formats.methodfiles import holds_only_methods
from tanheng.formats.methodtable import holds_table
from tanheng.formats.simapro.header import is_simapro
from tanheng.formats.table import holds_inventory, knows_heads
from tanheng.formats.workbooks import is_workbook, sheets_of
from tanheng.formats.xmlsafe import root_of

_PROCESS_JSON = re.compile(r"(^|/)processes/[^/]+\.json$")
_CATEGORY_JSON = re.compile(r"(^|/)lcia_categories/[^/]+\.json$")
_DERBY = re.compile(r"(^|/)seg0/")
_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?([A-Za-z]\w*)")
_LOOKED_AT = 40  # XML and CSV files whose beginning is read
_HEAD = 4096


class Format(StrEnum):
    """Formats that are recognised; see ``READABLE`` for databases that are read, ``METHODS`` for methods alone."""

    OPENLCA_JSONLD = "openlca-jsonld"
    ECOSPOLD1 = "ecospold1"
    ECOSPOLD2 = "ecospold2"
    ECOSPOLD1_IMPACT = "ecospold1-impact"
    ILCD = "ilcd"
    TIDAS = "tidas"
    SIMAPRO_CSV = "simapro-csv"
    BRIGHTWAY = "brightway-excel"
    TABLE = "table"
    OPENLCA_DATABASE = "openlca-zolca"
    OPENLCA_METHOD = "openlca-jsonld-method"
    ILCD_METHOD = "ilcd-method"
    TIDAS_METHOD = "tidas-method"
    SIMAPRO_METHOD = "simapro-csv-method"
    METHOD_TABLE = "method-table"


READABLE = (
    Format.OPENLCA_JSONLD, Format.ECOSPOLD1, Format.ECOSPOLD2, Format.ILCD, Format.TIDAS, Format.SIMAPRO_CSV,
    Format.BRIGHTWAY, Format.TABLE,
)  # fmt: skip
# Impact assessment methods and no processes; a package that holds both is a database.
METHODS = (
    Format.OPENLCA_METHOD, Format.ILCD_METHOD, Format.TIDAS_METHOD, Format.SIMAPRO_METHOD, Format.ECOSPOLD1_IMPACT,
    Format.METHOD_TABLE,
)  # fmt: skip
_METHOD_OF = {
    Format.ILCD: Format.ILCD_METHOD,
    Format.TIDAS: Format.TIDAS_METHOD,
    Format.SIMAPRO_CSV: Format.SIMAPRO_METHOD,
}
_SIGNS = (
    "processes/*.json or lcia_categories/*.json (openLCA JSON-LD, TIDAS); XML with the root ecoSpold (EcoSpold 1, 2); "
    "*.spold (EcoSpold 2); XML in an ILCD namespace or with the root of an ILCD data set; JSON with such a root (TIDAS); "
    "text that begins with {SimaPro; a workbook or CSV with the blocks Database and Activity (Brightway); "
    "a table with the heads process, type, flow, amount and unit, or category and factor"
)


def detect(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> Format:
    """Recognise the format of a database or a method by what is in it, not by its name.

    Raises:
        FormatError: TH-FMT-011 where nothing is recognised (the error lists what was looked for and found), and the
            errors of :func:`~tanheng.formats.archive.open_archive`.
    """
    with open_archive(path, limits=limits) as archive:
        found = _by_names(archive) or _by_beginnings(archive) or _by_cells(archive)
        if found is None and holds_table(archive):
            return Format.METHOD_TABLE
        if found in _METHOD_OF and holds_only_methods(archive):
            return _METHOD_OF[found]
        if found is None:
            names = ", ".join(member.name for member in archive.members[:5]) or "–"
            raise FormatError(
                "TH-FMT-011", place=archive.path.name, looked=_SIGNS, found=names, count=len(archive.members)
            )
        return found


def _by_names(archive: Archive) -> Format | None:
    processes = [m for m in archive.members if _PROCESS_JSON.search(m.name)]
    if processes:
        others = [m for m in archive.members if m.name.lower().endswith(".json")]
        found = (_is_tidas(archive, m) for m in [*processes, *others][:_LOOKED_AT])
        is_tidas = next((told for told in found if told is not None), False)
        return Format.TIDAS if is_tidas else Format.OPENLCA_JSONLD
    if any(_CATEGORY_JSON.search(m.name) for m in archive.members):
        return Format.OPENLCA_METHOD
    for member in archive.members:
        if member.name.lower().endswith(".spold"):
            return Format.ECOSPOLD2
        if _DERBY.search(member.name):
            return Format.OPENLCA_DATABASE
    jsons = [m for m in archive.members if m.name.lower().endswith(".json")]
    return Format.TIDAS if any(_is_tidas(archive, m) for m in jsons[:_LOOKED_AT]) else None


def _is_tidas(archive: Archive, member: Member) -> bool | None:
    try:
        data = orjson.loads(archive.read(member).removeprefix(b"\xef\xbb\xbf"))
    except (orjson.JSONDecodeError, FormatError):
        return None  # a broken file says nothing; the reader names it
    data = data[0] if isinstance(data, list) and data else data
    if not isinstance(data, dict):
        return False
    inner = (data, *(value for value in data.values() if isinstance(value, dict)))
    return any(is_data_set(key.rpartition(":")[2]) for found in inner for key in found)


def _by_beginnings(archive: Archive) -> Format | None:
    texts = [m for m in archive.members if m.name.lower().endswith((".xml", ".csv", ".txt"))] or archive.members[:1]
    for member in texts[:_LOOKED_AT]:
        with archive.open(member) as stream:
            head = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        if is_simapro(head):
            return Format.SIMAPRO_CSV
        if _begins_with_bracket(head) and (found := _by_root(archive, member)):
            return found
    return None


def _begins_with_bracket(head: bytes) -> bool:
    """Whether a text may be XML; UTF-16 begins with its mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace").lstrip().startswith("<")
    return head.startswith(b"<")


def _by_cells(archive: Archive) -> Format | None:
    """A workbook, or CSV files, by what stands in the cells; a damaged one is told of where it is all there is."""
    if not is_workbook(archive) and not any(m.name.lower().endswith((".csv", ".tsv", ".txt")) for m in archive.members):
        return None
    sheets = sheets_of(archive, knows=knows_heads)
    if has_blocks(sheets):
        return Format.BRIGHTWAY
    return Format.TABLE if holds_inventory(sheets) else None


def _root_in(archive: Archive, member: Member) -> str:
    """The root of a document that is not well-formed, or not in the encoding that it declares."""
    with archive.open(member) as stream:
        match = _ROOT.search(stream.read(_HEAD))
    return match[1].decode() if match else ""


def _by_root(archive: Archive, member: Member) -> Format | None:
    try:
        with archive.open(member) as stream:
            namespace, root = root_of(stream, place=archive.place(member))
    except FormatError:
        # A damaged data set is left to its reader, and a broken file among many says nothing.
        if (root := _root_in(archive, member)) and is_data_set(root):
            return Format.ILCD
        if len(archive.members) == 1:
            raise
        return None
    with archive.open(member) as stream:
        head = stream.read(_HEAD)
    if is_ecospold2(namespace, root, head):
        return Format.ECOSPOLD2
    if is_ecospold1(namespace, root):
        return Format.ECOSPOLD1
    if root.casefold() == "ecospold":
        return Format.ECOSPOLD1_IMPACT
    return Format.ILCD if "/ilcd" in namespace.casefold() or is_data_set(root) else None
