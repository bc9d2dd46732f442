"""Nodes → study: the format's version first, then every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tanheng.errors import Fault, StudyError
from tanheng.footprint.reading.node import Faults, Node, nodes_of
from tanheng.footprint.reading.records import read_record
from tanheng.footprint.study import SCHEMA, Study


def build_study(root: Node, faults: Faults, *, path: str = "") -> Study:
    """The study that the nodes say.

    Args:
        root: the whole document.
        faults: what was found wrong before.
        path: kept in the study, to find evidence and linked studies beside it.

    Raises:
        StudyError: TH-STU-013 where it is no study of this version; else every fault at once.
    """
    _check_version(root, faults)
    study: Study | None = read_record(root, "study", faults)
    if faults.found or study is None:
        raise StudyError.of(faults.all())
    return replace(study, path=path)


def study_from_document(document: Mapping[str, Any], *, path: str = "") -> Study:
    """The study of a plain document, such as :func:`~tanheng.footprint.reading.study_document` gives.

    Raises:
        StudyError: every fault, with its place as ``lines[4].amount``.
    """
    return build_study(nodes_of(document), Faults(), path=path)


def _check_version(root: Node, faults: Faults) -> None:
    table = root.table
    if table is None:
        raise StudyError.of([*faults.all(), *_version_fault(root, root.kind)])
    version = table.get("tanheng")
    if version is None or version.is_empty:
        # A mapping that has nothing of a study is another kind of file; naming all its keys would not help.
        if not {"product", "lines"} & table.keys():
            raise StudyError.of([*faults.all(), *_version_fault(root, "–")])
        faults.extend(_version_fault(root, "–"))
    elif str(version.value).strip() != SCHEMA:
        raise StudyError.of([*faults.all(), *_version_fault(version, version.shown)])


def _version_fault(node: Node, found: str) -> tuple[Fault, ...]:
    return (Fault("TH-STU-013", node.place, {"found": found, "reads": SCHEMA}),)
