"""The memory that nobody can quietly rewrite: typed events, their chain, the log of public ones."""

from tanheng.audit.events import Event, events_by_type

__all__ = ["Event", "events_by_type"]
