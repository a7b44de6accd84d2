"""A Parquet file as the CSV of its table, batch by batch: what reads a format as CSV reads it as Parquet too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from lca.errors import InputError, shorten
from lca.ingest import byte_stream

MAGIC = b"PAR1"


@contextmanager
def as_csv(raw: IO[bytes], shown: str) -> Iterator[IO[bytes]]:
    """The bytes of a CSV with header. Columns of lists and maps are left out. Raises InputError where the file is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(raw) as file:
            flat = [f.name for f in file.schema_arrow if not pa.types.is_nested(f.type)]
            yield byte_stream.of_parts(_parts(file, flat))
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            shown, f"cannot be read as Parquet: {shorten(str(error), 160)}", "Write the file again."
        ) from None


def _parts(file: Any, names: list[str]) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import csv

    yield (",".join(f'"{n}"' if any(c in n for c in ',"\n') else n for n in names) + "\n").encode()
    for batch in file.iter_batches(batch_size=16384, columns=names):
        columns = [_text(column) for column in batch.columns]
        sink = pa.BufferOutputStream()
        csv.write_csv(
            pa.RecordBatch.from_arrays(columns, names),
            sink,
            csv.WriteOptions(include_header=False, quoting_style="needed"),
        )
        yield sink.getvalue().to_pybytes()


def _text(column: Any) -> Any:
    """Times in ISO form with their zone, bytes as text; all else as CSV writes it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_timestamp(kind):
        made = pc.replace_substring(pc.cast(pc.cast(column, pa.timestamp("us", kind.tz)), pa.string()), " ", "T")
        return pc.replace_substring_regex(made, "Z$", "+00:00")
    if pa.types.is_dictionary(kind):
        return _text(column.dictionary_decode())
    if pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pc.cast(column, pa.string())
    return column
