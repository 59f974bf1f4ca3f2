"""What a released panel says, to the hiring manager: where raters differ first, the matrix, the evidence; no verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import ids
from handlers.blocks import itinerary, release
from handlers.blocks.decide import OUTCOMES
from handlers.blocks.message import Message, Picture, message, picture_block
from handlers.blocks.parts import Block, actions, button, context, divider, fitted, header, section, weight
from handlers.blocks.scorecard_modal import CONFIDENCE_WORDS, OVERALL_WORDS
from handlers.blocks.summary_modal import when_written
from handlers.blocks.text import called, clip, counted, listed, mention, name, plain, plain_name
from handlers.pictures.matrix import describe_matrix, draw_matrix
from hiring.model import Candidate, Loop, Opening, Outcome, Person, PersonId, ReleaseHow
from hiring.rules import sight
from hiring.rules.summary import Cell, Rater, Row, Summary

TABLE_RATERS = 8
TABLE_WEIGHT = 5_500
DIFFERENCES = 3
QUOTE = 220

People = Mapping[PersonId, Person]


def summary(loop: Loop, *, summary: Summary, candidate: Candidate, opening: Opening, people: People) -> Message:
    picture = Picture(
        png=draw_matrix(summary, plan=loop.plan, people=people, title="Scores by criterion and rater"),
        alt=describe_matrix(summary, people=people),
        title="Scores by criterion and rater",
        name="summary",
    )
    differing = [row for row in summary.rows if row.differs]
    head = [
        header(f"Summary: {plain_name(candidate.name, 130)}"),
        section(_facts(loop, summary, opening=opening, people=people)),
        *_differences(loop, differing, people=people),
        table(loop, summary=summary, people=people),
        picture_block(picture),
    ]
    raters = [section(_rater(loop, rater, people)) for rater in summary.raters]
    groups = (
        [[divider(), section("*Where each rater stands*"), raters[0]], *([one] for one in raters[1:])] if raters else []
    )
    groups += [[section(_evidence(loop, row, people))] for row in differing[DIFFERENCES:]]
    groups += [[section(_evidence(loop, row, people))] for row in summary.rows if not row.differs and row.cells]
    tail = [
        context("The weighted mean is the mean of the criteria's means by weight. Nothing is ranked or recommended."),
        actions(button("Open everything", ids.SUMMARY_OPEN, ids.pack(loop.id)), *_decide(loop)),
    ]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {left} more: press *Open everything*")
    return message("Evenhand: a panel's scorecards are open, your summary is ready", blocks, pictures=[picture])


def _decide(loop: Loop) -> list[Block]:
    """A button for as long as there is something to decide; a decision on hold can be taken up again."""
    if loop.decision is not None and loop.decision.outcome is not Outcome.HOLD:
        return []
    return [button("Decide", ids.DECIDE_OPEN, ids.pack(loop.id), style="primary")]


def summary_link(loop: Loop, *, opening: Opening, people: People) -> Message:
    """To the opening's channel: that there is a summary, and with whom."""
    who = mention(people, loop.hiring_manager)
    return message(
        "Evenhand: a summary is with the hiring manager",
        [
            section(
                f":scales: A panel's scorecards for _{clip(opening.title, 150)}_ are open. The summary is with {who}."
            ),
            actions(button("Read the summary", ids.SUMMARY_OPEN, ids.pack(loop.id))),
            context("It opens for those who may read it; others are told why not."),
        ],
    )


def released(loop: Loop, *, person: Person, candidate: Candidate, people: People) -> Message:
    """To a panel member: what opened, and for whom it has not while they owe a scorecard."""
    mine = listed([itinerary.title(loop.plan, s.id, 60) for s in itinerary.of_person(loop, person.id)], 4)
    yours = f" You took part in {mine}." if mine else ""
    blocks = [section(f":unlock: The panel's scorecards for {name(candidate.name)} are open now.{yours}")]
    if loop.released is not None and loop.released.how is ReleaseHow.EARLY:
        blocks.append(section(release.opened_early(loop, people=people)))
    owed = [session for session, who in sight.missing(loop) if who == person.id]
    if owed:
        blocks += [
            context("Yours is still missing. Hand it in first: until then you see only your own."),
            actions(button("Fill in", ids.SCORECARD_OPEN, ids.pack(loop.id, owed[0]), style="primary")),
        ]
    else:
        blocks.append(
            context("You can still amend your own; both versions are kept and shown. The hiring manager decides.")
        )
    blocks.append(actions(button("Read them", ids.SUMMARY_OPEN, ids.pack(loop.id))))
    return message("Evenhand: a panel's scorecards are open", blocks)


def table(loop: Loop, *, summary: Summary, people: People) -> Block:
    """Criteria by rater as Slack's table; past 8 raters, or when it grows too long, lowest and highest stand for them."""
    raters = summary.raters if len(summary.raters) <= TABLE_RATERS else ()
    made = _table(_rows(loop, summary, raters, people=people))
    return made if weight([made]) <= TABLE_WEIGHT else _table(_rows(loop, summary, (), people=people))


def _table(rows: list[list[str]]) -> Block:
    kept: list[list[Block]] = []
    for row in rows[:100]:
        cells = [{"type": "raw_text", "text": plain(text, 60)} for text in row]
        if weight([{"rows": [*kept, cells]}]) > TABLE_WEIGHT - 500:
            break
        kept.append(cells)
    settings: list[Block] = [{"is_wrapped": True}, *[{"align": "center"} for _ in range(len(rows[0]) - 1)]]
    return {"type": "table", "rows": kept, "column_settings": settings}


