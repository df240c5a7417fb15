"""What verification finds, a line each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be."""

    where: str
    what: str
    leaf: int | None = None
    """The number of the leaf in its log, where it is a leaf's."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
