"""The repository's pages: every picture and page that they name is there."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

PAGES = ["README.md", "docs/gallery.md", "factors/README.md"]


@pytest.mark.parametrize("name", PAGES)
def test_no_link_is_broken(name):
    path = ROOT / name
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text("utf-8"))
    assert [t for t in targets if "://" not in t and not (path.parent / t).exists()] == []


def test_every_picture_of_the_gallery_is_shown():
    text = (ROOT / "docs" / "gallery.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    assert [p.name for p in sorted((ROOT / "docs" / "gallery").glob("*.png")) if f"gallery/{p.name}" not in text] == []
