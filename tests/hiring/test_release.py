"""When a panel's scorecards open: all at once, by the plan's rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hiring.model import Answer, Ended, Loop, Release, ReleaseHow, ReleaseRule
from hiring.rules.recusal import attest
from hiring.rules.release import release
from tests.hiring import facts
from tests.hiring.facts import END, hours
from tests.hiring.worlds import NOW

FULL = facts.handed_in(("coding", "ana"), ("talk", "lee"))
ONE = facts.handed_in(("talk", "lee"))
RULE = ReleaseRule(quorum=1, hours=24)


def ruled(loop: Loop, rule: ReleaseRule = RULE) -> Loop:
    return replace(loop, plan=replace(loop.plan, release=rule))


def test_all_in_opens_and_one_missing_does_not() -> None:
    assert release(FULL, END) == Release(END, ReleaseHow.ALL_IN)
    assert release(ONE, END + hours(9999)) is None


def test_nothing_opens_before_the_last_interview_has_ended() -> None:
    assert release(FULL, END - timedelta(seconds=1)) is None


def test_a_quorum_opens_only_when_its_hours_have_passed_too() -> None:
    assert release(ruled(ONE), END + hours(24) - timedelta(seconds=1)) is None
    assert release(ruled(ONE), END + hours(24)) == Release(END + hours(24), ReleaseHow.QUORUM)
    assert release(ruled(facts.booked()), END + hours(9999)) is None
    assert release(ruled(FULL), END + hours(9999)) == Release(END + hours(9999), ReleaseHow.ALL_IN)


@pytest.mark.parametrize("rule", [ReleaseRule(quorum=1), ReleaseRule(hours=1)])
def test_half_a_rule_is_none(rule: ReleaseRule) -> None:
    assert release(ruled(ONE, rule), END + hours(9999)) is None


def test_a_rater_who_steps_aside_is_waited_for_no_more_and_their_card_does_not_count() -> None:
    assert release(attest(ONE, "ana", Answer.CONFLICT, now=END), END) == Release(END, ReleaseHow.ALL_IN)
    void = attest(ONE, "lee", Answer.CONFLICT, now=END)
    assert release(void, END + hours(99)) is None
    assert release(ruled(void), END + hours(99)) is None


def test_a_panel_that_owes_nothing_opens_when_it_is_over() -> None:
    silent = replace(
        facts.booked().plan, sessions=tuple(replace(one, rubric=None) for one in facts.booked().plan.sessions)
    )
    loop = replace(facts.booked(), plan=silent)
    assert (release(loop, END - timedelta(seconds=1)), release(loop, END)) == (None, Release(END, ReleaseHow.ALL_IN))


def test_it_opens_once_and_never_when_cancelled_or_not_booked() -> None:
    assert release(facts.released(), END + hours(1)) is None
    assert release(replace(FULL, cancelled=Ended(NOW, "rita", "x")), END) is None
    assert release(replace(FULL, booked_at=None), END) is None
