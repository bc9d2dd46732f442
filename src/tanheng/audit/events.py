"""Typed events: what a command did, as it is told to the history.

Each type is a class with its fields; its name in the history is ``type``. What is personal (names, addresses, numbers of
people) stands in the fields named in ``private``: only a salted digest of them enters the chain, so that they can be
erased without breaking it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

_TYPES: dict[str, type[Event]] = {}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one thing.

    Attributes:
        id: of the thing. organisation: id of the organisation that it belongs to; empty where there is none.
        type: of the event, ``kind.past-participle``. private: fields that are personal.
        public: whether events of this type are leaves of the public log.
    """

    type: ClassVar[str] = ""
    private: ClassVar[frozenset[str]] = frozenset()
    public: ClassVar[bool] = False

    id: str
    organisation: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type:
            known = _TYPES.setdefault(cls.type, cls)
            # msgspec makes a class twice where it adds slots: the same class is told by its name
            if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
                raise TypeError(f"two types of events are called {cls.type}")
            _TYPES[cls.type] = cls

    @property
    def kind(self) -> str:
        """Kind of the thing: the first part of the type."""
        return self.type.partition(".")[0]

    def facts(self) -> dict[str, Any]:
        """The fields that enter the chain as they are, without ``id`` and ``organisation``."""
        left_out = {"id", "organisation", *self.private}
        return {name: value for name, value in msgspec.to_builtins(self).items() if name not in left_out}

    def personal(self) -> dict[str, Any]:
        """The fields that are kept apart."""
        return {name: value for name, value in msgspec.to_builtins(self).items() if name in self.private}


def events_by_type() -> dict[str, type[Event]]:
    """Every type of event whose module was imported."""
    return dict(_TYPES)
