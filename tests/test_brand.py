"""Logo and colour of a profile: used where they can be, told where they cannot, and nothing but a picture is read."""

from __future__ import annotations

import base64

import pikepdf
import pytest
from conftest import assess, run, write

from lca.profile import load
from lca.report import brand, html
from lca.report.brand import LARGEST, contrast
from lca.report.write import write as write_report

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgSHPGg0alsSIA5Z5QDZKMSsEAAAAASUVORK5CYII="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#0b5c8f"/></svg>'
REMEDY = "Give a PNG, JPEG or SVG beside the profile; the report goes without."


def profile(folder, **report):
    return load(write(folder / "profile.yaml", {"id": "p", "report": report}))


@pytest.mark.parametrize(("name", "data", "kind"), [("logo.png", PNG, "image/png"), ("logo.svg", SVG, "image/svg+xml")])
def test_a_logo_stands_in_the_report_and_its_path_does_not(name, data, kind, tmp_path):
    write(tmp_path / "deep" / name, data)
    a = assess(run(), profile=profile(tmp_path, logo=f"deep/{name}", colour="#7a1f5c"))
    written = write_report(a, tmp_path / "out", ["html", "pdf", "summary"])
    assert not written.failed
    text = written.files["html"].read_text("utf-8")
    assert f'src="data:{kind};base64,' in text
    assert "--link:#7a1f5c" in text
    assert "deep/" not in text
    with pikepdf.open(written.files["pdf"]) as document:
        assert len(document.pages[0].get_images()) == (kind == "image/png")


FAULTS = {
    "missing": (None, f"report.logo logo.png: cannot be read: No such file or directory. {REMEDY}"),
    "huge": (PNG + b"\0" * LARGEST, f"report.logo logo.png: it has {len(PNG) + LARGEST} bytes, of at most {LARGEST}. Give a smaller picture; the report goes without."),
    "no picture": (b"root:x:0:0", f"report.logo logo.png: neither PNG, JPEG nor SVG. {REMEDY}"),
    "entities": (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', f"report.logo logo.png: neither PNG, JPEG nor SVG. {REMEDY}"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_logo_that_cannot_be_used_costs_itself_alone(case, tmp_path, cli):
    data, told = FAULTS[case]
    if data is not None:
        write(tmp_path / "logo.png", data)
    path = write(tmp_path / "profile.yaml", {"id": "p", "report": {"logo": "logo.png"}})
    done = cli(
        "report",
        write(tmp_path / "runs.json", run()),
        "--profile",
        path,
        "-o",
        tmp_path / "out",
        "--format",
        "html,json",
    )
    assert (done.code, done.err) == (1, f"lca: {told}\n")
    assert "<img" not in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "http://127.0.0.1:9/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "..",
        "/dev/zero",
        "x\0y",
    ],
)
def test_a_logo_is_a_picture_and_nothing_else(name, tmp_path):
    made = brand.of(profile(tmp_path, logo=name))
    assert made.logo == ""
    assert len(made.notes) == 1
    assert made.notes[0].startswith("report.logo ")


def test_a_colour_that_nobody_can_read_is_not_used(tmp_path):
    made = brand.of(profile(tmp_path, colour="#ffcc00"))
    assert made.colour == ""
    assert made.notes == [
        "report.colour #ffcc00: its contrast with white is 1.5, of at least 4.5 that readers need. Choose a darker colour; the report keeps its own."
    ]
    assert (contrast("#000000"), contrast("#ffffff")) == (21, 1)


TEXTS = [
    "file:///etc/passwd",
    "http://127.0.0.1:9/x.png",
    "data:text/html,<script>1</script>",
    "<img src=x onerror=1>",
    "{{ 7777 * 7 }}",
    "url(http://127.0.0.1:9)",
    "\u202eevil",
]


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_of_a_profile_is_opened_or_executed(text, tmp_path, closed):
    """The text in every field of a profile that takes a text, rendered to HTML and PDF."""
    from lca import statements

    data: dict = {"id": "p", "functional_unit": text, "title": text, "description": text}
    for group, (model, _) in statements.SINGLE.items():
        data[group] = {
            q.path.partition(".")[2]: text
            for q in statements.questions(group, model)
            if isinstance(q.example, str) and _takes(model, q.path, text)
        }
    del data["report"]["logo"]
    data["models"] = {"Model A": {"architecture": text}}
    data["exclusions"] = [{"item": text, "reason": text, "approver": text}]
    data["reviews"] = [
        {
            "kind": "verification",
            "by": text,
            "standard": text,
            "level": "limited",
            "scope": text,
            "date": "2026-01-01",
            "statement": text,
        }
    ]
    data["organisation"]["name"] = text
    data.pop("period")
    a = assess(run(), profile=data)
    page = html.render(a)
    assert page.notes == []
    assert "54439" not in page.text
    assert "<img" not in page.text
    assert "\u202e" not in page.text
    assert page.text.count("<script>") == 1
    written = write_report(a, tmp_path, ["pdf", "summary", "xlsx", "md"])
    assert len(written.files) == 4


def _takes(model, path, text):
    """Whether a field takes any text."""
    try:
        model.model_validate({path.partition(".")[2]: text})
    except ValueError:
        return False
    return True
