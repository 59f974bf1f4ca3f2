"""Opening what is sealed leaves an entry in the audit trail, whoever does it and however they ask."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from hiring.model import Answer, AuditEntry, Disclosure, Readable
from hiring.rules.sight import Grant, Sight
from store.audit import Verified
from store.database import Database
from tests.store.values import HOUR, NOON, a_card

ALL = Grant(loop="loop-1", viewer="hugo", sight=Sight.ALL)


def trail(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    return [(entry["actor"], entry["verb"], entry["facts"]) for entry in database.audit.export()]


@pytest.fixture
def panel(database: Database) -> Database:
    with database.begin() as uow:
        uow.save_scorecard(a_card("ada"))
        uow.save_disclosure(Disclosure("loop-1", "ada", Answer.UNSURE, NOON, note="Planted"))
    return database


@pytest.mark.parametrize("read_only", [True, False])
def test_a_seal_that_is_opened_leaves_an_entry(read_only: bool, panel: Database) -> None:
    with panel.begin(read_only=read_only) as uow:
        assert len(uow.scorecards(ALL, now=NOON)) == 1
        assert len(uow.disclosures("loop-1", reader="rita", now=NOON)) == 1
    assert trail(panel) == [("hugo", "read", {"what": "scorecards"}), ("rita", "read", {"what": "grounds"})]
    assert isinstance(panel.audit.verify(), Verified)


@pytest.mark.parametrize("read_only", [True, False])
def test_once_a_day_for_each_person_loop_and_kind(read_only: bool, panel: Database) -> None:
    for hours in (0, 1, 11, 12, 13):  # NOON and twelve hours: the next day
        with panel.begin(read_only=read_only) as uow:
            uow.scorecards(ALL, now=NOON + hours * HOUR)
            uow.scorecards(ALL, now=NOON + hours * HOUR)
            uow.note_read("loop-2", "hugo", Readable.BRIEF, now=NOON + hours * HOUR)
    days = [(entry["at"][:10], entry["subject"]) for entry in panel.audit.export()]
    today, tomorrow = f"{NOON:%Y-%m-%d}", f"{NOON + timedelta(days=1):%Y-%m-%d}"
    assert days == [(today, "loop-1"), (today, "loop-2"), (tomorrow, "loop-1"), (tomorrow, "loop-2")]


@pytest.mark.parametrize(
    "grant",
    [
        Grant("loop-1", "ada", Sight.OWN),
        Grant("loop-1", "ada", Sight.ALL),  # nobody else has handed anything in
        Grant("loop-1", "hugo", Sight.STATUS),
        Grant("loop-1", "hugo", Sight.OWN),
        Grant("loop-9", "hugo", Sight.ALL),
    ],
)
def test_who_opens_nothing_of_anothers_leaves_none(grant: Grant, panel: Database) -> None:
    with panel.begin() as uow:
        uow.scorecards(grant, now=NOON)
        uow.disclosures("loop-1", reader="ada", now=NOON)
    assert trail(panel) == []


def test_what_could_not_be_written_down_was_not_read(panel: Database) -> None:
    """Whoever reads gets an error where the entry can't be kept, and shows nothing."""
    shown = []

    def read() -> None:
        with panel.begin(read_only=True) as uow:
            uow.scorecards(ALL, now=NOON)
            uow.owed_entries.append(AuditEntry(NOON.replace(tzinfo=None), "hugo", "read", "loop-1"))
        shown.append("it")

    with pytest.raises(StatementError, match="zone"):
        read()
    assert (shown, trail(panel)) == ([], [])