def _rows(loop: Loop, summary: Summary, raters: Sequence[Rater], *, people: People) -> list[list[str]]:
    columns = [f"{called(people, r.person, 24)}, {plain(loop.plan.session(r.session).title, 24)}" for r in raters]
    ends = [] if raters else ["Lowest", "Highest"]
    rows = [["Criterion", *columns, *ends, "Mean", "Spread", "n"]]
    for row in summary.rows:
        scores = [cell.score for cell in row.cells if cell.score is not None]
        extremes = [str(min(scores)), str(max(scores))] if scores else ["–", "–"]
        label = plain(row.criterion.name, 46) + (" (not counted)" if row.criterion.independent else "")
        cells = [_cell(row, rater) for rater in raters] if raters else extremes
        rows.append([label, *cells, _number(row.mean), _number(row.spread), str(row.n)])
    return rows


def _cell(row: Row, rater: Rater) -> str:
    cell = next((c for c in row.cells if (c.session, c.person) == (rater.session, rater.person)), None)
    return "–" if cell is None else "n/a" if cell.score is None else str(cell.score)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _facts(loop: Loop, summary: Summary, *, opening: Opening, people: People) -> str:
    mean = (
        "nothing scored" if summary.weighted is None else f"weighted mean *{summary.weighted:.1f}* of {summary.points}"
    )
    parts = [f"_{clip(opening.title, 150)}_", mean]
    if summary.spread is not None:
        parts.append(f"spread {summary.spread:.1f}")
    parts.append(counted(summary.n, "scorecard"))
    lines = [" · ".join(parts)]
    if summary.missing:
        who = listed([f"{mention(people, p)} ({itinerary.title(loop.plan, s, 40)})" for s, p in summary.missing], 5)
        lines.append(f":warning: Missing: {who}")
    if summary.moved:
        lines.append(_moved(summary))
    if summary.unrated:
        lines.append(f"{counted(summary.unrated, 'more scorecard')} shown, in no figure: the company's policy.")
    if summary.recused:
        lines.append(f"{counted(summary.recused, 'person', 'people')} stepped aside from this loop.")
    if loop.decision is not None:
        made = loop.decision
        lines.append(f":checkered_flag: *{OUTCOMES[made.outcome][0]}*, decided by {mention(people, made.owner)}")
    if loop.released is not None and loop.released.how is ReleaseHow.QUORUM:
        lines.append("Opened before all were in: a quorum was in.")
    if loop.released is not None and loop.released.how is ReleaseHow.EARLY:
        lines.append(f":unlock: {release.opened_early(loop, people=people)}")
    return "\n".join(lines)


def _moved(summary: Summary) -> str:
    """How far scores moved once their authors could read the others'."""
    nearer = sum((one.nearer or 0) > 0 for one in summary.moved)
    farther = sum((one.nearer or 0) < 0 for one in summary.moved)
    return (
        f":left_right_arrow: {counted(len(summary.moved), 'score')} changed after the release: {nearer} nearer to what the "
        f"others had given, {farther} farther from it."
    )


def _differences(loop: Loop, rows: Sequence[Row], *, people: People) -> list[Block]:
    if not rows:
        return [section(":handshake: *Raters agree.* Nowhere are they two points apart; a debrief would add little.")]
    blocks = [section("*Where raters differ*")]
    for row in rows[:DIFFERENCES]:
        low, high = _ends(row)
        blocks.append(
            section(
                f"*{clip(row.criterion.name, 100)}*: from {low.score} to {high.score}\n"
                f"{_quoted(loop, high, people)}\n{_quoted(loop, low, people)}"
            )
        )
    if len(rows) > DIFFERENCES:
        blocks.append(context(f"and {len(rows) - DIFFERENCES} more, below"))
    return blocks


def _ends(row: Row) -> tuple[Cell, Cell]:
    scored = [cell for cell in row.cells if cell.score is not None]
    return min(scored, key=lambda cell: cell.score or 0), max(scored, key=lambda cell: cell.score or 0)


def _evidence(loop: Loop, row: Row, people: People) -> str:
    mean = f"mean {row.mean:.1f}" if row.mean is not None else "not scored"
    quotes = [_quoted(loop, cell, people) for cell in row.cells[:4]]
    more = [f"_and {len(row.cells) - 4} more_"] if len(row.cells) > 4 else []  # noqa: PLR2004  # as cut above
    return "\n".join([f"*{clip(row.criterion.name, 100)}* · {mean}", *quotes, *more])


def _quoted(loop: Loop, cell: Cell, people: People) -> str:
    score = "could not assess" if cell.score is None else f"*{cell.score}*"
    where = itinerary.title(loop.plan, cell.session, 40)
    words = clip(" ".join(cell.evidence.split()), QUOTE) or "no evidence written"
    return f">{score} {mention(people, cell.person)} ({where}): {words}"


def _rater(loop: Loop, rater: Rater, people: People) -> str:
    stands, sure = OVERALL_WORDS[rater.overall][0], CONFIDENCE_WORDS[rater.confidence][0].lower()
    where = itinerary.title(loop.plan, rater.session, 40)
    note = f"\n>{clip(' '.join(rater.note.split()), QUOTE)}" if rater.note.strip() else ""
    return f"{mention(people, rater.person)} ({where}): *{stands}*, confidence {sure}{when_written(rater)}{note}"
