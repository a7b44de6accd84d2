"""The version of lca: the one of the installed package."""

VERSION = "0.1.0"
