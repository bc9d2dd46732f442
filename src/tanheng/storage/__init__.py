"""Where things are kept: the data directory on this machine."""

from tanheng.storage.home import Home

__all__ = ["Home"]
