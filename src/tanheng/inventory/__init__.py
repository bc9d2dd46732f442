"""Inventories: frozen values, linking, and the snapshot that everything above calculates on."""

from tanheng.inventory.importing.compiled import Compiled
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.importing.freezing import freeze
from tanheng.inventory.model import Database, Exchange, Flow, FlowKind, Parameter, Process, Uncertainty
from tanheng.inventory.snapshot import Snapshot

__all__ = [
    "Compiled",
    "Database",
    "Exchange",
    "Flow",
    "FlowKind",
    "Parameter",
    "Process",
    "Snapshot",
    "Uncertainty",
    "compile_database",
    "freeze",
]
