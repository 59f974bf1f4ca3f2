"""Where a candidate says whom they know here, as their browser gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from hiring.model import Acquaintances, Ended, Kind
from hiring.rules.acquaintances import LONGEST
from tests.handlers.pages.test_app import words
from tests.handlers.pages.world import DAY, NOW, Site, booked, extreme, open_site, ordinary, served

SAID = "<b>Zoë</b> & Ana: we ran a café\n二人の友達"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path)


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with served(site.app) as at, httpx.Client(base_url=at) as asking:
        yield asking


def boxes(html: str) -> dict[str, tuple[str, bool]]:
    """The boxes of a page by the name beside them: what they are called in the form, and whether they are ticked."""
    found = re.findall(
        r'<input type="checkbox" name="([^"]*)" value="yes"( checked)?> <span><strong><bdi>([^<]*)', html
    )
    return {name: (field, bool(ticked)) for field, ticked, name in found}


def kept(site: Site) -> Acquaintances | None:
    with site.database.begin(read_only=True) as uow:
        return uow.acquaintances("loop-1")


def test_before_the_panel_is_told_nobody_is_named_but_the_contact(site: Site, client: httpx.Client) -> None:
    case = booked(ordinary())
    path = site.keep(replace(case, loop=replace(case.loop, booked_at=None)))
    page = client.get(f"{path}/people")
    assert (page.status_code, list(boxes(page.text))) == (200, ["Rui Martins"])
    assert words(page.text).startswith("Do you know somebody here? Hello Joana D’Angelo , an interview is fair when")


def test_once_the_panel_is_told_each_of_it_has_a_box_and_no_id_of_theirs_stands_there(
    site: Site, client: httpx.Client
) -> None:
    path = site.keep(booked(ordinary()))
    page = client.get(f"{path}/people")
    assert list(boxes(page.text)) == ["Ana Sousa", "Max Okafor", "Lee Chen", "Sam O’Neill", "Rui Martins"]
    assert [one for one in ("ana", "lee", "sam") if re.search(rf'"[^"]*\b{one}\b[^"]*"', page.text)] == []
    assert client.get(path).text.count(f'href="{path}/people">I know this person<span class="unseen">: ') == 5


def test_what_was_said_is_kept_told_to_the_recruiter_and_shown_again(site: Site, client: httpx.Client) -> None:
    path = site.keep(booked(ordinary()))
    site.clock.at = later = NOW + timedelta(minutes=1)
    field, _ = boxes(client.get(f"{path}/people").text)["Lee Chen"]
    answer = client.post(f"{path}/people", data={field: "yes", "words": SAID})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/people")
    assert kept(site) == Acquaintances("loop-1", later, SAID, ("lee",))
    assert (Kind.NAMED in site.deliveries(), len(site.woken)) == (True, 1)
    assert ("candidate", "named", "loop-1", ()) in site.audit()
    again = client.get(f"{path}/people").text
    assert [name for name, (_, ticked) in boxes(again).items() if ticked] == ["Lee Chen"]
    assert "&lt;b&gt;Zoë&lt;/b&gt; &amp; Ana: we ran a café\n二人の友達</textarea>" in again
    assert 'role="status"><strong>Thank you, we have this.' in again
    assert "Lee Chen" in client.get(path).text  # who is looked at does not vanish from the plan


def test_it_can_be_corrected_and_taken_back(site: Site, client: httpx.Client) -> None:
    path = site.keep(booked(ordinary()))
    field, _ = boxes(client.get(f"{path}/people").text)["Lee Chen"]
    client.post(f"{path}/people", data={field: "yes", "words": SAID})
    client.post(f"{path}/people", data={"words": "Only Zoë"})
    said = kept(site)
    assert said is not None
    assert (said.words, said.people) == ("Only Zoë", ())
    client.post(f"{path}/people", data={"words": " "})
    assert "Thank you, we have this" not in client.get(f"{path}/people").text


def test_a_text_that_is_too_long_comes_back_whole_with_what_to_do(site: Site, client: httpx.Client) -> None:
    path = site.keep(booked(ordinary()))
    field, _ = boxes(client.get(f"{path}/people").text)["Ana Sousa"]
    long = "ä" * (LONGEST + 1)
    page = client.post(f"{path}/people", data={field: "yes", "words": long})
    assert (page.status_code, kept(site), site.woken) == (200, None, [])
    assert f"\n{long}</textarea>" in page.text
    assert boxes(page.text)["Ana Sousa"][1]
    assert 'aria-describedby="words-hint words-fault" aria-invalid="true"' in page.text
    assert "Please write at most 2,000 characters; these are 2,001." in words(page.text)


def test_a_box_means_a_person_whoever_sits_there_by_now(site: Site, client: httpx.Client) -> None:
    path = site.keep(booked(ordinary()))
    field, _ = boxes(client.get(f"{path}/people").text)["Lee Chen"]
    with site.database.begin() as uow:
        loop = uow.loop("loop-1")
        swapped = tuple(replace(s, person="ana") if s.person == "lee" else s for s in loop.seats)
        uow.save_loop(replace(loop, seats=swapped))
    assert "Please tick somebody" in client.post(f"{path}/people", data={field: "yes"}).text
    assert kept(site) is None


def test_afterwards_it_can_still_be_said_and_of_a_cancelled_loop_not(site: Site, client: httpx.Client) -> None:
    path = site.keep(booked(extreme()))
    site.clock.at = DAY + timedelta(days=2)
    assert f'href="{path}/people"' in client.get(path).text
    assert client.post(f"{path}/people", data={"words": "x"}).status_code == 303
    with site.database.begin() as uow:
        uow.save_loop(replace(uow.loop("loop-1"), cancelled=Ended(NOW, "rui", "")))
    page = client.get(f"{path}/people")
    assert (page.status_code, page.headers["location"]) == (303, path)
    assert "/people" not in client.get(path).text
    assert client.post(f"{path}/people", data={"words": "y"}).status_code == 303
    said = kept(site)
    assert said is not None
    assert said.words == "x"


def test_no_other_site_can_say_it_and_a_forged_link_opens_nothing(site: Site, client: httpx.Client) -> None:
    path = site.keep(ordinary())
    foreign = client.post(f"{path}/people", data={"words": "x"}, headers={"Origin": "https://evil.example"})
    forged = f"{path[:-4]}aaaa/people"
    assert (foreign.status_code, client.get(forged).status_code) == (403, 404)
    assert client.post(forged, data={"words": "x"}).status_code == 404
    assert kept(site) is None
