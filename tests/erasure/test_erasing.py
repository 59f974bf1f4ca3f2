"""An erased record: nothing of it in the database, nothing that can be opened, and a trail that is whole and names nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.proving import Proved, prove
from hiring.flows import deciding, erasing, loops, scorecards
from hiring.flows.erasing import Erasure
from hiring.model import Kind, Outcome
from hiring.ports import Unknown
from hiring.rules import sight
from hiring.rules.permissions import Refused, Verb, may
from hiring.rules.retention import Ending, Term
from store.audit import Verified
from store.database import Database
from store.faults import Erased
from tests.database import Place, postgres_place, sqlite_place
from tests.erasure import company
from tests.erasure.company import DAY, JO
from tests.hiring import worlds
from tests.hiring.worlds import HANS, NOW, RITA

PLANTED = (b"lanted", b"jo-", b"Lisbon")
RECORD = "erased-0123"


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An SQLite file, or PostgreSQL for the few tests that ask for it."""
    return postgres_place() if getattr(request, "param", "") == "postgresql" else sqlite_place(tmp_path)


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    opened = place.open()
    yield opened
    opened.close()


def erase(database: Database, *, now: datetime, early: str = "") -> Erasure | Refused:
    with database.begin() as uow:
        candidate = erasing.find(uow, JO.email.upper())
        assert candidate is not None
        return erasing.erase(uow, candidate, record=RECORD, policy={}, by="operator", early=early, now=now)


@pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("played", [company.decided, company.cancelled], ids=["decided", "cancelled"])
def test_nothing_of_the_candidate_is_left(
    place: Place, database: Database, played: Callable[[Database], datetime]
) -> None:
    now = played(database)
    assert [word for word in PLANTED if word not in place.content()] == []
    done = erase(database, now=now)
    assert isinstance(done, Erasure)
    assert (done.loops, done.calendars, done.messages) == (("L1",), 1, 0)
    assert [word for word in PLANTED if word in place.content()] == []


def test_what_was_sealed_can_not_be_opened_and_no_key_is_there(place: Place, database: Database) -> None:
    now = company.decided(database)
    erase(database, now=now)
    with database.begin(read_only=True) as uow:
        loop = uow.loop("L1")
        with pytest.raises(Erased):
            uow.proofs("L1")
        grant = sight.for_record(loop, "operator")
        assert uow.blind_scorecards(grant, counting=sight.counting(loop), now=now) == ()
        assert uow.scorecards(sight.Grant(loop.id, "operator", sight.Sight.ALL), now=now) == ()
        assert (uow.draft("L1", "coding", "ana"), uow.disclosures("L1", reader="operator", now=now)) == (None, ())
    assert place.raw("SELECT owner, wrapped FROM data_keys") == [("loop:L1", None)]
    assert prove(database) == Proved(0, ())


def test_the_trail_is_whole_and_names_nobody(database: Database) -> None:
    now = company.decided(database)
    erase(database, now=now, early="asked to")
    assert isinstance(database.audit.verify(), Verified)
    entries = list(database.audit.export())
    last = entries[-1]
    assert (last["actor"], last["verb"], last["subject"], last["facts"]) == (
        "operator", "erased", "L1", {"early": "asked to"}
    )  # fmt: skip
    assert "lanted" not in repr(entries)


def test_who_could_see_the_loop_reads_that_it_was_erased(database: Database) -> None:
    now = company.decided(database)
    erase(database, now=now)
    with database.begin() as uow:
        loop = uow.loop("L1")
        refused = Refused(sight.ERASED)
        assert [may(HANS, verb, loop) for verb in Verb if verb is not Verb.NEW_LOOP] == [refused] * (len(Verb) - 1)
        assert sight.of_scorecards(loop, HANS) == sight.Verdict(sight.Sight.NOTHING, sight.ERASED)
        assert deciding.read_summary(uow, loop, by=HANS, now=now) == refused
        rater = uow.person(worlds.seated(loop, "coding"))
        assert scorecards.may_write(loop, "coding", rater, now=now) == refused


