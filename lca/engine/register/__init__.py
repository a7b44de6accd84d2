"""The register of contractual instruments: matched with consumption once over the whole inventory."""

from lca.engine.register.data import as_data
from lca.engine.register.entries import having
from lca.engine.register.notes import PROFILE, Note
from lca.engine.register.register import Line, Register

__all__ = ["PROFILE", "Line", "Note", "Register", "as_data", "having"]
