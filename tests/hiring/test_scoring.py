"""Scorecards, release and the decision, over a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import deciding, loops, scorecards
from hiring.flows.sweeping import sweep
from hiring.model import Kind, Loop, Outcome, Rating, ReleaseHow, ReleaseRule
from hiring.rules.permissions import Refused
from hiring.rules.phase import Phase, phase
from hiring.rules.rubric import Fault
from hiring.rules.sight import Grant, Sight
from hiring.rules.summary import Summary
from store.database import Database
from tests.database import fresh_database
from tests.hiring import worlds
from tests.hiring.worlds import HANS, NOW, PLAN, RITA, card, expect, hand_in, seated

REASON = "Solves what the job brings every week."


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    yield made
    made.close()


@pytest.fixture
def loop(database: Database) -> Loop:
    return worlds.booked(database)


def keys(database: Database, *kinds: Kind) -> list[str]:
    found = [one.delivery for one in reversed(database.deliveries.listing(limit=1000))]
    return [one.key.removeprefix("L1/") for one in found if one.kind in kinds]


def both_in(database: Database, loop: Loop, *, now: datetime) -> Loop:
    for session in ("coding", "talk"):
        loop = hand_in(database, session, seated(loop, session), now=now)
    return loop


def read(database: Database) -> Summary:
    with database.begin() as uow:
        found = deciding.read_summary(uow, uow.loop("L1"), by=HANS, now=NOW)
    assert isinstance(found, Summary)
    return found


def decide(database: Database, outcome: Outcome, *, now: datetime, reason: str = REASON) -> Loop | Refused:
    with database.begin() as uow:
        return deciding.decide(uow, uow.loop("L1"), deciding.Verdict(outcome, reason), by=HANS, now=now)


# ---- writing ----------------------------------------------------------------------------------------------------------


def test_a_scorecard_opens_when_its_interview_begins(database: Database, loop: Loop) -> None:
    start = loop.session("coding").start
    with database.begin() as uow:
        by = uow.person(seated(loop, "coding"))
        early = scorecards.may_write(loop, "coding", by, now=start - timedelta(seconds=1))
        assert scorecards.may_write(loop, "coding", by, now=start) is None
        assert scorecards.may_write(loop, "talk", by, now=start + timedelta(days=1)) == Refused(
            "You are not asked for a scorecard here."
        )
    assert early == Refused("The interview has not begun yet. The scorecard opens when it does.")


def test_an_incomplete_card_is_told_and_nothing_is_sealed(database: Database, loop: Loop) -> None:
    now = worlds.after(loop, hours=1)
    with database.begin() as uow:
        by = uow.person(seated(loop, "talk"))
        bare = replace(card("talk", by), ratings=(Rating("explains", 4, "good"),))
        said = scorecards.submit(uow, loop, bare, by=by, now=now)
        assert said == (
            Fault(
                "evidence:explains",
                "The lowest and highest points need at least 40 characters: what did they say or do?",
            ),
        )
        assert uow.scorecards(Grant("L1", by.id, Sight.OWN), now=NOW) == ()
    assert keys(database, Kind.SCORECARD_THANKS) == []


def test_a_draft_is_kept_field_by_field_for_its_author_only_and_gone_when_handed_in(
    database: Database, loop: Loop
) -> None:
    now = worlds.after(loop, hours=1)
    who, other = seated(loop, "talk"), seated(loop, "coding")
    with database.begin() as uow:
        by = uow.person(who)
        scorecards.keep_field(uow, loop, "talk", {"note": "planted"}, by=by, now=now)
        scorecards.keep_field(uow, loop, "talk", {"overall": "yes"}, by=by, now=now)
    with database.begin() as uow:
        form = scorecards.form(uow, loop, "talk", by=uow.person(who), now=now)
        assert form.draft is not None
        assert (form.draft.fields, form.submitted) == ((("note", "planted"), ("overall", "yes")), None)
        assert scorecards.form(uow, loop, "talk", by=uow.person(other), now=now) == scorecards.Form(None, None)
    hand_in(database, "talk", who, now=now)
    with database.begin() as uow:
        form = scorecards.form(uow, loop, "talk", by=uow.person(who), now=now)
        assert form.draft is None
        assert form.submitted is not None


def test_an_amendment_before_release_is_stamped_and_the_first_version_kept(database: Database, loop: Loop) -> None:
    now = worlds.after(loop, hours=1)
    who = seated(loop, "talk")
    hand_in(database, "talk", who, now=now, score=2)
    loop = hand_in(database, "talk", who, now=now + timedelta(minutes=5), score=3)
    assert [(one.at, one.amended_at) for one in loop.submitted] == [(now, now + timedelta(minutes=5))]
    with database.begin() as uow:
        cards = uow.scorecards(Grant("L1", who, Sight.OWN), now=NOW)
    assert [(one.ratings[0].score, one.amends, one.after_release) for one in cards] == [
        (2, None, False),
        (3, now, False),
    ]
    assert len(keys(database, Kind.SCORECARD_THANKS)) == 2
    codes = {one.commitment for one in loop.submitted}
    assert "" not in codes


def test_an_amendment_after_release_is_marked_and_the_summary_brought_up_to_date(
    database: Database, loop: Loop
) -> None:
    now = worlds.after(loop, hours=1)
    both_in(database, loop, now=now)
    before = read(database)
    hand_in(database, "talk", seated(loop, "talk"), now=now + timedelta(hours=1), score=2)
    after = read(database)
    assert [rater.amended for rater in before.raters] == ["", ""]
    assert [rater.amended for rater in after.raters] == ["", "after"]
    assert (before.weighted, after.weighted) == (3.0, (2.5 * 1 + 3.0 * 2) / 3)
    assert keys(database, Kind.SUMMARY) == ["summary", "summary/late/1"]


def test_a_snooze_is_kept_and_stays_quiet(database: Database, loop: Loop) -> None:
    end = loop.session("coding").end
    who = seated(loop, "coding")
    sweep(database, now=end)
    with database.begin() as uow:
        later = end + timedelta(hours=4)
        expect(scorecards.snooze(uow, uow.loop("L1"), "coding", until=later, by=uow.person(who), now=end))
    sweep(database, now=end + timedelta(hours=3))
    assert [key for key in keys(database, Kind.SCORECARD_REMIND) if who in key] == []
    sweep(database, now=end + timedelta(hours=4))
    assert len([key for key in keys(database, Kind.SCORECARD_REMIND) if who in key]) == 1


# ---- release ----------------------------------------------------------------------------------------------------------


def test_a_quorum_opens_and_a_late_card_still_counts(database: Database) -> None:
    with database.begin() as uow:
        uow.save_plan(replace(PLAN, release=ReleaseRule(quorum=1, hours=24)))
    loop = worlds.booked(database)
    now = worlds.after(loop, hours=1)
    late = seated(loop, "talk")
    hand_in(database, "coding", seated(loop, "coding"), now=now, score=3)
    sweep(database, now=worlds.after(loop, hours=23))
    with database.begin() as uow:
        assert uow.loop("L1").released is None
    sweep(database, now=worlds.after(loop, hours=24))
    with database.begin() as uow:
        opened = uow.loop("L1")
    assert opened.released is not None
    assert (opened.released.how, read(database).missing, read(database).n) == (ReleaseHow.QUORUM, (("talk", late),), 1)
    with database.begin() as uow:
        assert uow.scorecards(Grant("L1", late, Sight.OWN), now=NOW) == ()
        refused = deciding.read_summary(uow, opened, by=uow.person(late), now=NOW)
    assert refused == Refused("Hand in your own scorecard first; then the others' open to you.")
    hand_in(database, "talk", late, now=worlds.after(loop, hours=30), score=2)
    assert (read(database).missing, read(database).n) == ((), 2)
    assert keys(database, Kind.SUMMARY) == ["summary", "summary/late/1"]
    with database.begin() as uow:
        assert isinstance(deciding.read_summary(uow, uow.loop("L1"), by=uow.person(late), now=NOW), Summary)


# ---- deciding ---------------------------------------------------------------------------------------------------------


def test_nothing_is_decided_before_the_cards_have_opened_or_without_a_reason(database: Database, loop: Loop) -> None:
    now = worlds.after(loop, hours=1)
    assert decide(database, Outcome.ADVANCE, now=now) == Refused(
        "The scorecards are still sealed. You can decide when they have opened."
    )
    both_in(database, loop, now=now)
    assert decide(database, Outcome.ADVANCE, now=now, reason=" too short " + " " * 20) == Refused(
        "Give a job-related reason of at least 20 characters; the panel will read it."
    )
    with database.begin() as uow:
        by_recruiter = deciding.decide(uow, uow.loop("L1"), deciding.Verdict(Outcome.ADVANCE, REASON), by=RITA, now=now)
    assert by_recruiter == Refused("The decision belongs to the hiring manager of this opening.")


def test_on_hold_it_may_be_decided_again_and_then_it_is_an_end(database: Database, loop: Loop) -> None:
    now = worlds.after(loop, hours=1)
    both_in(database, loop, now=now)
    held = expect(decide(database, Outcome.HOLD, now=now))
    assert held.decision is not None
    assert (held.decision.known, phase(held, now)) == ("2 of 2 scorecards were in", Phase.DECIDED)
    done = expect(decide(database, Outcome.DECLINE, now=now + timedelta(days=3)))
    assert done.decision is not None
    assert done.decision.outcome is Outcome.DECLINE
    assert len(keys(database, Kind.DECISION)) == 4
    assert len(keys(database, Kind.NEXT_STEP)) == 2
    assert decide(database, Outcome.ADVANCE, now=now + timedelta(days=4)) == Refused("This has been decided already.")


def test_a_loop_that_was_cancelled_is_not_decided_any_more(database: Database, loop: Loop) -> None:
    now = worlds.after(loop, hours=1)
    both_in(database, loop, now=now)
    with database.begin() as uow:
        expect(loops.cancel(uow, uow.loop("L1"), reason="The job was given up.", by=RITA, now=now))
    assert decide(database, Outcome.ADVANCE, now=now) == Refused(
        "This loop was cancelled, so there is nothing to decide any more."
    )


# ---- reminding --------------------------------------------------------------------------------------------------------


def nudge(database: Database, to: str, about: str, *, now: datetime) -> Loop | Refused:
    with database.begin() as uow:
        return deciding.nudge(uow, uow.loop("L1"), to, about, by=RITA, now=now)


def test_people_are_nudged_once_an_hour_about_what_they_owe(database: Database, loop: Loop) -> None:
    now = worlds.after(loop, hours=1)
    who = seated(loop, "talk")
    expect(nudge(database, who, "scorecard", now=now))
    told = nudge(database, who, "scorecard", now=now + timedelta(minutes=59))
    assert told == Refused("They were reminded within the last hour. Give them a moment.")
    expect(nudge(database, who, "scorecard", now=now + timedelta(minutes=60)))
    assert len(keys(database, Kind.NUDGE)) == 2


@pytest.mark.parametrize(("to", "about"), [("max", "scorecard"), ("hans", "decision"), ("nobody", "x"), ("", "")])
def test_nobody_is_nudged_who_is_not_awaited(database: Database, loop: Loop, to: str, about: str) -> None:
    told = nudge(database, to, about, now=worlds.after(loop, hours=1))
    assert told == Refused("They are not awaited any more, so there is nothing to remind them of.")


def test_nobody_is_nudged_about_an_interview_that_has_not_ended(database: Database, loop: Loop) -> None:
    assert isinstance(nudge(database, seated(loop, "talk"), "scorecard", now=NOW), Refused)
