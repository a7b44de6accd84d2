"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lca.errors import OutputError
from lca.quantities import TIER_NAMES

if TYPE_CHECKING:
    import pandas as pd

    from lca.assessment import Assessment

#: a cell that begins so would be run as a formula by a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file so that it is there whole or not at all. Raises OutputError."""
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent if str(target.parent) else ".", prefix=f".{target.name}.")
    except OSError as error:
        raise OutputError(
            str(path), f"cannot be written: {error.strerror or error}", "Check folder and permissions."
        ) from None
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise OutputError(
            str(path), f"cannot be written: {error.strerror or error}", "Check disk space and permissions."
        ) from None
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def harmless(text: object) -> object:
    """Text that a spreadsheet shows and does not run: a leading apostrophe before what looks like a formula."""
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as CSV in UTF-8 with full precision; text that looks like a formula is made harmless."""
    import pandas as pd

    safe = frame.copy(deep=False)
    for name in safe.columns:
        kind = safe[name].dtype
        if str(kind).startswith(("object", "str")):
            safe[name] = safe[name].map(harmless)
        elif isinstance(kind, pd.CategoricalDtype) and any(harmless(c) is not c for c in kind.categories):
            safe[name] = safe[name].astype(object).map(harmless)
    out = io.StringIO()
    safe.to_csv(out, index=False, lineterminator="\r\n")  # RFC 4180; a carriage return in a name is quoted with it
    return out.getvalue().encode("utf-8")


def results_csv(assessment: Assessment) -> bytes:
    """`results.csv`: one row per run, device group and part in time."""
    return csv_bytes(assessment.results)


def figures_file(assessment: Assessment, by: Sequence[str], path: str) -> None:
    """Figures as JSON, CSV or Parquet, by the ending of `path`. Raises OutputError for another ending."""
    ending = Path(path).suffix.lower()
    if ending == ".json":
        data = assessment.to_json(by).encode("utf-8")
    elif ending in (".csv", ".parquet"):
        frame = assessment.figures(by)
        if "shares" in frame:
            for name in TIER_NAMES:
                frame[name] = [held[name] if isinstance(held, dict) else None for held in frame["shares"]]
        frame = frame.drop(columns=["by_tier", "shares"], errors="ignore")
        for name in ("rules", "factors"):
            frame[name] = [" ".join(cell) for cell in frame[name]]
        if ending == ".csv":
            data = csv_bytes(frame)
        else:
            buffer = io.BytesIO()
            frame.to_parquet(buffer, index=False)
            data = buffer.getvalue()
    else:
        raise OutputError(path, "unknown ending", "Use .json, .csv or .parquet.", ending or "none")
    atomic(path, data)
