"""Work on its way to other processes: pickled once, its arrays beside it and not in it.

Arrays travel as buffers of their own (pickle protocol 5), so that processes of one machine share those in its object store
and copy nothing. What they get is read-only.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """A pickled object.

    Attributes:
        head: the pickle, without the arrays.
        arrays: their memory, in the order of the pickle.
    """

    head: bytes
    arrays: list[Bytes]

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.head) + sum(part.nbytes for part in self.arrays)

    def open(self) -> Any:
        """The object; its arrays are views of this parcel's."""
        return pickle.loads(self.head, buffers=self.arrays)  # noqa: S301 - packed by ourselves


def packed(work: object, cloudpickle: Any) -> Parcel:
    """Pickle ``work`` with Ray's cloudpickle, which knows functions and classes that cannot be imported elsewhere.

    Memory-mapped arrays, such as a snapshot's, travel as what they hold: their file is not there on other machines, and
    NumPy would put a subclass of its arrays into the pickle itself.
    """

    class Pickler(cloudpickle.CloudPickler):  # type: ignore[misc]
        def reducer_override(self, entry: Any) -> Any:
            if type(entry) is np.memmap:
                return entry.view(np.ndarray).__reduce_ex__(pickle.HIGHEST_PROTOCOL)
            return super().reducer_override(entry)

    head = io.BytesIO()
    buffers: list[pickle.PickleBuffer] = []
    Pickler(head, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append).dump(work)
    return Parcel(head.getvalue(), [np.frombuffer(buffer.raw(), dtype=np.uint8) for buffer in buffers])
