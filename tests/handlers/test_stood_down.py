"""Which interview it was, told to whoever may know: several may be ahead of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers import messages
from handlers.blocks.message import Message
from hiring.model import Delivery, Kind
from hiring.rules.phase import panel
from tests.database import fresh_database
from tests.handlers.company import AFTER, settled
from workbench.reading import plain


@pytest.mark.parametrize(("why", "named"), [("rescheduled", True), ("recused", False), ("silent", False)])
def test_the_candidate_is_named_where_the_person_may_be_asked_again(tmp_path: Path, why: str, named: bool) -> None:
    database = settled(fresh_database(tmp_path))
    with database.begin(read_only=True) as uow:
        loop = uow.loop("LBOOKED")
        sits = next(seat.person for seat in loop.seats if seat.person is not None)
        others = [person.id for person in uow.people() if person.id not in panel(loop)]
        who = sits if why == "rescheduled" else others[0]
        delivery = Delivery("k", Kind.STOOD_DOWN, who, refs=(("loop", loop.id), ("why", why)))
        told = messages.render(uow, delivery, now=AFTER)
        name = uow.candidate(loop.candidate).name
    database.close()
    assert isinstance(told, Message)
    assert (name in plain(list(told.blocks))) == named
