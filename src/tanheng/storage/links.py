"""What people decided about the links of a database, and how it is linked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tanheng.errors import HomeError, InventoryError
from tanheng.files import replacing
from tanheng.inventory.linking import LinkChoice

_FOLDER = "links"


@dataclass(frozen=True, slots=True)
class LinkFile:
    """The choices of one database."""

    path: Path

    @classmethod
    def of(cls, home: Path, name: str) -> LinkFile:
        """The file of a database in a data directory; it is made when something is first decided."""
        return cls(home / _FOLDER / f"{name}.json")

    def choices(self) -> tuple[LinkChoice, ...]:
        """What was decided, the oldest first.

        Raises:
            HomeError: TH-HOM-005 the file is damaged.
        """
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=tuple[LinkChoice, ...])
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.DecodeError) as error:
            raise HomeError("TH-HOM-005", place=str(self.path), name=self.path.stem) from error

    def write(self, choices: Iterable[LinkChoice]) -> None:
        """Keep these choices in place of the old ones."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.path) as work:
            work.write_bytes(msgspec.json.format(msgspec.json.encode(tuple(choices))))


@dataclass(frozen=True, slots=True)
class Settings:
    """How a database is linked: names of the databases that it stands on, the choices about it, and its allocation."""

    name: str
    backgrounds: tuple[str, ...] = ()
    choices: tuple[LinkChoice, ...] = ()
    allocation: str = ""


def chain_of(
    name: str, backgrounds: Sequence[str], settings: Callable[[str], Settings], *, called: Callable[[str], str] = str
) -> tuple[Settings, ...]:
    """The databases that one stands on, directly or through others, each once, the nearest first.

    Args:
        settings: of a database by its name. called: what people call it.

    Raises:
        InventoryError: TH-INV-074 one of them stands on ``name``.
    """
    found: dict[str, Settings] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(one, (name, one)) for one in backgrounds]
    while waiting:
        wanted, way = waiting.pop(0)
        if wanted == name:
            raise InventoryError("TH-INV-074", place=called(name), chain=" → ".join(map(called, way)))
        if wanted not in found:
            found[wanted] = settings(wanted)
            waiting += [(further, (*way, further)) for further in found[wanted].backgrounds]
    return tuple(found.values())
