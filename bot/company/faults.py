"""What is wrong in a file somebody brought, where exactly, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`line` and `column` count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    what: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.what}; expected {self.expected}"


class FaultsError(ValueError):
    """Raised by the readers of one file; whoever reads the folder gathers them all."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
