"""Cloud regions to countries and subdivisions. A region is known by its provider and its id or name together."""

from __future__ import annotations

import re
import unicodedata

from lca.catalogue.factor_set import FactorSet

#: names that logs and bills use for a provider -> the catalogue's
PROVIDERS = {
    "amazon": "aws", "amazonwebservices": "aws", "amazonwebservicesinc": "aws", "awseuropeansovereigncloud": "aws",
    "google": "gcp", "googlecloud": "gcp", "googlecloudplatform": "gcp",
    "microsoft": "azure", "microsoftazure": "azure", "microsoftcorporation": "azure",
    "oracle": "oci", "oraclecloud": "oci", "oraclecloudinfrastructure": "oci",
    "alibabacloud": "alibaba", "aliyun": "alibaba", "aliyuncloud": "alibaba",
    "tencentcloud": "tencent", "ibmcloud": "ibm", "ovh": "ovhcloud", "hetznercloud": "hetzner", "hetzneronline": "hetzner",
    "lambdalabs": "lambda", "lambdacloud": "lambda", "crusoecloud": "crusoe", "nebiusai": "nebius", "nebiusaicloud": "nebius",
}  # fmt: skip
#: a zone after the id of its region: `us-central1-a`, `us-east-1a`, `US-EAST-01A`, `fr-par-1`, `us-ashburn-1-ad-2`
_ZONES = tuple(re.compile(p) for p in (r"(.*\d)-?[a-z]", r"(.*)-\d", r"(.*\d)[-:]ad-?\d"))


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


class RegionIndex:
    """Finds the row of a region by provider and by its id, a name that bills write, or the id of one of its zones."""

    def __init__(self, sets: list[FactorSet]) -> None:
        self.records = region_index(sets)
        self._names: dict[tuple[str, str], dict[str, str]] | None = None

    def find(self, cloud: str, region: str) -> dict[str, str] | None:
        """Row of a region; None for what this provider does not have, whatever other providers call so."""
        own = provider(cloud)
        record = self.records.get((own, region.lower())) or self._by_name(own, region)
        for pattern in _ZONES if record is None else ():
            found = pattern.fullmatch(region.lower())
            record = self.records.get((own, found[1])) if found else None
            if record is not None:
                break
        return record

    def _by_name(self, cloud: str, region: str) -> dict[str, str] | None:
        if self._names is None:
            self._names = {}
            for (own, _), record in self.records.items():
                for name in (record["region"], *(record.get("aliases") or "").split("|")):
                    self._names.setdefault((own, _folded(name)), record)
        key = _folded(region)
        return self._names.get((cloud, key)) if key else None


def _folded(name: str) -> str:
    """A name without case, accents, punctuation and spaces."""
    plain = unicodedata.normalize("NFKD", name).lower()
    return "".join(c for c in plain if c.isalnum() and ord(c) < 128)
