"""Two worlds to render: an ordinary one, and one in which everything is as long as it may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hiring.model import (
    Answer,
    Attestation,
    Candidate,
    Confidence,
    Criterion,
    Decision,
    Draft,
    Loop,
    Opening,
    Option,
    Outcome,
    Overall,
    Pause,
    Person,
    Plan,
    Planning,
    Question,
    Rating,
    Release,
    ReleaseHow,
    Repair,
    Role,
    Rubric,
    Scorecard,
    Seat,
    SeatKind,
    SeatPlan,
    Session,
    SessionPlan,
    Span,
    Submitted,
    Why,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Los_Angeles", "Asia/Kathmandu")


@dataclass(frozen=True, slots=True)
class World:
    loop: Loop
    people: dict[str, Person]
    candidate: Candidate
    opening: Opening
    cards: tuple[Scorecard, ...]

    @property
    def recruiter(self) -> Person:
        return self.people[self.loop.recruiter]

    @property
    def rater(self) -> Person:
        return self.people[next(seat.person for seat in self.loop.seats if seat.session == "coding" and seat.person)]


def filled(length: int, words: str) -> str:
    return (words * (length // len(words) + 1))[:length]


LONGEST = "Wolfeschlegelsteinhausenbergerdorff-Ślązak & Søn <ønsker> "
ARABIC = "عبد الرحمن بن محمد الأنصاري الدمشقي "
DEVANAGARI = "श्रीमती सौदामिनी चट्टोपाध्याय "
CHINESE = "欧阳诸葛司马上官夏侯"
FAMILY = "👩‍👩‍👧‍👦"
NASTY = "*_~`<!channel> & <@U0000001|x> \u202e@here :smile: "

ORDINARY = (
    ("ana", "Ana Sousa", "Staff data scientist"),
    ("lee", "Lee Chen", "Data scientist"),
    ("max", "Max Okafor", "Engineering manager"),
    ("priya", "Priya Natarajan", "Product lead"),
    ("sam", "Sam O’Neill", "Data scientist"),
)


def ordinary() -> World:
    people = {
        key: Person(
            id=key,
            name=name,
            email=f"{key}@example.com",
            zone=ZONES[index % len(ZONES)],
            slack_id=f"U00000{index:02}",
            title=title,
            team="Data",
        )
        for index, (key, name, title) in enumerate(ORDINARY)
    }
    people |= {
        "hana": Person(
            id="hana",
            name="Hana Weiss",
            email="hana@example.com",
            zone="Europe/Berlin",
            slack_id="U0000090",
            title="Head of data",
            roles=(Role.HIRING_MANAGER,),
        ),
        "rui": Person(
            id="rui",
            name="Rui Martins",
            email="rui@example.com",
            zone="Europe/Berlin",
            slack_id="U0000091",
            title="Recruiter",
            roles=(Role.RECRUITER,),
            pauses=(Pause(date(2026, 12, 24), date(2027, 1, 2), "Holidays"),),
        ),
    }
    candidate = Candidate(
        id="jo", name="Joana D’Angelo", email="jo@example.org", zone="America/New_York", employer="Northwind Analytics"
    )
    opening = Opening(
        id="ds",
        title="Senior data scientist",
        team="Data",
        hiring_manager="hana",
        recruiter="rui",
        plans=("ds-onsite",),
        channel="hiring-ds",
        channel_id="C0000001",
        digest_zone="Europe/Berlin",
    )
    coding = Rubric(
        id="coding",
        title="Coding",
        criteria=(
            Criterion(
                "correctness",
                "Correct code",
                _anchors(
                    "Wrong or nothing runs",
                    "Runs on the easy case",
                    "Right, edge cases found after a hint",
                    "Right, with edge cases found unaided",
                ),
                weight=2,
            ),
            Criterion(
                "clarity",
                "Clear code",
                _anchors(
                    "Nobody else could read it",
                    "Readable with effort",
                    "Names and shape say what it does",
                    "A pleasure to read and to change",
                ),
            ),
            Criterion(
                "reasoning",
                "Explains reasoning",
                _anchors(
                    "Silent, or guesses",
                    "Explains when asked",
                    "Says what and why as they go",
                    "Weighs alternatives and says what would change their mind",
                ),
            ),
        ),
    )
    talk = Rubric(
        id="talk",
        title="Presentation",
        criteria=(
            Criterion(
                "reasoning",
                "Explains reasoning",
                _anchors(
                    "Silent, or guesses",
                    "Explains when asked",
                    "Says what and why as they go",
                    "Weighs alternatives and says what would change their mind",
                ),
            ),
            Criterion(
                "judgement",
                "Judgement",
                _anchors(
                    "No sense of what matters",
                    "Sees it when shown",
                    "Finds what matters",
                    "Finds it, and says what not to do",
                ),
                about="What they chose to do, and to leave.",
                weight=2,
            ),
            Criterion(
                "curiosity",
                "Curiosity",
                _anchors(
                    "Asks nothing", "Asks about process", "Asks about the problem", "Asks what we had not thought of"
                ),
                independent=True,
            ),
        ),
    )
    sessions = (
        SessionPlan("welcome", "Welcome", 30, (SeatPlan("lead", ("@recruiter",), rates=False),), tell_candidate="Hello"),
        SessionPlan(
            "talk", "Presentation", 30, (SeatPlan("lead", ("talk",)), SeatPlan("pair", ("talk",), kind=SeatKind.PAIR)), rubric="talk",
            covers=("The project they are proudest of", "What went wrong, and what they did"),
            questions=(Question("What would you do differently today?", ("Why did you not do it then?",)),),
        ),
        SessionPlan(
            "coding", "Coding", 60, (SeatPlan("lead", ("coding",)), SeatPlan("shadow", ("coding-shadow",), kind=SeatKind.SHADOW, optional=True, rates=False)),
            rubric="coding", covers=("A small data problem", "Tests"), questions=(Question("Find the duplicate orders in this table."), Question("Make it fast.")),
        ),
        SessionPlan("stakeholders", "Stakeholders", 30, (SeatPlan("lead", ("product",)),), rubric="talk", covers=("Working with product",)),
    )  # fmt: skip
    plan = Plan(id="ds-onsite", title="Data scientist, on-site", sessions=sessions, rubrics=(coding, talk))
    placed = (
        Session("welcome", START, START + timedelta(minutes=30), "e1", "https://meet.example.com/abc-defg"),
        Session(
            "talk",
            START + timedelta(minutes=30),
            START + timedelta(minutes=60),
            "e2",
            "https://meet.example.com/abc-defg",
        ),
        Session(
            "coding",
            START + timedelta(minutes=75),
            START + timedelta(minutes=135),
            "e3",
            "https://meet.example.com/abc-defg",
        ),
        Session(
            "stakeholders",
            START + timedelta(minutes=195),
            START + timedelta(minutes=225),
            "e4",
            "https://meet.example.com/abc-defg",
        ),
    )
    why = Why(
        "ana",
        "least load among 4 who could",
        (("kim", "unavailable"), ("lee", "busy 10:00–11:00"), ("max", "week cap of 4 h reached")),
    )
    seats = (
        Seat("welcome", "lead", "rui", why), Seat("talk", "lead", "ana", why), Seat("talk", "pair", "max", why),
        Seat("coding", "lead", "lee", why), Seat("coding", "shadow", "sam", why), Seat("stakeholders", "lead", "priya", why),
    )  # fmt: skip
    option = Option(
        placed,
        seats,
        cost=(("load", 42_000), ("wait", 60), ("idle", 45), ("dates", 0), ("discouraged", 0), ("optional", 0)),
    )
    later = Option(
        tuple(Session(s.id, s.start + timedelta(days=1), s.end + timedelta(days=1)) for s in placed),
        seats,
        cost=(("load", 90_000),),
        proved=False,
    )
    loop = Loop(
        id="l1", opening="ds", candidate="jo", plan=plan, recruiter="rui", hiring_manager="hana", created=NOW, created_by="rui",
        stage="on-site", zone="America/New_York", windows=(Span(START, START + timedelta(hours=9)),),
        planning=Planning(1, NOW, NOW, (option, later), chosen=0, chosen_at=NOW, chosen_by="rui"),
        sessions=placed, seats=seats, booked_at=NOW, attestations=(Attestation("ana", Answer.NO_CONFLICT, NOW),),
    )  # fmt: skip
    cards = (
        _card(loop, "talk", "ana", {"reasoning": 4, "judgement": 4, "curiosity": 3}, Overall.STRONG_YES),
        _card(loop, "talk", "max", {"reasoning": 2, "judgement": 3, "curiosity": None}, Overall.NO),
        _card(loop, "coding", "lee", {"correctness": 3, "clarity": 4, "reasoning": 3}, Overall.YES),
        _card(loop, "stakeholders", "priya", {"reasoning": 1, "judgement": 3, "curiosity": 4}, Overall.YES),
    )
    return World(_released(loop, cards), people, candidate, opening, cards)


def _anchors(*texts: str) -> tuple[str, ...]:
    return texts


def _card(
    loop: Loop,
    session: str,
    author: str,
    scores: dict[str, int | None],
    overall: Overall,
    *,
    evidence: str = "",
    note: str = "",
) -> Scorecard:
    ratings = tuple(
        Rating(
            criterion,
            score,
            evidence or f"Asked about {criterion}, they showed it in the second exercise and said why.",
        )
        for criterion, score in scores.items()
    )
    return Scorecard(
        loop.id,
        session,
        author,
        "r",
        1,
        ratings,
        overall,
        Confidence.MEDIUM,
        note or "Easy to talk to; time was short.",
        NOW,
    )


def _released(loop: Loop, cards: tuple[Scorecard, ...]) -> Loop:
    submitted = tuple(Submitted(card.session, card.author, NOW, "a1b2-c3d4-e5f6") for card in cards)
    return loop.with_(
        submitted=submitted,
        released=Release(NOW, ReleaseHow.ALL_IN),
        decision=Decision(
            Outcome.ADVANCE,
            "Strong evidence on judgement and code; explains well.",
            "hana",
            NOW,
            known="4 of 4 scorecards",
        ),
    )


def extreme() -> World:
    """Ten sessions of eight seats, eight criteria of ten long anchors each, names of 200 characters, notes of 3,000."""
    names = [filled(200, words) for words in (LONGEST, ARABIC, DEVANAGARI, CHINESE, FAMILY, NASTY)]
    ids = [f"p{number:02}" for number in range(90)]
    people = {
        key: Person(id=key, name=names[i % 6], email=f"{'x' * 60}{i}@example.com", zone=ZONES[i % 5], slack_id=None, title=filled(200, NASTY), team=filled(200, NASTY))
        for i, key in enumerate(ids)
    }  # fmt: skip
    candidate = Candidate(
        id="jo",
        name=filled(200, NASTY + FAMILY),
        email="j" * 200 + "@example.org",
        zone="America/Argentina/ComodRivadavia",
        employer=filled(300, LONGEST),
    )
    opening = Opening(
        id="o" * 60, title=filled(300, NASTY), team=filled(200, NASTY), hiring_manager="p80", recruiter="p81", plans=("x",), channel="c" * 80, channel_id="C0000001",
        place=filled(500, NASTY),
    )  # fmt: skip
    rubrics = tuple(
        Rubric(f"r{r}", filled(150, LONGEST), tuple(
            Criterion(f"r{r}-{'c' * 50}-{c}", filled(150, NASTY), tuple(filled(400, DEVANAGARI + NASTY) for _ in range(9)), about=filled(1500, NASTY), weight=10, independent=c == 0)
            for c in range(8)
        ))
        for r in range(10)
    )  # fmt: skip
    keys = ["coding", *[f"{'s' * 57}-{n}" for n in range(1, 10)]]
    sessions = tuple(
        SessionPlan(
            key, filled(150, NASTY), 60, tuple(SeatPlan(f"seat{n}", ("x",)) for n in range(8)), rubric=f"r{index}",
            covers=tuple(filled(150, NASTY) for _ in range(8)),
            questions=tuple(Question(filled(1500, NASTY), tuple(filled(150, NASTY) for _ in range(5))) for _ in range(6)),
        )
        for index, key in enumerate(keys)
    )  # fmt: skip
    plan = Plan(id="x" * 60, title=filled(150, NASTY), sessions=sessions, rubrics=rubrics, max_days=5)
    placed = tuple(
        Session(
            key,
            START + timedelta(hours=index * 9),
            START + timedelta(hours=index * 9 + 1),
            "e",
            "https://meet.example.com/" + "x" * 2900,
        )
        for index, key in enumerate(keys)
    )
    seats = tuple(
        Seat(key, f"seat{n}", ids[index * 8 + n], Why(ids[index * 8 + n], filled(3000, NASTY), tuple((i, filled(500, NASTY)) for i in ids)))
        for index, key in enumerate(keys) for n in range(8)
    )  # fmt: skip
    option = Option(placed, seats, cost=(("load", 10**9), ("discouraged", 3), ("optional", 60)), proved=False)
    loop = Loop(
        id="l" * 60, opening=opening.id, candidate="jo", plan=plan, recruiter="p81", hiring_manager="p80", created=NOW, created_by="p81",
        zone="America/Argentina/ComodRivadavia", windows=tuple(Span(START + timedelta(days=n), START + timedelta(days=n, hours=9)) for n in range(40)),
        planning=Planning(1000, NOW, NOW, (option,) * 9, because=tuple(filled(3000, NASTY) for _ in range(60)), chosen=0, chosen_at=NOW, chosen_by="p81"),
        sessions=placed, seats=seats, booked_at=NOW, repairs=(Repair(0, NOW, option), Repair(0, NOW, because=tuple(filled(3000, NASTY) for _ in range(60)))),
    )  # fmt: skip
    cards = tuple(
        _card(
            loop, seat.session, str(seat.person),
            {c.id: (index + place) % 9 + 1 for place, c in enumerate(plan.rubric(seat.session).criteria)},  # type: ignore[union-attr]  # every session has one here
            Overall.STRONG_NO, evidence=filled(3000, NASTY), note=filled(3000, NASTY),
        )
        for index, seat in enumerate(seats)
    )  # fmt: skip
    released = _released(loop, cards)
    return World(
        released.with_(
            decision=Decision(
                Outcome.DECLINE, filled(3000, NASTY), "p80", NOW, filled(3000, NASTY), filled(3000, NASTY)
            )
        ),
        people,
        candidate,
        opening,
        cards,
    )


def draft_of(loop: Loop, session: str, author: str, text: str) -> Draft:
    rubric = loop.plan.rubric(session)
    fields: list[tuple[str, str]] = []
    for criterion in rubric.criteria if rubric else ():
        fields += [(f"score:{criterion.id}", "1"), (f"evidence:{criterion.id}", text)]
    return Draft(loop.id, session, author, (*fields, ("overall", "yes"), ("confidence", "high"), ("note", text)), NOW)
