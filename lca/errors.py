"""One class per fault that a user can cause. Each says where, what was found, what was tried and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one input.

    Attributes: `where` file, row and run as text; `field` path such as ``devices[0].power``; `found` the offending
    text, shortened; `problem` what is wrong with it; `remedy` what to do.
    """

    where: str
    field: str
    found: str
    problem: str
    remedy: str
    code: str = "invalid-run"

    def __str__(self) -> str:
        place = f"{self.where}: {self.field}" if self.field else self.where
        found = f" (found {self.found})" if self.found else ""
        return f"{place}: {self.problem}{found}. {self.remedy}"


class LcaError(Exception):
    """Base of all faults that end a command with status 2."""

    def __init__(self, where: str, problem: str, remedy: str, found: str = "") -> None:
        self.fault = Fault(where=where, field="", found=found, problem=problem, remedy=remedy, code=self.code)
        super().__init__(str(self.fault))

    code = "cannot-run"


class InputError(LcaError):
    """A file or folder that cannot be read at all."""

    code = "unreadable-input"


class FactorError(LcaError):
    """A factor set that is broken or contradicts itself."""

    code = "broken-factor-set"


class ProfileError(LcaError):
    """A profile that is broken or names something unknown."""

    code = "broken-profile"


class RuleError(LcaError):
    """A rule that does not meet the requirements of its declaration, or a ring among rules."""

    code = "broken-rule"


class UnknownName(LcaError):
    """A run, quantity, rule, factor or device that does not exist."""

    code = "unknown-name"


class OutputError(LcaError):
    """A file that cannot be written."""

    code = "unwritable-output"


def shorten(value: object, limit: int = 60) -> str:
    """Text of a value for a message: at most `limit` characters, control characters made visible."""
    text = value if isinstance(value, str) else repr(value)
    text = text[: limit + 1].encode("unicode_escape").decode("ascii") if not text[:limit].isprintable() else text
    return text if len(text) <= limit else text[:limit] + "..."


def nearest(name: str, names: list[str] | set[str] | tuple[str, ...]) -> str:
    """The known name closest to `name`, or an empty string."""
    import difflib

    hits = difflib.get_close_matches(name[:200], sorted(names), n=1, cutoff=0.5)
    return hits[0] if hits else ""
