"""A message with pictures where Slack takes its time: whoever lost it meanwhile does not say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.budgets import Budgets
from bot.lanes import Turn
from bot.messages import Messages
from bot.messenger import Messenger
from handlers.desk import no_page
from hiring.model import Kind
from store.faults import LostClaim
from tests.bot.office import Office
from tests.handlers.rig import At
from tests.hiring import worlds
from tests.hiring.worlds import NOW
from tests.workbench.worlds import ANA, company
from workbench.server import running

LEASE = timedelta(seconds=45)


@pytest.mark.parametrize("taken_over", [False, True])
def test_a_picture_that_takes_longer_than_the_lease_makes_no_second_message(office: Office, taken_over: bool) -> None:
    """The pictures are loaded up first; another worker has the message by then, or has not."""
    worlds.started(office.database)
    with office.database.begin() as uow:
        uow.save_person(replace(uow.person("rita"), slack_id=ANA))
    office.make(Kind.ENGINE_OPTIONS)
    deliveries, now = office.database.deliveries, datetime.now(UTC)
    (claim,) = deliveries.claim(worker="one", now=now, limit=1, lease=LEASE, kinds=[Kind.OPTIONS])
    uploaded: list[str] = []

    def uploading(file: str, _key: str) -> None:
        if taken_over and not uploaded:
            assert len(deliveries.claim(worker="two", now=now + LEASE, limit=1, lease=LEASE, kinds=[Kind.OPTIONS])) == 1
        uploaded.append(file)

    def begin() -> None:
        deliveries.sending(claim, now=now)

    with running(company()) as slack:
        messages = Messages(
            database=office.database,
            messenger=Messenger(
                token=slack.bot_token, base_url=slack.api, budgets=Budgets(rates={}), uploading=uploading
            ),
            clock=At(NOW),
            page_of=no_page,
        )
        turn = Turn(claim=claim, begin=begin)
        if taken_over:
            with pytest.raises(LostClaim):
                messages.make(turn)
        else:
            messages.make(turn)
        said = [call for call in slack.space.log if call.method == "chat.postMessage"]
    assert (len(said), uploaded != []) == (0 if taken_over else 1, True)
