"""Cloud regions to countries and subdivisions."""

from __future__ import annotations

from lca.catalogue.factor_set import FactorSet

#: names that logs use for a provider -> the catalogue's
PROVIDERS = {
    "amazon": "aws", "amazonwebservices": "aws", "google": "gcp", "googlecloud": "gcp", "microsoft": "azure",
    "microsoftazure": "azure", "ovh": "ovhcloud",
}  # fmt: skip


def provider(name: str) -> str:
    """The catalogue's name of a cloud provider."""
    folded = "".join(c for c in name.lower() if c.isalnum())
    return PROVIDERS.get(folded, folded)


def region_index(sets: list[FactorSet]) -> dict[tuple[str, str], dict[str, str]]:
    """(provider, region) -> row of the region registry."""
    out: dict[tuple[str, str], dict[str, str]] = {}
    for made in sets:
        for record in made.regions:
            out.setdefault((record["provider"], record["region"].lower()), record)
    return out
