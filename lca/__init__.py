"""lca: life-cycle assessment and reporting for AI. The public API; heavy parts load when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lca.version import VERSION as __version__

if TYPE_CHECKING:
    from lca.assessment import Assessment, assess
    from lca.checks import Finding
    from lca.errors import LcaError
    from lca.profile import Profile
    from lca.run import Run

__all__ = ["Assessment", "Finding", "LcaError", "Profile", "Run", "__version__", "assess"]

_HOMES = {
    "Assessment": "lca.assessment", "assess": "lca.assessment", "Finding": "lca.checks", "LcaError": "lca.errors",
    "Profile": "lca.profile", "Run": "lca.run",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'lca' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
