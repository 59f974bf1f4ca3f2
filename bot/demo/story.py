"""One loop, played through Slack as its people would: a conflict, a late scorecard, a disagreement, a decision.

Every step does only what a person can do on their screen, and waits for what that person would see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.demo.stage import Stage
from handlers import ids
from hiring.model import Candidate, Criterion, Loop, Opening, Person, PersonId
from hiring.rules import sight, worktime
from hiring.rules.bottlenecks import LIMITS, Stuck
from hiring.rules.phase import attestation, last_end, needs_look, panel
from workbench.player import NotSeen, Player

PATIENCE: Final = 120.0
DAYS: Final = 5

EVIDENCE: Final = {
    1: "Could not get past the first step, even after two hints; said that it had never come up before.",
    2: "Reached the first part with two hints, and did not check the result against the data.",
    3: "Worked it out alone, named the edge cases, and explained the trade-off in one sentence.",
    4: "Solved it, found a flaw in our own example, and showed how a test would have caught it.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something people do, and in a few words for whoever watches, what."""

    says: str
    play: Callable[[], None]


@dataclass
class Story:
    """A loop for `candidate` in `opening`. `conflicted` is who steps aside, when they are on the panel."""

    stage: Stage
    opening: Opening
    candidate: Candidate
    plan: str
    conflicted: PersonId | None = None
    replaced: tuple[PersonId, PersonId] | None = None
    late: PersonId | None = None
    loop: str = field(default="", init=False)
    looked_at: set[PersonId] = field(default_factory=set, init=False)

    def steps(self) -> Iterator[Step]:
        recruiter = self.named(self.opening.recruiter)
        manager = self.named(self.opening.hiring_manager)
        yield Step(f"{recruiter} starts a loop with /interview new", self.start)
        yield Step("The engine looks for panel and times; the recruiter picks the best option", self.pick)
        yield Step("Everybody on the panel is asked about conflicts; one steps aside", self.attest)
        yield Step("Somebody else takes the seat, and everything is booked at once", self.refill)
        yield Step("The interviews take place (the clock moves on)", self.hold)
        yield Step("Scorecards come in, sealed; one rater is late", self.rate)
        yield Step(f"A reminder, an alert to {recruiter}, and the last scorecard", self.chase)
        yield Step(f"The panel's scorecards open; {manager} reads the summary and decides", self.decide)

    def named(self, person: PersonId) -> str:
        return next(p.name for p in self.stage.company.people if p.id == person)

    # ---- what is so ------------------------------------------------------------------------------------------------

    def now(self) -> Loop:
        """The loop as it stands, once it exists."""
        with self.stage.evenhand.database.begin(read_only=True) as uow:
            if self.loop:
                return uow.loop(self.loop)
            mine = [loop for loop in uow.loops(active=False) if loop.candidate == self.candidate.id]
            found = max(mine, key=lambda loop: loop.created)
        self.loop = found.id
        return found

    def people(self) -> dict[PersonId, Person]:
        return {person.id: person for person in self.stage.company.people}

    def player(self, person: PersonId) -> Player:
        return self.stage.player(person)

    # ---- the steps --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        recruiter = self.player(self.opening.recruiter)
        recruiter.command("/interview new")
        recruiter.wait_for(lambda screen: bool(screen["views"]), PATIENCE)
        recruiter.suggestions(ids.NEW_CANDIDATE, self.candidate.name[:6])
        recruiter.click(ids.NEW_CANDIDATE, value=self.candidate.id)
        recruiter.click(ids.NEW_OPENING, value=self.opening.id)
        recruiter.click(ids.NEW_PLAN, value=self.plan)
        for number, day in enumerate(self.days(), start=1):
            if number > 1:
                recruiter.click(ids.NEW_ADD_WINDOW)
            self._window(recruiter, number, day)
        recruiter.submit()
        recruiter.close()

    def days(self) -> Sequence[date]:
        """The next working days in the candidate's zone, from the day after tomorrow on."""
        with self.stage.evenhand.database.begin(read_only=True):
            today = self.stage.evenhand.clock.now().astimezone(ZoneInfo(self.candidate.zone)).date()
        coming = (today + timedelta(days=ahead) for ahead in range(2, 14))
        return [day for day in coming if day.weekday() < 5][:DAYS]  # noqa: PLR2004 - Saturday is 5

    @staticmethod
    def _window(recruiter: Player, number: int, day: date) -> None:
        view = recruiter.view() or {"blocks": []}
        block = next(b for b in view["blocks"] if b["block_id"] == f"window:{number}")
        for element, value in zip(block["elements"], (day.isoformat(), "08:00", "18:00"), strict=False):
            recruiter.click(element["action_id"], value=value, within=block["block_id"])

    def pick(self) -> None:
        recruiter = self.player(self.opening.recruiter)
        recruiter.wait_for(_offers(ids.OPTIONS_PICK), PATIENCE)
        loop = self.now()
        number = loop.planning.number if loop.planning else 1
        recruiter.click(ids.OPTIONS_PICK, value=ids.pack(loop.id, str(number), "0"))

    def attest(self) -> None:
        loop = self.now()
        seated = [person for person in panel(loop) if person not in {loop.recruiter, loop.hiring_manager}]
        self.conflicted = self.conflicted if self.conflicted in seated else seated[0]
        for person in panel(loop):
            player = self.player(person)
            player.wait_for(_offers(ids.ATTEST_CLEAR), PATIENCE)
            if person != self.conflicted:
                player.click(ids.ATTEST_CLEAR, value=ids.pack(loop.id))
                continue
            player.click(ids.ATTEST_CONFLICT, value=ids.pack(loop.id))
            player.submit(ground="worked_together", note="We shared a team for three years, until 2021.")

    def refill(self) -> None:
        recruiter = self.player(self.opening.recruiter)
        asked: set[PersonId] = set()
        self._until(lambda: self._refilled(asked))
        recruiter.wait_for("Booked", PATIENCE)

    def _refilled(self, asked: set[PersonId]) -> bool:
        """Whoever is newly seated says that nothing stands in the way; true once everything is booked."""
        loop = self.now()
        said = {a.person for a in loop.attestations} | asked
        for person in panel(loop):
            if person not in said:
                player = self.player(person)
                player.wait_for(_offers(ids.ATTEST_CLEAR), PATIENCE)
                player.click(ids.ATTEST_CLEAR, value=ids.pack(loop.id))
                asked.add(person)
            elif needs_look(loop, person) and attestation(loop, person) is not None and person not in self.looked_at:
                self._look(loop, person)
        return loop.booked_at is not None

    def _look(self, loop: Loop, person: PersonId) -> None:
        """Something we noticed made the recruiter look; they asked, and pin that it is nothing."""
        self.looked_at.add(person)
        recruiter = self.player(loop.recruiter)
        value = ids.pack(loop.id, person)
        recruiter.wait_for(_offers(ids.PIN_CLEAR, value), PATIENCE)
        recruiter.click(ids.PIN_CLEAR, value=value)
        recruiter.submit(reason="Other towns and other years; they have never met.")

    def hold(self) -> None:
        self._advance_to(last_end(self.now()) + timedelta(minutes=5))

    def rate(self) -> None:
        loop = self.now()
        owed = sight.owed(loop)
        self.late = owed[-1][1]
        for number, (session, person) in enumerate(owed):
            if person != self.late:
                self.hand_in(loop, session, person, tilt=number)

    def hand_in(self, loop: Loop, session: str, person: PersonId, *, tilt: int) -> None:
        """Fill the scorecard as somebody would: most points solid, the raters apart on one."""
        player = self.player(person)
        value = ids.pack(loop.id, session)
        player.wait_for(_offers(ids.SCORECARD_OPEN, value), PATIENCE)
        player.click(ids.SCORECARD_OPEN, value=value)
        rubric = loop.plan.rubric(session)
        fields = {"overall": "yes" if tilt % 4 else "no", "confidence": "high" if tilt % 3 else "medium"}
        for place, criterion in enumerate(rubric.criteria if rubric else ()):
            score = _score(criterion, place, tilt)
            fields[f"score:{criterion.id}"] = str(score)
            fields[f"evidence:{criterion.id}"] = EVIDENCE[min(score, 4)]
        done = player.submit(**fields)
        if done["result"] != "closed":
            raise NotSeen(f"The scorecard was not taken: {done}")

    def chase(self) -> None:
        """Time passes, the recruiter is told what is stuck and on whom, presses the button, and the card comes in."""
        loop = self.now()
        if self.late is None:
            return
        late, recruiter = self.player(self.late), self.player(loop.recruiter)
        missing = [(s, p) for s, p in sight.owed(loop) if p == self.late and not sight.is_in(loop, s, p)]
        ended = loop.session(missing[0][0]).end
        self._advance_to(worktime.after(self.people()[self.late], ended, minutes=LIMITS[Stuck.SCORECARD] + 15))
        remind = ids.pack(loop.id, self.late, "scorecard")
        recruiter.wait_for(_offers(ids.NUDGE_SEND, remind), PATIENCE)
        recruiter.click(ids.NUDGE_SEND, value=remind)
        recruiter.close()
        late.wait_for("asks you for your scorecard", PATIENCE)
        for session, person in missing:
            self.hand_in(loop, session, person, tilt=3)
        recruiter.wait_for("Cleared", PATIENCE)

    def decide(self) -> None:
        loop = self.now()
        manager = self.player(self.opening.hiring_manager)
        manager.wait_for(_offers(ids.DECIDE_OPEN), PATIENCE)
        manager.click(ids.DECIDE_OPEN, value=ids.pack(loop.id))
        manager.submit(
            outcome="advance",
            reason="Frames problems well and codes soundly; the raters' difference on one criterion was talked through.",
            dissent="One rater would have liked more depth in experiments.",
        )
        self.player(self.opening.recruiter).wait_for("Tell the candidate", PATIENCE)

    # ---- time ---------------------------------------------------------------------------------------------------------

    def _advance_to(self, instant: datetime) -> None:
        now = self.stage.evenhand.clock.now()
        self.stage.advance((instant - now).total_seconds())

    def _until(self, so: Callable[[], bool]) -> None:
        until = datetime.now(UTC) + timedelta(seconds=PATIENCE)
        while not so():
            if datetime.now(UTC) > until:
                raise NotSeen("The loop did not get on: nothing happened")


def _score(criterion: Criterion, place: int, tilt: int) -> int:
    """Solid on most, and two points apart on the first criterion from one rater to the next."""
    top = len(criterion.anchors)
    if place == 0:
        return 2 if tilt % 2 else top
    return max(2, min(top, 3 + (place + tilt) % 2))


def _offers(action_id: str, value: str | None = None) -> Callable[[dict[str, Any]], bool]:
    """Whether some message on a screen has that button (with that value)."""

    def shows(part: Any) -> bool:
        if isinstance(part, dict):
            hit = part.get("action_id") == action_id and value in {None, part.get("value")}
            return hit or any(shows(inner) for inner in part.values())
        return isinstance(part, list) and any(shows(inner) for inner in part)

    return lambda screen: shows(screen["conversations"])
