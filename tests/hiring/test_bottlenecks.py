"""What is stuck, on whom, since when: each kind with its own limit, on its owner's working-hours clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hiring.model import Answer, Attestation, Barred, Decision, Ended, Loop, Outcome, PersonId, Planning, Seat
from hiring.rules.bottlenecks import LIMITS, Bottleneck, Stuck, bottlenecks, waiting
from tests.hiring import facts
from tests.hiring.facts import CODING, END, KNOWN, hours
from tests.hiring.worlds import NOW

ASKED = replace(facts.wished(), windows=(), planning=None, asked_availability_at=NOW)
UNSURE = replace(facts.chosen(), attestations=(Attestation("ana", Answer.UNSURE, NOW + hours(1)),))
REFILLING = replace(
    facts.chosen(), seats=(Seat("coding", "lead", None), facts.SEATS[1]), barred=(Barred("ana", NOW + hours(1)),)
)
DECIDED = replace(facts.released(), decision=Decision(Outcome.HOLD, "x" * 20, "hans", END))


def waits(loop: Loop, now: datetime) -> list[tuple[Stuck, PersonId | None, datetime]]:
    return [(one.stuck, one.owner, one.since) for one in waiting(loop, now=now, people=KNOWN)]


@pytest.mark.parametrize(
    ("loop", "now", "expected"),
    [
        (ASKED, NOW, [(Stuck.AVAILABILITY, None, NOW)]),
        (facts.wished(), NOW, []),
        (facts.optioned(), NOW, [(Stuck.BOOKING, "rita", NOW)]),
        (replace(facts.wished(), planning=Planning(1, NOW, NOW + hours(1))), NOW, [(Stuck.BOOKING, "rita", NOW + hours(1))]),
        (facts.chosen(), NOW, [(Stuck.ATTESTATION, "ana", NOW), (Stuck.ATTESTATION, "lee", NOW)]),
        (UNSURE, NOW, [(Stuck.ATTESTATION, "lee", NOW), (Stuck.UNSURE, "rita", NOW + hours(1))]),
        (REFILLING, NOW, [(Stuck.ATTESTATION, "lee", NOW), (Stuck.BOOKING, "rita", NOW + hours(1))]),
        (facts.attested(), NOW, [(Stuck.BOOKING, "rita", NOW)]),
        (facts.booked(), CODING.end - timedelta(seconds=1), []),
        (facts.booked(), CODING.end, [(Stuck.SCORECARD, "ana", CODING.end)]),
        (facts.booked(), END, [(Stuck.SCORECARD, "ana", CODING.end), (Stuck.SCORECARD, "lee", END)]),
        (facts.handed_in(("coding", "ana")), END, [(Stuck.SCORECARD, "lee", END)]),
        (facts.released(), END, [(Stuck.DECISION, "hans", END)]),
        (DECIDED, END + hours(99), []),
        (replace(facts.booked(), cancelled=Ended(END, "rita", "x")), END + hours(99), []),
    ],
)  # fmt: skip
def test_who_is_awaited(loop: Loop, now: datetime, expected: list[tuple[Stuck, PersonId | None, datetime]]) -> None:
    assert waits(loop, now) == expected


def test_it_is_a_bottleneck_from_its_limit_on_and_its_key_stays() -> None:
    loop = facts.handed_in(("coding", "ana"))
    # The interview ended at 11:45 on Wednesday in Berlin: its day of work is over on Thursday at 11:45.
    assert bottlenecks(loop, now=END + hours(24) - timedelta(minutes=1), people=KNOWN) == ()
    key = "L1/scorecard/lee/20261125T104500"
    assert bottlenecks(loop, now=END + hours(24), people=KNOWN) == (
        Bottleneck(key, "L1", Stuck.SCORECARD, "lee", END, 480, 480),
    )
    assert bottlenecks(loop, now=END + hours(48), people=KNOWN) == (
        Bottleneck(key, "L1", Stuck.SCORECARD, "lee", END, 960, 480),
    )


@pytest.mark.parametrize(
    ("loop", "stuck", "after"),
    [
        (ASKED, Stuck.AVAILABILITY, 48),  # two days of the recruiter's
        (facts.chosen(), Stuck.ATTESTATION, 4),
        (facts.optioned(), Stuck.BOOKING, 4),
    ],
)
def test_each_kind_has_its_own_limit(loop: Loop, stuck: Stuck, after: float) -> None:
    """NOW is ten in the morning of a Monday in Berlin."""
    before = {one.stuck for one in bottlenecks(loop, now=NOW + hours(after) - timedelta(minutes=1), people=KNOWN)}
    assert before == set()
    assert {one.stuck for one in bottlenecks(loop, now=NOW + hours(after), people=KNOWN)} == {stuck}


def test_every_kind_has_a_limit() -> None:
    assert set(LIMITS) == set(Stuck)


def test_a_weekend_does_not_count_and_another_persons_hours_do_not_either() -> None:
    far = KNOWN | {"lee": replace(KNOWN["lee"], zone="America/Los_Angeles")}
    loop = replace(facts.handed_in(("coding", "ana")))
    found = [one.working for one in waiting(loop, now=END + hours(5), people=far)]
    assert found == [0]  # a quarter to eight in the morning there
