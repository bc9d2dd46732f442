"""What an installation has from its first day, and again after an upgrade: factors, released and searchable, and schemes."""

from __future__ import annotations

from tanheng.accounts import system
from tanheng.services.certification import schemes
from tanheng.services.factors.shipped import publish_shipped
from tanheng.services.search.filling import fill_embedded
from tanheng.storage.platform import Platform


def furnish(platform: Platform) -> None:
    """Bring what ships with this version into an installation; what is there already stays as it is."""
    platform.do(system("init"), publish_shipped)
    platform.do(system("init"), schemes.furnish)
    platform.do(system("init"), fill_embedded)
