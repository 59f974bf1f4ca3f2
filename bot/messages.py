"""Making what is said in Slack: render from the state as it is now, then post or edit, once.

Nothing of a message is stored on its way: a delivery holds ids, and what they stand for is read and opened here, for the
one person it goes to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.budgets import HOME, POST, Budgets
from bot.lanes import Open, Turn, kinds_of
from bot.messenger import Messenger, Post
from bot.outcomes import Hopeless, Later, NotNow, Unclear
from bot.refusals import US, SlackRefused, SlackUnavailable
from handlers import messages
from handlers.blocks.message import Message, without_pictures
from handlers.desk import PageOf
from hiring.model import Delivery, Kind, Person
from hiring.ports import Clock, Sent
from hiring.rules import worktime
from hiring.rules.deliveries import can_wait
from store.database import Database

PICTURE_TRIES = 4
"""After so many refusals a message goes without its picture: the words matter more."""
ASLEEP = timedelta(hours=1)
"""What waits for somebody's working hours looks at them again after so long at most: they may have moved."""
LOCKED_OUT = timedelta(minutes=1)
"""Between two tries while Slack takes our token for none; they go on until it is replaced."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""An edit of a message that somebody deleted: nothing is left to do."""


class Messages:
    """The maker of `slack.*` deliveries."""

    def __init__(
        self,
        *,
        database: Database,
        messenger: Messenger,
        clock: Clock,
        page_of: PageOf,
        budgets: Budgets | None = None,
        asleep: timedelta = ASLEEP,
    ) -> None:
        self._asleep = asleep
        self._budgets = budgets or Budgets()
        self._database = database
        self._messenger = messenger
        self._clock = clock
        self._page_of = page_of

    def open(self) -> Open:
        """Home has a budget of its own; all else waits for the one of posting, so that the most urgent is taken when there
        is room, and not those that were taken first."""
        self._budgets.count()
        waits = {kind: self._budgets.wait(HOME if kind is Kind.HOME else POST) for kind in kinds_of("slack")}
        return Open(
            kinds=tuple(kind for kind, wait in waits.items() if wait == 0),
            again=min((wait for wait in waits.values() if wait > 0), default=None),
        )

    def make(self, turn: Turn) -> Sent | None:
        try:
            return self._make(turn)
        except SlackUnavailable as busy:
            if busy.outcome_unknown:
                raise Unclear(busy.why) from None
            raise Later(busy.why, wait=busy.retry_after, limited=busy.limited) from None
        except SlackRefused as refused:
            if refused.code in US:
                raise Later(refused.code, wait=LOCKED_OUT, limited=True) from None
            raise Hopeless(refused.code) from None

    def _make(self, turn: Turn) -> Sent | None:
        delivery = turn.claim.delivery
        if delivery.kind is Kind.HOME:
            self._home(turn)
            return None
        if delivery.kind is Kind.TAKE_BACK:
            return self._take_back(turn)
        now = self._clock.now()
        with self._database.begin(read_only=True) as uow:
            message = messages.render(uow, delivery, now=now, page_of=self._page_of)
            earlier = uow.sent(delivery.updates) if delivery.updates else None
            under = uow.sent(delivery.thread) if delivery.thread else None
            person = None if delivery.to.startswith("#") else uow.person(delivery.to)
        if message is None:
            return None
        if person is not None and can_wait(delivery) and not turn.claim.outcome_unknown:
            self._wait_for_their_hours(person, now)
        if turn.claim.tries > PICTURE_TRIES:
            message = without_pictures(message)
        if delivery.to.startswith("#"):
            channel = delivery.to[1:]
        elif person is not None and person.slack_id is not None:
            channel = person.slack_id
        else:
            raise Hopeless("the person has no Slack account")
        if earlier is not None:
            return self._edit(turn, delivery, message, earlier)
        if delivery.updates and delivery.kind not in messages.STAND_ALONE:
            return None
        return self._post(turn, Post(delivery.key, channel, message, under.ts if under else None))

    def _wait_for_their_hours(self, person: Person, now: datetime) -> None:
        """It was written within them, and Slack or we were away meanwhile."""
        wait = worktime.told_from(person, now) - now
        if wait > timedelta():
            raise NotNow(min(wait, self._asleep))

    def _post(self, turn: Turn, post: Post) -> Sent:
        if turn.claim.outcome_unknown:
            found = self._messenger.find(key=post.key, channel=post.channel, thread=post.thread)
            if found is not None:
                return found
        turn.begin()
        # Where Slack is slow a picture takes as long as the lease: it is renewed, or the message is another worker's by now.
        return self._messenger.post(post, uploaded=turn.begin)

    def _edit(self, turn: Turn, delivery: Delivery, message: Message, earlier: Sent) -> Sent | None:
        turn.begin()
        try:
            return self._messenger.edit(Post(delivery.key, earlier.channel, message), ts=earlier.ts)
        except SlackRefused as refused:
            if refused.code in GONE:
                return None
            raise

    def _take_back(self, turn: Turn) -> Sent | None:
        """Deletes a file or a message for good, however often it is asked. Today's digest names others, too: it gets the
        words it has without whoever is erased."""
        refs = dict(turn.claim.delivery.refs)
        if "file" in refs:
            turn.begin()
            self._messenger.delete_file(refs["file"])
            return None
        with self._database.begin(read_only=True) as uow:
            stands = uow.sent(refs["message"])
            digest = replace(turn.claim.delivery, kind=Kind.DIGEST) if "day" in refs else None
            message = messages.render(uow, digest, now=self._clock.now()) if digest else None
        if stands is None:
            return None
        if message is not None:
            return self._edit(turn, turn.claim.delivery, message, stands)
        turn.begin()
        self._messenger.delete(channel=stands.channel, ts=stands.ts)
        return None

    def _home(self, turn: Turn) -> None:
        with self._database.begin(read_only=True) as uow:
            person = uow.person(turn.claim.delivery.to)
            view = messages.render_home(uow, person, now=self._clock.now())
        if person.slack_id is not None:
            turn.begin()
            self._messenger.publish_home(person.slack_id, view)
