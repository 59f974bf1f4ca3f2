"""Opening scorecards early: person × moment, each denial with its reason; told, kept, and of no use to whoever still owes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hiring.flows import deciding, releasing
from hiring.model import Ended, Kind, Loop, Person, Release, ReleaseHow, Role, Seat
from hiring.rules import sight
from hiring.rules.permissions import Refused
from hiring.rules.release import may_open_early
from hiring.rules.sight import Sight
from store.database import Database
from tests.database import fresh_database
from tests.hiring import facts, worlds
from tests.hiring.facts import END, SEATS
from tests.hiring.worlds import ANA, HANS, LEE, MAX, NOW, RITA, expect, person

ADMIN, AUDITOR = person("Adam", roles=(Role.ADMIN,)), person("Aude", roles=(Role.AUDITOR,))
REMY, OLGA = person("Remy", roles=(Role.RECRUITER,)), person("Olga", roles=(Role.HIRING_MANAGER,))
WHY = "Ana is ill until next week and the candidate has another offer."
ONE_IN = facts.handed_in(("talk", "lee"))

WHOSE = "Opening scorecards early is for the recruiter in charge, the hiring manager or an admin."
RATES = "You rate on this panel, so you can't open its scorecards. Ask somebody who does not."
ASIDE = "You stepped aside from this loop, so it is closed to you."
SOON = "The interviews are not over. Scorecards can be opened when the last one has ended."
NONE = "No scorecard is in yet, so there is nothing to open."
OPEN = "The scorecards are open already."
OVER = "This loop was cancelled, so nothing is opened any more."


def told(loop: Loop, by: Person) -> str:
    refused = may_open_early(loop, by, END)
    return refused.because if refused else "yes"


@pytest.mark.parametrize(
    ("who", "because"),
    [(RITA, "yes"), (HANS, "yes"), (ADMIN, "yes"), (REMY, WHOSE), (OLGA, WHOSE), (AUDITOR, WHOSE), (MAX, WHOSE), (ANA, WHOSE), (LEE, WHOSE)],
)  # fmt: skip
def test_who_may(who: Person, because: str) -> None:
    assert told(ONE_IN, who) == because
    assert told(facts.barred(ONE_IN, who.id), who) == ASIDE


@pytest.mark.parametrize(
    ("loop", "because"),
    [
        (facts.booked(), NONE),
        (replace(ONE_IN, submitted=(replace(ONE_IN.submitted[0], void=True),)), NONE),
        (facts.released(), OPEN),
        (replace(ONE_IN, cancelled=Ended(NOW, "rita", "x")), OVER),
        (replace(ONE_IN, booked_at=None), SOON),
        (facts.chosen(), SOON),
    ],
)
def test_when(loop: Loop, because: str) -> None:
    assert {told(loop, who) for who in (RITA, HANS, ADMIN)} == {because}


def test_not_before_the_last_interview_has_ended() -> None:
    assert may_open_early(ONE_IN, RITA, END - facts.hours(0.001)) == Refused(SOON)


@pytest.mark.parametrize("who", [RITA, HANS, ADMIN])
def test_nobody_who_rates_opens_whatever_their_role(who: Person) -> None:
    """Neither while they owe a scorecard nor when theirs is in."""
    seated = replace(ONE_IN, seats=(Seat("coding", "lead", who.id), SEATS[1]))
    in_ = replace(seated, submitted=facts.handed_in(("coding", who.id)).submitted)
    assert {told(seated, who), told(in_, who)} == {RATES}


def opened(database: Database) -> Loop:
    """By the hiring manager, while one scorecard is missing."""
    loop = worlds.booked(database)
    now = worlds.after(loop, hours=1)
    worlds.hand_in(database, "talk", worlds.seated(loop, "talk"), now=now)
    with database.begin() as uow:
        return expect(releasing.open_early(uow, uow.loop("L1"), reason=WHY, by=HANS, now=now))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return worlds.settled(fresh_database(tmp_path))


def test_it_is_kept_with_who_and_why_and_noted(database: Database) -> None:
    loop = opened(database)
    now = worlds.after(loop, hours=1)
    assert loop.released == Release(now, ReleaseHow.EARLY, by="hans", reason=WHY)
    late = worlds.seated(loop, "coding")
    (entry,) = [entry for entry in database.audit.export() if entry["verb"] == "released"]
    assert (entry["actor"], entry["facts"]) == ("hans", {"how": "early", "missing": f"coding/{late}"})


def test_the_whole_panel_is_told_and_the_reason_lies_in_no_delivery(database: Database) -> None:
    loop = opened(database)
    due = facts.due_at(loop, worlds.after(loop, hours=1))
    assert {d.to for d in due if d.kind is Kind.RELEASED} == {worlds.seated(loop, s) for s in ("coding", "talk")}
    assert WHY not in repr(due)


def test_whoever_still_owes_sees_only_their_own_and_is_still_asked(database: Database) -> None:
    loop = opened(database)
    late, early = (facts.KNOWN[worlds.seated(loop, session)] for session in ("coding", "talk"))
    assert [sight.of_scorecards(loop, who).sight for who in (late, early, HANS, RITA)] == [
        Sight.OWN, Sight.ALL, Sight.ALL, Sight.ALL,
    ]  # fmt: skip
    asked = {d.key for d in facts.due_at(loop, worlds.after(loop, hours=1)) if d.kind is Kind.SCORECARD_ASK}
    assert asked == {f"L1/card/coding/{late.id}"}
    with database.begin() as uow:
        refused = deciding.read_summary(uow, loop, by=late, now=NOW)
        assert refused == Refused("Hand in your own scorecard first; then the others' open to you.")
        assert uow.scorecards(sight.grant(loop, late), now=NOW) == ()
    worlds.hand_in(database, "coding", late.id, now=worlds.after(loop, hours=2))
    with database.begin() as uow:
        cards = uow.scorecards(sight.grant(uow.loop("L1"), late), now=NOW)
    assert [(card.author, card.after_release) for card in cards] == [(early.id, False), (late.id, True)]


def test_a_reason_is_a_sentence_and_a_second_time_changes_nothing(database: Database) -> None:
    loop = opened(database)
    with database.begin() as uow:
        closed = replace(loop, released=None)
        short = releasing.open_early(uow, closed, reason="  please, please!   ", by=RITA, now=worlds.after(loop))
        again = releasing.open_early(uow, loop, reason=WHY, by=RITA, now=worlds.after(loop))
    assert short == Refused("Give a reason of at least 20 characters; the whole panel will read it.")
    assert again == Refused(OPEN)
