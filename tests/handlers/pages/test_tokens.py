from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.pages.tokens import Expired, Opens, make_token, page_url, read_token
from hiring.model import Session
from tests.handlers.pages.world import KEY, NOW, booked, ordinary

LATER = NOW + timedelta(days=30)


def test_a_token_opens_its_loop_until_it_expires() -> None:
    token = make_token("loop-1", expires=LATER, key=KEY)
    assert read_token(token, key=KEY, now=NOW) == Opens("loop-1")
    assert read_token(token, key=KEY, now=LATER - timedelta(seconds=1)) == Opens("loop-1")
    assert read_token(token, key=KEY, now=LATER) == Expired("loop-1")


def test_another_key_or_another_purpose_opens_nothing() -> None:
    token = make_token("loop-1", expires=LATER, key=KEY)
    assert read_token(token, key=KEY + b"x", now=NOW) is None
    assert read_token(token, key=KEY, now=NOW, purpose="something else") is None


def test_a_token_is_short_and_safe_in_any_address() -> None:
    token = make_token("8f14e45f-ceea-467a-9575-6b2c0d7b1f2e", expires=LATER, key=KEY)
    assert re.fullmatch(r"[a-z2-7]{90}", token)


def test_changing_any_letter_opens_nothing_else() -> None:
    token = make_token("loop-1", expires=LATER, key=KEY)
    for at, letter in enumerate(token):
        forged = token[:at] + ("b" if letter == "a" else "a") + token[at + 1 :]
        # The last letter may hold bits that carry nothing; no change opens another loop or a longer time.
        assert read_token(forged, key=KEY, now=LATER) in {None, Expired("loop-1")}
        assert at == len(token) - 1 or read_token(forged, key=KEY, now=NOW) is None


@given(st.text(max_size=600))
def test_whatever_is_put_into_the_address_opens_nothing(token: str) -> None:
    assert read_token(token, key=KEY, now=NOW) is None


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable()))
def test_any_loop_id_comes_back(loop: str) -> None:
    assert read_token(make_token(loop, expires=LATER, key=KEY), key=KEY, now=NOW) == Opens(loop)


def test_a_key_too_short_to_protect_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        make_token("loop-1", expires=LATER, key=b"short")


def test_the_address_is_the_same_in_every_mail_and_outlives_the_interviews() -> None:
    case = booked(ordinary())
    address = page_url("https://interviews.example.com/", case.loop, key=KEY)
    assert address == page_url("https://interviews.example.com", replace(case.loop, revision=2, version=9), key=KEY)
    assert address.startswith("https://interviews.example.com/c/")
    token = address.rpartition("/")[2]
    far = case.loop.created + timedelta(days=179)
    assert read_token(token, key=KEY, now=far) == Opens("loop-1")
    assert read_token(token, key=KEY, now=far + timedelta(days=1)) == Expired("loop-1")


def test_the_address_works_for_180_days_and_30_beyond_the_last_interview() -> None:
    loop = replace(ordinary().loop, created=NOW, sessions=())
    begins = NOW + timedelta(days=200)
    late = replace(loop, sessions=(Session("coding", begins, begins + timedelta(hours=1)),))
    soon = replace(loop, sessions=(Session("coding", NOW, NOW + timedelta(hours=1)),))
    for one, until in (
        (loop, NOW + timedelta(days=180)),
        (soon, NOW + timedelta(days=180)),
        (late, begins + timedelta(days=30, hours=1)),
    ):
        token = page_url("", one, key=KEY).rsplit("/", 1)[-1]
        found = [read_token(token, key=KEY, now=at) for at in (until - timedelta(seconds=1), until)]
        assert found == [Opens(loop.id), Expired(loop.id)]


def test_a_token_of_no_loop_opens_nothing() -> None:
    assert read_token(make_token("", expires=LATER, key=KEY), key=KEY, now=NOW) is None


def test_keys_and_tokens_are_as_long_as_they_must_be_and_no_longer() -> None:
    key = b"k" * 16
    assert read_token(make_token("L", expires=LATER, key=key), key=key, now=NOW) == Opens("L")
    longest, longer = (make_token("x" * length, expires=LATER, key=KEY) for length in (292, 293))
    assert [len(token) for token in (longest, longer)] == [500, 501]
    assert read_token(longest, key=KEY, now=NOW) == Opens("x" * 292)
    assert read_token(longer, key=KEY, now=NOW) is None
