"""What the pages say is there is there: links, pictures, files, dependencies, settings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.settings import SETTINGS
from scheduling.calendars.google_errors import SCOPES
from tests.docs.pages import PAGES, ROOT, anchors, blocks, links, name, prose, spans, text

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
LARGEST = 300_000
MEASURED = re.compile(r"\d\s?(?:ms|MB|GB|×|times (?:faster|slower))\b")
OURS = re.compile(r"\b(?:EVENHAND|SLACK|GOOGLE)_[A-Z_]+\b|\bSMTP_URL\b")

pages = pytest.mark.parametrize("page", PAGES, ids=name)


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for _, _, address in links(page):
        if address.startswith(("https://", "mailto:")):
            continue
        file, _, anchor = address.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(address)
    assert lost == []


@pages
def test_links_to_elsewhere_are_encrypted(page: Path) -> None:
    assert re.findall(r"http://(?!127\.0\.0\.1)\S+", text(page)) == []


@pages
def test_every_picture_says_in_words_what_it_shows(page: Path) -> None:
    assert [address for picture, words, address in links(page) if picture and not words.strip()] == []


def test_pictures_are_small_and_all_of_them_are_shown() -> None:
    shown = {(page.parent / address).resolve() for page in PAGES for picture, _, address in links(page) if picture}
    there = set(PICTURES.glob("*.png"))
    assert {file for file in shown if file.is_relative_to(PICTURES)} == there
    assert [name(file) for file in there if file.stat().st_size > LARGEST] == []
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in there)


@pages
def test_every_file_that_is_named_is_there(page: Path) -> None:
    folders = {entry.name for entry in ROOT.iterdir() if entry.is_dir()}
    named = {span.split(":")[0].rstrip("/") for span in spans(page) if span.split("/")[0] in folders}
    # What only a run makes, and what stands for many.
    made = {"var/seal.keys", "var/evenhand.db"}
    missing = {path for path in named - made if not re.search(r"[*A-Z ]", path) and not (ROOT / path).exists()}
    assert missing == set()


@pages
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    asked = re.compile(r"environ(?:\.get\(|\[)\"(\w+)\"")
    known = {setting.name for setting in SETTINGS}
    of_ours = (file for folder in ("tests", "bench") for file in (ROOT / folder).rglob("*.py"))
    known |= {found for file in of_ours for found in asked.findall(text(file))}
    assert {found for found in OURS.findall(text(page)) if not found.endswith("_")} - known == set()


def test_every_setting_is_listed_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| .+ \| (\S+) \|$", text(DOCS / "settings.md"), re.MULTILINE)
    assert dict(rows) == {one.name: f"`{one.default}`" if one.default else "–" for one in SETTINGS}


@pages
def test_a_measured_figure_names_the_command_that_measures_it(page: Path) -> None:
    figures = MEASURED.findall(prose(page))
    assert not figures or re.search(r"`(?:make bench|\S*python -m bench)[^`]*`", text(page)), figures


@pages
def test_lists_of_packages_are_nobodys_address(page: Path) -> None:
    assert re.findall(r"\S*(?:pypi\.org|pythonhosted|npmjs)\S*", text(page)) == []


@pytest.mark.parametrize("kind", ["run", "test", "bench"])
def test_every_dependency_has_its_line_and_no_other(kind: str) -> None:
    lines = (ROOT / "requirements" / f"{kind}.in").read_text().splitlines()
    section = text(DOCS / "dependencies.md").split(f"(`requirements/{kind}.in`)\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)
    assert [package for package, _ in rows] == [line for line in lines if line and not line.startswith("-")]
    assert [package for package, why in rows if not why.rstrip().endswith(".")] == []


def test_the_python_versions_are_those_that_are_supported() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert asked == ">=3.11,<3.14"
    for page in (ROOT / "README.md", DOCS / "install.md"):
        assert re.findall(r"Python (3\.\d+(?:(?:, | or )3\.\d+)*)", text(page))[0] == "3.11, 3.12 or 3.13"


def test_the_scopes_to_allow_at_google_are_those_that_are_asked_for() -> None:
    (scopes,) = blocks(DOCS / "install.md", "text")
    assert tuple(scopes.strip().split(",")) == SCOPES


def test_http_mode_changes_the_manifest_where_it_has_something_to_change() -> None:
    (change,) = [yaml.safe_load(code) for code in blocks(DOCS / "install.md", "yaml")]
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    (command,) = change["features"]["slash_commands"]
    assert command["command"] == manifest["features"]["slash_commands"][0]["command"]
    assert set(change["settings"]) <= set(manifest["settings"])
    addresses = re.findall(r"https://\S+", "\n".join(blocks(DOCS / "install.md", "yaml")))
    assert {address.partition(".example.com")[2] for address in addresses} == {"/slack/events"}
    assert (change["settings"]["socket_mode_enabled"], manifest["settings"]["socket_mode_enabled"]) == (False, True)


def test_the_license_is_whole() -> None:
    license_ = (ROOT / "LICENSE").read_text()
    assert re.search(r"Apache License\s+Version 2\.0, January 2004", license_)
    assert license_.count("END OF TERMS AND CONDITIONS") == 1
    assert "APPENDIX: How to apply the Apache License to your work." in license_
