"""Whatever comes in the name of Slack, and from whom: it is answered, and changes nothing that is not theirs to change."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from slack_bolt import App
from sqlalchemy import func, select

from bot.web import _read
from handlers import ids
from hiring.ports import Store
from store.database import Database
from store.tables import DisclosureRow, LoopRow, ScorecardRow
from store.work import Work
from tests.attack.door import NOWHERE, Watch, signed, written
from tests.attack.payloads import genuine, spoilt
from tests.database import fresh_database
from tests.handlers import presses, rig
from tests.handlers.company import WHO, settled
from tests.handlers.rig import Rehearsed
from tests.hiring.worlds import NOW

PAYLOADS = int(os.environ.get("EVENHAND_PAYLOADS", "1000"))
LOTS = 50
"""In so many tests, for as many processes, and to see how far a long run has come."""
ANSWERED = {200, 400, 404}
OUTSIDE = ("recused", "auditor", "other manager", "left", "stranger")
"""They have no part in any of these loops that would let them change one."""
SIGNS = select(
    select(func.sum(LoopRow.version)).scalar_subquery(),
    *(select(func.count()).select_from(table).scalar_subquery() for table in (LoopRow, ScorecardRow, DisclosureRow)),
)
"""What is another after any change to a loop."""


@dataclass
class Forgetting(Store):
    """A real database in which nothing stays, so that every payload meets the company whole. `moved`: somebody changed a
    loop."""

    database: Database
    moved: bool = False
    before: tuple[object, ...] = field(default=())

    def __post_init__(self) -> None:
        with self.database.begin(read_only=True) as uow:
            self.before = _signs(uow)

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[Work]:
        if read_only:
            with self.database.begin(read_only=True) as uow:
                yield uow
            return
        with suppress(Rehearsed), self.database.begin() as uow:
            yield uow
            self.moved = self.moved or _signs(uow) != self.before
            raise Rehearsed


def _signs(uow: Work) -> tuple[object, ...]:
    return tuple(uow._connection.execute(SIGNS).one())


@dataclass
class Stage:
    store: Forgetting
    bolt: App
    watch: Watch

    def send(self, raw: bytes, kind: str) -> int:
        """The status of the answer; what can't be read is refused as it is at the door."""
        text = raw.decode(errors="replace").encode()
        asked = _read(text, dict(signed(text, kind=kind)))
        return self.bolt.dispatch(asked).status if asked else 400


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("payloads"))))
    store = Forgetting(database)
    with Watch() as watch:
        yield Stage(store, rig.app(store, NOW, api=NOWHERE), watch)
    database.close()


@pytest.mark.parametrize("lot", range(LOTS))
def test_every_payload_is_answered_and_nobody_outside_changes_a_loop(lot: int, stage: Stage) -> None:
    answered = Counter[int]()
    for number in range(lot, PAYLOADS, LOTS):
        lots = Random(f"payload {number}")
        who = lots.choice(sorted(WHO))
        stage.store.moved = False
        status = stage.send(*spoilt(genuine(lots, user=WHO[who]), lots))
        answered[status] += 1
        assert status in ANSWERED, number
        failures, stage.watch.failures = stage.watch.failures, []
        assert (number, failures) == (number, [])
        assert not (stage.store.moved and who in OUTSIDE), number
    assert answered[200] > 0 < answered[400]


def test_who_has_a_part_in_a_loop_does_change_it(stage: Stage) -> None:
    """The control: what is looked at is another then."""
    stage.store.moved = False
    raw, kind = written(rig.action(WHO["panel"], ids.ATTEST_CLEAR, "LASKING"))
    assert stage.send(raw, kind) == 200
    assert stage.store.moved


@pytest.mark.parametrize("zone", ["Europe/Berlin" + "9" * 300, "Europe", "../../etc/passwd", "Europe/Nowhere", ""])
def test_a_modal_with_a_zone_that_is_none_is_answered_and_sets_no_times(zone: str, stage: Stage) -> None:
    stage.store.moved = False
    view = presses.modal(ids.LOOP_WINDOWS_VIEW, ids.pack("LASKING", zone))
    raw, kind = written(rig.submission(WHO["recruiter"], view))
    assert (stage.send(raw, kind), stage.watch.failures, stage.store.moved) == (200, [], False)


def test_a_press_on_a_modal_s_button_without_the_modal_is_answered(stage: Stage) -> None:
    raw, kind = written(rig.action(WHO["recruiter"], ids.NEW_REMOVE_WINDOW, "1"))
    assert stage.send(raw, kind) == 200
    assert stage.watch.failures == []
