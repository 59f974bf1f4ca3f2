"""The clock's pass is level-triggered: any silence is made good by one pass, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hiring.flows import loops
from hiring.flows.sweeping import sweep
from hiring.model import Kind, Pause
from hiring.ports import Sent
from store.database import Database
from tests.database import fresh_database, fresh_postgres
from tests.hiring import worlds
from tests.hiring.worlds import NOW, OPENING, hand_in, seated


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = worlds.settled(fresh_database(tmp_path))
    yield made
    made.close()


def keys(database: Database) -> set[str]:
    return {one.delivery.key for one in database.deliveries.listing(limit=5000)}


def episodes(database: Database) -> list[tuple[str, datetime | None, datetime | None]]:
    with database.begin(read_only=True) as uow:
        alerts = [one.delivery for one in database.deliveries.listing(limit=5000) if one.delivery.kind is Kind.ALERT]
        told = uow.episodes(keys=sorted({alert.ref("episode") for alert in alerts}))
        return [(one.key, one.alerted, one.closed) for one in told]


def test_a_second_pass_at_the_same_moment_writes_nothing(database: Database) -> None:
    loop = worlds.booked(database)
    for hours in (0, 5, 24, 72):
        sweep(database, now=worlds.after(loop, hours=hours))
        before = keys(database)
        assert sweep(database, now=worlds.after(loop, hours=hours)) == 0
        assert keys(database) == before


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize(("kind", "hours"), [("sqlite", 16), ("sqlite", 120), ("postgresql", 16)])
def test_one_pass_after_a_silence_brings_what_many_would_have(tmp_path: Path, kind: str, hours: int) -> None:
    """But for lower rungs of the ladders, which nobody needs any more, the digest of days gone by, and what channels say."""
    attentive, asleep = (
        worlds.settled(fresh_database(_made(tmp_path / name)) if kind == "sqlite" else fresh_postgres())
        for name in ("attentive", "asleep")
    )
    loop = worlds.booked(attentive)
    worlds.booked(asleep)
    start = loop.session("coding").start
    for passed in range(hours + 1):
        sweep(attentive, now=start + timedelta(hours=passed))
    sweep(asleep, now=start + timedelta(hours=hours))
    missed = {key for key in keys(attentive) - keys(asleep) if "/remind/" not in key and not key.startswith("digest/")}
    assert missed == set()
    assert keys(asleep) - keys(attentive) == set()
    assert {key.rsplit("/", 1)[1] for key in keys(asleep) if "/remind/" in key} <= {"1", "2", "3"}
    attentive.close()
    asleep.close()


def test_an_episode_is_told_once_and_resolved_when_it_is_over(database: Database) -> None:
    loop = worlds.booked(database)
    who = seated(loop, "talk")
    hand_in(database, "coding", seated(loop, "coding"), now=worlds.after(loop, hours=1))
    late = worlds.after(loop, hours=24)
    for minutes in (0, 1, 60):
        sweep(database, now=late + timedelta(minutes=minutes))
    key = f"L1/scorecard/{who}/{loop.session('talk').end:%Y%m%dT%H%M%S}"
    assert episodes(database) == [(key, late, None)]
    assert [one for one in keys(database) if one.startswith("alert/")] == [f"alert/{key}"]
    now = late + timedelta(hours=2)
    hand_in(database, "talk", who, now=now)
    sweep(database, now=now)
    assert episodes(database) == [(key, late, now)]
    assert {one for one in keys(database) if one.startswith("alert/")} == {f"alert/{key}", f"alert/{key}/closed"}
    assert sweep(database, now=now) == 0


def _alerts(database: Database) -> set[str]:
    return {key for key in keys(database) if key.startswith("alert/")}


def test_an_alert_waits_for_the_recruiters_morning_and_not_for_the_end_of_a_pause(database: Database) -> None:
    loop = worlds.booked(database)
    for evening in (30, 33, 42):  # from half past five on Thursday, in Berlin, until before nine on Friday
        sweep(database, now=worlds.after(loop, hours=evening))
        assert _alerts(database) == set()
        assert episodes(database) == []
    paused = replace(worlds.RITA, pauses=(Pause(start=date(2026, 11, 20), end=date(2026, 12, 20)),))
    with database.begin() as uow:
        uow.save_person(paused)
    nine = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    sweep(database, now=nine)
    assert len(_alerts(database)) == 2
    assert {alerted for _, alerted, _ in episodes(database)} == {nine}


def test_an_episode_of_a_decided_or_cancelled_loop_is_resolved(database: Database) -> None:
    loop = worlds.booked(database)
    sweep(database, now=worlds.after(loop, hours=28))
    assert {closed for _, _, closed in episodes(database)} == {None}
    with database.begin() as uow:
        loops.cancel(uow, uow.loop("L1"), reason="filled", by=worlds.RITA, now=worlds.after(loop, hours=29))
    now = worlds.after(loop, hours=30)
    sweep(database, now=now)
    assert {closed for _, _, closed in episodes(database)} == {now}


def test_a_digest_comes_once_a_day_and_is_edited_when_something_changed(database: Database) -> None:
    nine = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    worlds.started(database)
    assert sweep(database, now=nine - timedelta(minutes=1)) == 0
    assert sweep(database, now=nine) == 1
    first = "digest/ds/2026-11-24"
    assert first in keys(database)
    _send(database, first)
    worlds.planned(database, now=nine)
    sweep(database, now=nine + timedelta(hours=1))
    edits = [key for key in keys(database) if key.startswith(f"{first}/")]
    assert len(edits) == 1
    assert sweep(database, now=nine + timedelta(hours=2)) == 0
    sweep(database, now=nine + timedelta(days=1))
    assert "digest/ds/2026-11-25" in keys(database)


def test_a_digest_waits_behind_whatever_is_said_to_a_person(database: Database) -> None:
    loop = worlds.booked(database)
    sweep(database, now=worlds.after(loop, hours=24))
    written = [one.delivery for one in database.deliveries.listing(limit=5000)]
    digests = {one.priority for one in written if one.kind is Kind.DIGEST}
    assert digests
    assert min(digests) > max(one.priority for one in written if one.kind is not Kind.DIGEST)


def _send(database: Database, key: str) -> None:
    lease = timedelta(seconds=30)
    for claim in database.deliveries.claim(worker="w", now=NOW, limit=9, lease=lease, kinds=[Kind.DIGEST]):
        sent = Sent(key=claim.delivery.key, channel="C1", ts="1.1")
        database.deliveries.done(database.deliveries.sending(claim, now=NOW), now=NOW, sent=sent)
        assert claim.delivery.key == key


def test_no_digest_for_an_opening_without_one(database: Database) -> None:
    with database.begin() as uow:
        uow.save_opening(replace(OPENING, digest_hour=None))
    worlds.started(database)
    assert sweep(database, now=NOW + timedelta(days=1)) == 0


def test_one_loop_that_can_not_be_brought_up_to_date_keeps_no_other_waiting(database: Database) -> None:
    loop = worlds.booked(database)
    ghosts = tuple(replace(seat, person="nobody") for seat in loop.seats)
    with database.begin() as uow:
        uow.save_loop(replace(loop, id="L0", seats=ghosts, booked_at=None, version=0, attestations=()))
    late = worlds.after(loop, hours=28)
    with pytest.raises(ExceptionGroup) as told:
        sweep(database, now=late)
    assert {type(error).__name__ for error in told.value.exceptions} <= {"KeyError", "Unknown"}
    assert {key.split("/")[0] for key in keys(database) if "/card/" in key} == {"L1"}
    assert [one for one in keys(database) if one.startswith("alert/L1/scorecard")] != []
