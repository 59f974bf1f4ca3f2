"""How long a record is kept: what the setting says, and what stands in the way of erasing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from bot.retention import read_policy
from hiring.model import Change, Decision, Ended, LegalHold, Loop, Outcome
from hiring.rules.retention import Ending, Term, emptied, hindrance, standing
from tests.erasure.company import JO
from tests.hiring import facts
from tests.hiring.worlds import NOW

DAY = timedelta(days=1)
POLICY = {Ending.DECLINE: Term(keep=10 * DAY, erase=20 * DAY), Ending.CANCELLED: Term(erase=5 * DAY)}


def declined(at: datetime) -> Loop:
    return replace(facts.booked(), decision=Decision(outcome=Outcome.DECLINE, reason="r", owner="hans", at=at))


def cancelled(at: datetime) -> Loop:
    return replace(facts.booked(), id="L2", cancelled=Ended(at=at, by="rita", reason="r"))


def test_the_setting_is_read_by_outcome() -> None:
    assert read_policy(" decline = 10..20,cancelled=..5, advance=3.. ") == {
        Ending.DECLINE: Term(10 * DAY, 20 * DAY),
        Ending.CANCELLED: Term(None, 5 * DAY),
        Ending.ADVANCE: Term(3 * DAY, None),
    }
    assert read_policy("") == {}


@pytest.mark.parametrize(
    "wrong", ["decline", "decline=5", "hired=1..2", "decline=..5,decline=..6", "decline=9..5", "decline=1y.."]
)
def test_what_can_not_be_meant_is_no_policy(wrong: str) -> None:
    assert read_policy(wrong) is None


def test_every_loop_must_have_had_its_time() -> None:
    stands = standing(JO, [declined(NOW), cancelled(NOW + 30 * DAY)], policy=POLICY)
    assert (stands.ending, stands.ended) == (Ending.CANCELLED, NOW + 30 * DAY)
    assert (stands.keep_until, stands.erase_at) == (NOW + 10 * DAY, NOW + 35 * DAY)
    assert [stands.is_over(NOW + days * DAY) for days in (34, 35)] == [False, True]


def test_what_the_policy_does_not_name_is_never_over() -> None:
    held = replace(declined(NOW), decision=Decision(outcome=Outcome.HOLD, reason="r", owner="hans", at=NOW))
    stands = standing(JO, [held, cancelled(NOW)], policy=POLICY)
    assert (stands.erase_at, stands.is_over(NOW + 9999 * DAY)) == (None, False)
    assert standing(JO, [], policy=POLICY).is_over(NOW + 9999 * DAY) is False


def test_a_loop_under_way_keeps_the_record() -> None:
    stands = standing(JO, [declined(NOW), replace(facts.booked(), id="L9")], policy=POLICY)
    assert stands.is_over(NOW + 99 * DAY) is False
    assert hindrance(stands, now=NOW + 99 * DAY, early=True) == (
        "A loop is under way: L9. Have it cancelled first, with `/interview status`."
    )


def test_the_time_to_keep_gives_way_to_a_reason_only() -> None:
    stands = standing(JO, [declined(NOW)], policy=POLICY)
    assert hindrance(stands, now=NOW + 9 * DAY) == (
        "EVENHAND_RETENTION has this record kept until 2026-12-03. To erase it before, say why: --early REASON"
    )
    assert hindrance(stands, now=NOW + 9 * DAY, early=True) is None
    assert hindrance(stands, now=NOW + 10 * DAY) is None


def test_a_legal_hold_gives_way_to_nothing_and_says_whose_it_is() -> None:
    held = replace(JO, legal_hold=LegalHold(by="Counsel", reason="a claim was filed", at=NOW))
    stands = standing(held, [declined(NOW)], policy=POLICY)
    assert stands.is_over(NOW + 99 * DAY) is False
    assert hindrance(stands, now=NOW + 99 * DAY, early=True) == (
        "A legal hold keeps this record. Counsel set it on 2026-11-23: a claim was filed"
    )


def test_an_emptied_loop_keeps_no_word_that_anybody_wrote() -> None:
    full = replace(
        declined(NOW),
        stage="words",
        changes=(Change(at=NOW, by="rita", what="words", reason="words"),),
        decision=Decision(
            outcome=Outcome.DECLINE, reason="words", owner="hans", at=NOW, dissent="words", known="words"
        ),
        cancelled=Ended(at=NOW, by="rita", reason="words"),
        zone="Europe/Lisbon",
    )
    empty = emptied(full, candidate="erased-1", now=NOW)
    kept = "".join(repr(getattr(empty, one.name)) for one in fields(empty) if one.name != "plan")
    assert [word for word in ("words", "Lisbon", "'jo'") if word in kept] == []
    assert (empty.seats, empty.sessions, empty.erased) == (full.seats, full.sessions, NOW)
