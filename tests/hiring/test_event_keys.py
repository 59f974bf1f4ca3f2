"""A calendar gives no id away twice: whoever comes back gets another one, and all that may stand are known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hiring.model import Answer, Lead, Loop
from hiring.rules import delegates, event_keys, recusal
from tests.hiring import facts
from tests.hiring.worlds import NOW

LATER = NOW + timedelta(minutes=5)


def unsure_and_cleared(loop: Loop) -> Loop:
    doubted = recusal.attest(loop, "ana", Answer.UNSURE, now=NOW)
    return recusal.pin(doubted, "ana", conflict=False, by="rita", now=LATER)


def conflict_and_overruled(loop: Loop) -> Loop:
    return recusal.pin(
        recusal.attest(loop, "ana", Answer.CONFLICT, now=NOW), "ana", conflict=False, by="rita", now=LATER
    )


def passed_over(loop: Loop) -> Loop:
    return recusal.pass_over(loop, "ana", now=NOW)


@pytest.mark.parametrize("happens", [unsure_and_cleared, conflict_and_overruled, passed_over])
def test_who_may_have_lost_their_event_gets_it_back_under_a_new_key(happens: object) -> None:
    before = facts.booked()
    after = happens(before)  # type: ignore[operator]  # one of the three above
    first, then = (event_keys.of_write_up(loop, "coding", "ana") for loop in (before, after))
    assert first == "L1/coding/ana"
    assert then != first
    assert {first, then} <= set(event_keys.ever_of_write_up(after, "coding", "ana"))
    assert event_keys.of_write_up(after, "talk", "lee") == event_keys.of_write_up(before, "talk", "lee")


def test_a_loop_that_comes_back_to_a_recruiter_gets_a_new_key_on_their_calendar() -> None:
    one = facts.booked()
    other = delegates.hand_over(one, Lead.RECRUITER, "remy", by="hans", now=NOW)
    again = delegates.hand_over(other, Lead.RECRUITER, one.recruiter, by="hans", now=LATER)
    assert event_keys.of_session(one, "coding") == event_keys.of_session(other, "coding") == "L1/coding"
    assert event_keys.of_session(again, "coding") != "L1/coding"
    assert event_keys.ever_of_session(again, "coding", one.recruiter) == ("L1/coding", "L1/coding\n1")
    assert event_keys.ever_of_session(replace(again, handed_over=()), "coding", one.recruiter) == ("L1/coding",)
