"""What became of each line of a file: nothing is skipped without a word.

The lines (rows of a table, records of a document) of a file are those that were used, those that bear no data (headers,
blank lines), those that are known and mean nothing here, and those set aside with a reason. What is left is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Account:
    """Lines of one file by what became of them; `total` and `blank` are counted while the file is read."""

    total: int = 0
    blank: int = 0
    used: int = 0
    header: int = 0
    rejected: int = 0
    ignored: dict[str, int] = field(default_factory=dict)
    missed: int = 0
    first_missed: int = 0

    def expect(self, records: int) -> None:
        """How many records a document holds, which has no lines."""
        self.total, self.blank = records, 0

    def use(self, lines: int = 1) -> None:
        """Lines whose content counts, samples among them."""
        self.used += lines

    def head(self, lines: int = 1) -> None:
        """Headers, comments, and what frames the data."""
        self.header += lines

    def ignore(self, reason: str, lines: int = 1) -> None:
        """Lines that are known and say nothing about the use of resources, such as the steps of a job."""
        self.ignored[reason] = self.ignored.get(reason, 0) + lines

    def reject(self, lines: int = 1) -> None:
        """Lines that were set aside: each of them is in a fault."""
        self.rejected += lines

    def miss(self, row: int) -> None:
        """A line in no form that the format has: told with the first of them, and not used."""
        self.missed += 1
        self.first_missed = self.first_missed or row

    @property
    def is_kept(self) -> bool:
        """Whether the adapter says what became of lines."""
        return bool(self.used or self.header or self.ignored or self.missed)

    @property
    def rest(self) -> int:
        """Lines of which nothing is said; below 0 where lines were counted twice."""
        told = self.used + self.header + self.rejected + self.missed + sum(self.ignored.values())
        return self.total - self.blank - told
