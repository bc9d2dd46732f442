"""TIDAS, the ILCD data model written as JSON, as TianGong publishes it."""

from tanheng.formats.tidas.read import read

__all__ = ["read"]
