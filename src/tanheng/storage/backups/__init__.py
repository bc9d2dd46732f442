"""Backups: one file that holds an installation, whatever engine it runs on, and restoring it on either."""

from tanheng.storage.backups.making import Made, backup
from tanheng.storage.backups.restoring import Restored, restore

__all__ = ["Made", "Restored", "backup", "restore"]
