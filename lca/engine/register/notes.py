"""What a check tells of an instrument: found while instruments are matched with consumption, told later."""

from __future__ import annotations

from typing import NamedTuple

#: number of the run of what stands in the profile
PROFILE = -1


class Note(NamedTuple):
    """`code` of the check, number of the run (`PROFILE` for none), position of the instrument, and what is told of it."""

    code: str
    run: int
    position: int
    message: str
    field: str = ""
    severity: str = ""

    @property
    def path(self) -> str:
        """The path of what is meant, in the run or in the profile."""
        where = "instruments" if self.run == PROFILE else "electricity.instruments"
        return f"{where}[{self.position}]{f'.{self.field}' if self.field else ''}"
