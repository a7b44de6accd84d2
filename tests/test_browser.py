"""The report in a browser, as a reader uses it: figures lead to derivations, runs are found, nothing is loaded, axe finds no violation.

Needs Chromium or Chrome on the system (`apt install chromium`); without one the tests are skipped and say so.
"""

from __future__ import annotations

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import NOW, ROOT
from playwright.sync_api import sync_playwright

import lca
from lca.report.write import write

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium on this system: `apt install chromium` lets the report be tested in a browser"
)
VIEWS = {"wide": (1280, "light"), "dark": (1280, "dark"), "narrow": (390, "light"), "tablet": (800, "light")}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    a = lca.assess(
        [str(ROOT / "samples" / "*.json")],
        profile=str(ROOT / "samples" / "profile.yaml"),
        now=NOW,
        disclosures=["eu-ai-act", "esrs-e1"],
    )
    return write(a, folder, ["html"]).files["html"]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as engine:
        made = engine.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def opened(browser, report):
    """A page with the report; what it loads and what goes wrong is kept."""
    made = []

    def go(view="wide", scripts=True):
        width, scheme = VIEWS[view]
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        page = context.new_page()
        page.faults, page.loaded = [], []
        page.on("console", lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: page.faults.append(str(e)))
        page.on("request", lambda r: page.loaded.append(r.url))
        page.goto(report.as_uri())
        made.append(context)
        return page

    yield go
    for context in made:
        context.close()


def violations(page):
    return [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:200]) for v in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_violation_and_nothing_is_loaded(opened, report, view):
    page = opened(view)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= VIEWS[view][0]
    page.locator("#results-by-life-cycle-stage a.fig").first.click()
    assert violations(page) == []
    assert page.faults == []
    assert [u for u in page.loaded if not u.startswith("data:")] == [report.as_uri()]


def test_a_figure_leads_to_its_derivation_and_back(opened):
    page = opened()
    link = page.locator("#results-by-life-cycle-stage tr.total a.fig").first
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    assert dialog.locator("h2").inner_text() == "All runs"
    assert "Sums over 55 entries" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert link.evaluate("x => x === document.activeElement")


def test_from_a_group_to_a_run_to_a_rule(opened):
    page = opened()
    page.locator("#results-by-system tbody a.fig").first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator('a[href^="#derive-run-"]').first.click()
    tree = dialog.inner_text()
    assert re.search(r"total_co2e = [\d.e+]+\u202fkg", tree)
    assert "use_co2e + embodied_co2e + end_of_life_co2e = " in tree
    assert re.search(r"found by ", tree)
    rule = dialog.locator('a[href^="#rule-"]').first
    target = rule.get_attribute("href")
    rule.click()
    assert page.locator("dialog[open]").count() == 0
    assert page.url.endswith(target)


def test_the_figure_shown_is_the_one_derived(opened):
    """Every figure of the runs is found again at the top of its own tree."""
    page = opened()
    rows = page.locator("#runs tbody tr:not(.total):not([hidden])")
    for at in (0, 5, 20):
        cell = rows.nth(at).locator("td").nth(6)
        link = cell.locator("a.fig")
        shown = float(re.sub(r"\s", "", link.inner_text()))
        link.click()
        dialog = page.locator("dialog[open]")
        sums = [float(x) for x in re.findall(r"^total_co2e = ([\d.e+-]+)", dialog.inner_text(), re.MULTILINE)]
        assert sum(sums) / 1000 == pytest.approx(shown, rel=0.06)
        dialog.locator("button").click()


def test_runs_are_searched_and_sorted(opened):
    page = opened()
    page.get_by_label("Search runs").fill("bloom training")
    assert re.fullmatch(r"\d+ of 48 runs shown", page.locator("#runs .found").inner_text())
    shown = page.locator("#runs tbody tr:visible")
    texts = [t.lower() for t in shown.all_inner_texts()]
    assert all("bloom" in t and "training" in t for t in texts[:-1])
    assert texts[-1].startswith("total")
    page.get_by_label("Search runs").fill("")
    head = page.locator("#runs thead th").nth(3)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    held = [re.sub(r"\s", "", t) for t in page.locator("#runs tbody tr:not(.total) td:nth-child(4)").all_inner_texts()]
    numbers = [float(t.strip("†<")) for t in held if re.match(r"[<\d]", t)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(held) - sum(t == "n/a" for t in held)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.locator("#runs tbody tr").last.inner_text().startswith("Total")


def test_findings_are_shown_by_severity(opened):
    page = opened()
    assert page.locator("#findings h3.info").is_visible()
    page.get_by_label("notes").uncheck()
    assert not page.locator("#findings h3.info").is_visible()
    assert page.locator("#findings h3.warning").is_visible()


def test_without_scripts_links_lead_to_derivations(opened):
    page = opened(scripts=False)
    link = page.locator("#results-by-system tbody a.fig").first
    target = link.get_attribute("href")
    assert page.locator(f"{target} .panel").count() == 1
    assert page.locator(f"{target} summary").inner_text()
    page.locator(f"{target} summary").click()
    assert page.locator(f"{target} .panel").is_visible()
    assert page.locator("dialog").count() == 0


def test_marks_of_charts_say_their_value(opened):
    page = opened()
    tips = page.locator("figure svg.chart path > title").all_text_contents()
    assert len(tips) > 10
    assert all(re.search(r": \S+", tip) for tip in tips)
