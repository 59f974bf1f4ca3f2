"""Words that stand nowhere else are written into everything secret; then every place is searched in which they must not be."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.budgets import Budgets
from bot.logs import JsonLines
from bot.metrics import Metrics
from hiring.flows import attesting, deciding, scorecards
from hiring.model import Answer, Confidence, Disclosure, Draft, Ground, Outcome, Overall, Rating, Scorecard
from hiring.rules import sight, summary
from hiring.rules.phase import panel
from store.faults import SealFault
from tests.database import fresh_postgres, postgres
from tests.hiring.worlds import NOW, after
from tests.secrecy.beginnings import ASKED, BOOKED, beginning
from tests.secrecy.company import JO, PLAN
from tests.secrecy.stand_ins import CANDIDATE
from tests.secrecy.world import World

EVIDENCE, NOTE, DRAFTED, GROUND, NEED = "quetzalroot", "ambervane", "tindrelmoss", "ossifern", "palimbrook"
CANARIES = (EVIDENCE, NOTE, DRAFTED, GROUND, NEED)
JO_NEEDS = replace(JO, accommodation=f"A quiet room, {NEED}")


def card(session: str, author: str) -> Scorecard:
    rubric = PLAN.rubric(session)
    assert rubric is not None
    return Scorecard(
        loop="L1",
        session=session,
        author=author,
        rubric=rubric.id,
        rubric_version=1,
        ratings=tuple(Rating(c.id, 3, f"They said {EVIDENCE}, and meant it every time.") for c in rubric.criteria),
        overall=Overall.STRONG_NO,
        confidence=Confidence.LOW,
        note=f"Between us: {NOTE}",
    )


def found_in(text: str | bytes) -> list[str]:
    held = text if isinstance(text, bytes) else text.encode()
    return [word for word in CANARIES if word.encode() in held]


def play(world: World) -> None:
    """A conflict, the booking, drafts, scorecards of all, an amendment, the release and the decision."""
    with world.database.begin() as uow:
        uow.save_candidate(JO_NEEDS)
    world.clock.at = NOW + timedelta(hours=1)
    first = panel(world.loop())[0]
    said = attesting.Said(Answer.CONFLICT, ground=Ground.FAMILY, note=f"My cousin, {GROUND}")
    with world.database.begin() as uow:
        attesting.recuse(uow, world.loop(), said, by=uow.person(first), now=world.clock.at)
    world.work()
    with world.database.begin() as uow:  # whoever sits in for them
        loop = uow.loop("L1")
        for newcomer in panel(loop):
            attesting.answer(
                uow, uow.loop("L1"), attesting.Said(Answer.NO_CONFLICT), by=uow.person(newcomer), now=world.clock.at
            )
    world.work()
    world.clock.at = after(world.loop(), minutes=5)
    for session, person in sight.owed(world.loop()):
        with world.database.begin() as uow:
            by = uow.person(person)
            typed = {"note": f"Not ready: {DRAFTED}"}
            scorecards.keep_field(uow, uow.loop("L1"), session, typed, by=by, now=world.clock.at)
        world.work()
    for _ in range(2):
        for session, person in sight.owed(world.loop()):
            with world.database.begin() as uow:
                by = uow.person(person)
                scorecards.submit(uow, uow.loop("L1"), card(session, person), by=by, now=world.clock.at)
            world.work()
        world.clock.at += timedelta(minutes=10)
    verdict = deciding.Verdict(Outcome.ADVANCE, "They do what the job brings every week.")
    with world.database.begin() as uow:
        deciding.decide(uow, uow.loop("L1"), verdict, by=uow.person("hans"), now=world.clock.at)
    world.work()


def metrics_of(world: World) -> bytes:
    page = Metrics(
        database=world.database, budgets=Budgets(), clock=world.clock, ticked=lambda: None, renewals=lambda: 0
    ).page()
    assert b"evenhand_loops" in page
    return page


def test_no_planted_word_is_left_lying_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")  # every statement with its values, and every row
    home = tmp_path / "home"
    home.mkdir()
    beginning(ASKED, PLAN, home)
    with World(home, may_differ=lambda *_: False, anew=True) as world:
        play(world)
        world.page()
        assert world.loop().decision is not None
        for file in (*home.glob("evenhand.db*"), *elsewhere.rglob("*")):
            assert found_in(file.read_bytes() if file.is_file() else b"") == [], file.name
        assert found_in(repr(list(world.database.audit.export()))) == []
        assert found_in(repr(world.database.deliveries.listing(limit=1000))) == []
        assert found_in(metrics_of(world)) == []
        opened = [seen for seen in world.seen if EVIDENCE in seen.body or NOTE in seen.body]
        released = world.loop().released
        assert released is not None
        assert {seen.viewer for seen in opened} == {"hans"}, "the control: the summary does hold the words"
        assert min(seen.at for seen in opened) >= released.at
        for word in (DRAFTED, GROUND, NEED):
            assert [seen.viewer for seen in world.seen if word in seen.body] == []
        told = [seen for seen in world.seen if seen.viewer == CANDIDATE]
        assert {seen.what for seen in told} == {"mail", "page", "invite"}
        assert found_in("".join(seen.body for seen in told)) == []
    assert any(record.name.startswith("sqlalchemy.engine") for record in caplog.records)
    assert found_in("".join(JsonLines().format(record) + str(record.args) for record in caplog.records)) == []


def test_no_planted_word_is_in_any_file_of_a_database_server() -> None:
    """Tables, indexes, the write-ahead log, what an update left behind, the server's own log."""
    database = fresh_postgres()
    for round_ in range(2):
        with database.begin() as uow:
            uow.save_candidate(replace(JO_NEEDS, name="Jo Plainword" + "!" * round_))
            uow.save_draft(Draft("L1", "coding", "ana", fields=(("note", f"{DRAFTED} {round_}"),)))
            uow.save_disclosure(Disclosure("L1", "ana", Answer.CONFLICT, NOW, Ground.FAMILY, GROUND))
            uow.save_scorecard(card("coding", "ana"))
    with pytest.raises(IntegrityError), database.begin() as uow:  # the server writes into its log what it refused
        uow._connection.execute(text("INSERT INTO drafts SELECT * FROM drafts"))
    with database.begin() as uow:
        (own,) = uow._connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).one()
    database.close()
    server = postgres().server
    server.psql("CHECKPOINT")
    found: list[tuple[str, str]] = []
    controls: set[bytes] = set()
    for file in (
        *server.pgdata.glob("*"),
        *(server.pgdata / "base" / str(own)).glob("*"),
        *server.pgdata.rglob("pg_wal/*"),
    ):
        content = file.read_bytes() if file.is_file() else b""
        found += [(file.name, word) for word in found_in(content)]
        controls |= {control for control in (b"Jo Plainword!", b"INSERT INTO drafts") if control in content}
    assert controls == {b"Jo Plainword!", b"INSERT INTO drafts"}, (
        "what is not sealed is found, and so is the server's log"
    )
    assert found == []


