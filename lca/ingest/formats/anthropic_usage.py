"""Usage exports of Anthropic: CSV of the console and pages of the usage report."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault, InputError
from lca.ingest import usage
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log

FORMAT = Format(
    "anthropic-usage",
    "Anthropic usage export, JSON, JSON Lines or CSV",
    "tokens in (written to and read from the cache too) and out, by day, model and inference_geo",
    "requests, energy, devices, place where inference_geo does not say, size of the model",
    sums=True,
    marks=(("uncached_input_tokens", "cache_read_input_tokens", "starting_at"), ("usage_date_utc", "usage_input_tokens_no_cache", "usage_output_tokens")),
)  # fmt: skip
_READ = ("usage_input_tokens_cache_read", "cache_read_input_tokens")
#: here, other than with OpenAI, the tokens of the cache stand beside the others and are added
#: https://docs.anthropic.com/en/api/admin-api/usage-cost/get-messages-usage-report
FIELDS = usage.Fields(
    "anthropic",
    "anthropic",
    {
        "tokens_in": (
            ("usage_input_tokens_no_cache", "uncached_input_tokens"),
            ("usage_input_tokens_cache_write_5m", "cache_creation.ephemeral_5m_input_tokens"),
            ("usage_input_tokens_cache_write_1h", "cache_creation.ephemeral_1h_input_tokens"),
            _READ,
        ),
        "tokens_cached": (_READ,),
        "tokens_out": (("usage_output_tokens", "output_tokens"),),
    },
)
NEEDED = {"usage_input_tokens_no_cache", "usage_output_tokens"}


def claims(head: Head) -> bool:
    """The names that Anthropic alone gives to tokens, or to costs by day."""
    if head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        return all(f'"{name}"' in head.text for name in ("uncached_input_tokens", "cache_read_input_tokens", "starting_at"))  # fmt: skip
    names = _names(head)
    return "usage_date_utc" in names and (names >= NEEDED or "cost_usd" in names)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per day, model and place. Raises InputError for an export of costs alone."""
    if not usage.is_json(log) and not _names(log.head) >= NEEDED:
        raise InputError(log.shown, "an export of costs, which holds no tokens", "Export usage instead of cost.")
    yield from usage.read(log, FIELDS)


def _names(head: Head) -> set[str]:
    lines = head.lines
    return {n.strip().strip('"').lower() for n in lines[0].lstrip("\ufeff").split(",")} if lines else set()