def test_loops_under_way_and_messages_on_their_way_come_first(database: Database) -> None:
    company.booked(database)
    refused = erase(database, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.because.startswith("A loop is under way: L1.")
    with database.begin() as uow:
        loops.cancel(uow, uow.loop("L1"), reason="withdrew", by=RITA, now=NOW)
    database.deliveries.claim(worker="w", now=NOW, limit=1, lease=timedelta(minutes=1))
    refused = erase(database, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.because.startswith("A message about this candidate is on its way")
    with database.begin(read_only=True) as uow:
        assert uow.candidate(JO.id) == JO


def test_what_waits_to_be_said_is_not_said_any_more(database: Database) -> None:
    now = company.decided(database)
    with database.begin(read_only=True) as uow:
        told = uow.told([uow.loop("L1")])
    waits = [one for one in told if one.state == "waiting" and one.delivery.kind is not Kind.DIGEST]
    done = erase(database, now=now)
    assert isinstance(done, Erasure)
    assert done.unsent == len(waits) > 20
    left = {one.delivery.kind for one in database.deliveries.listing(state="waiting", limit=1000)}
    assert left == {Kind.HOME, Kind.CALENDAR_CLEAR, Kind.DIGEST}


def test_somebody_without_any_loop_is_erased_too(place: Place, database: Database) -> None:
    company.settled(database)
    assert erase(database, now=NOW) == Erasure(RECORD, (), 0, 0, 0, 0)
    assert [word for word in PLANTED if word in place.content()] == []
    (entry,) = database.audit.export()
    assert (entry["verb"], entry["subject"]) == ("erased", "a candidate without a loop")


def test_an_erased_candidate_is_found_no_more_and_may_apply_again(database: Database) -> None:
    now = company.decided(database)
    erase(database, now=now)
    with database.begin() as uow:
        assert [erasing.find(uow, named) for named in (JO.id, JO.email, RECORD, "")] == [None] * 4
        with pytest.raises(Unknown):
            uow.candidate(JO.id)
        uow.save_candidate(JO)
        assert uow.candidate(JO.id) == JO
        assert uow.loops(candidate=JO.id, active=False) == ()


def test_a_hold_keeps_it_until_it_is_lifted(database: Database) -> None:
    now = company.decided(database)
    with database.begin() as uow:
        erasing.hold(uow, uow.candidate(JO.id), by="Counsel", reason="a planted claim", now=now)
    refused = erase(database, now=now, early="asked to")
    assert refused == Refused("A legal hold keeps this record. Counsel set it on 2026-11-25: a planted claim")
    with database.begin() as uow:
        erasing.lift(uow, uow.candidate(JO.id), by="Counsel", now=now)
    assert isinstance(erase(database, now=now), Erasure)
    last = [(entry["actor"], entry["verb"], entry["subject"]) for entry in database.audit.export()][-3:]
    assert last == [("Counsel", "held", "L1"), ("Counsel", "hold lifted", "L1"), ("operator", "erased", "L1")]
    assert "lanted" not in repr(list(database.audit.export()))


def test_the_clock_erases_what_is_over_and_nothing_sooner(place: Place, database: Database) -> None:
    ended = company.decided(database, Outcome.DECLINE)
    policy = {Ending.DECLINE: Term(erase=30 * DAY)}

    def passes(days: float) -> int:
        return erasing.erase_over(database, policy=policy, new_record=lambda: RECORD, now=ended + days * DAY)

    assert [
        erasing.erase_over(database, policy={}, new_record=lambda: RECORD, now=ended + 999 * DAY),
        passes(29.9),
    ] == [0, 0]
    with database.begin() as uow:
        assert uow.enter_names(most=10) > 0
    assert [passes(30), passes(31)] == [1, 0]
    assert [word for word in PLANTED if word in place.content()] == []
    assert list(database.audit.export())[-1]["actor"] == "evenhand"