def test_what_is_sealed_stands_in_no_repr() -> None:
    told = card("coding", "ana")
    loop = "L1"
    values = (
        told,
        told.ratings[0],
        Draft(loop, "coding", "ana", fields=(("note", DRAFTED),)),
        Disclosure(loop, "ana", Answer.CONFLICT, NOW, Ground.FAMILY, GROUND),
        attesting.Said(Answer.CONFLICT, Ground.FAMILY, GROUND),
        JO_NEEDS,
        summary.Cell("coding", "ana", 3, EVIDENCE),
        summary.Rater("coding", "ana", Overall.STRONG_NO, Confidence.LOW, NOTE),
    )
    for value in values:
        assert found_in(repr(value)) == [], type(value).__name__
        assert not any(word in repr(value) for word in ("strong_no", "'low'", "family", "score")), repr(value)


def test_an_error_about_a_damaged_scorecard_quotes_nothing(tmp_path: Path) -> None:
    beginning(BOOKED, PLAN, tmp_path)
    with World(tmp_path, may_differ=lambda *_: False) as world:
        with world.database.begin() as uow:
            uow.save_scorecard(card("coding", "ana"))
        with pytest.raises(SealFault) as fault, world.database.begin() as uow:
            uow._vault.unseal(b"damaged", owner="loop:L1", place=("scorecard", "coding", "ana", "code"))
        assert found_in(str(fault.value) + repr(fault.value)) == []
