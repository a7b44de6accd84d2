"""Usage exports of OpenAI: pages of the usage API, CSV of the dashboard, and the older activity export."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault, InputError
from lca.ingest import usage
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log

FORMAT = Format(
    "openai-usage",
    "OpenAI usage export, JSON, JSON Lines or CSV",
    "requests, tokens in (cached ones too) and out, images, by day and model",
    "energy, devices, place, size of the model",
    sums=True,
)
#: input_tokens and n_context_tokens_total count cached tokens too
#: https://platform.openai.com/docs/api-reference/usage/completions_object
FIELDS = usage.Fields(
    "openai",
    "openai",
    {
        "requests": (("num_model_requests", "num_requests", "n_requests"),),
        "tokens_in": (("input_tokens", "n_context_tokens_total"),),
        "tokens_cached": (("input_cached_tokens", "n_cached_context_tokens_total"),),
        "tokens_out": (("output_tokens", "n_generated_tokens_total"),),
        "images": (("images",),),
    },
    ("input_audio_tokens", "output_audio_tokens"),
)
_COST = {"amount_value", "amount_currency"}


def claims(head: Head) -> bool:
    """The names that OpenAI alone gives to tokens, or to amounts of money."""
    if head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "["):
        has = {name for name in ("input_cached_tokens", "num_model_requests") if f'"{name}"' in head.text}
        return any(t in head.text for t in ('"organization.usage.', '"organization.costs.', '"n_context_tokens_total"')) or len(has) == 2  # fmt: skip
    names = _names(head)
    return _has_tokens(names) or (names >= _COST and bool(names & set(usage.START)))


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per day and model. Raises InputError for an export of costs alone."""
    costs = '"organization.costs.' in log.head.text and '"organization.usage.' not in log.head.text
    if costs or (not usage.is_json(log) and not _has_tokens(_names(log.head))):
        raise InputError(log.shown, "an export of costs, which holds no tokens", "Export usage instead of cost.")
    yield from usage.read(log, FIELDS)


def _names(head: Head) -> set[str]:
    lines = head.lines
    return {n.strip().strip('"').lower() for n in lines[0].lstrip("\ufeff").split(",")} if lines else set()


def _has_tokens(names: set[str]) -> bool:
    old = names >= {"n_context_tokens_total", "n_generated_tokens_total"}
    new = names >= {"input_tokens", "output_tokens"} and bool(names & {"input_cached_tokens", "num_model_requests"})
    return (old or new) and bool(names & set(usage.START))
