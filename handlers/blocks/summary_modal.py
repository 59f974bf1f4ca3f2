"""Everything a released panel wrote, session by session, nothing cut; in pages when one modal can't hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import ids
from handlers.blocks.parts import Block, actions, button, context, divider, header, modal, section, weight
from handlers.blocks.scorecard_modal import CONFIDENCE_WORDS, OVERALL_WORDS
from handlers.blocks.text import clip, escape, mention, name, pieces, plain, when
from hiring.model import Candidate, Loop, Person, PersonId, Rating, Scorecard
from hiring.rules.movement import Moved
from hiring.rules.summary import Rater, Summary

PAGE_BLOCKS = 90
MOVED = 12
PAGE_WEIGHT = 90_000
_PIECE = 2_900


def summary_all(
    loop: Loop,
    *,
    summary: Summary,
    candidate: Candidate,
    people: Mapping[PersonId, Person],
    zone: str = "UTC",
    cards: Sequence[Scorecard] = (),
    page: int = 0,
) -> Block:
    """`cards` are all scorecards that the viewer may see: with them an amended one shows its earlier versions too. `page`
    counts from 0; the buttons that turn pages carry it."""
    groups: list[list[Block]] = []
    for rater in summary.raters:
        groups += _card(loop, rater, summary=summary, people=people)
        for earlier in _earlier_cards(rater, cards):
            groups += _earlier(loop, earlier, zone)
    pages = _pages(groups)
    shown = min(max(page, 0), len(pages) - 1)
    head = [
        section(f"*{name(candidate.name)}*", button("Check the codes", ids.CODES_CHECK, ids.pack(loop.id))),
        *([] if shown else _moved(summary, people)),
    ]
    blocks = [*head, *pages[shown], *_turning(loop, shown, len(pages))]
    if not summary.raters:
        blocks.append(context("No scorecard counts yet."))
    return modal("All scorecards" if len(pages) == 1 else f"All ({shown + 1} of {len(pages)})", blocks)


def _moved(summary: Summary, people: Mapping[PersonId, Person]) -> list[Block]:
    """Each score that was changed after the release, beside what the others had given."""
    if not summary.moved:
        return []
    names = {row.criterion.id: row.criterion.name for row in summary.rows}
    lines = [
        f"• {mention(people, one.person)}, {clip(names.get(one.criterion, one.criterion), 80)}: "
        f"{_points(one.before)} → {_points(one.after)}{_beside(one)}"
        for one in summary.moved[:MOVED]
    ]
    more = [f"and {len(summary.moved) - MOVED} more"] if len(summary.moved) > MOVED else []
    return [divider(), section("\n".join(["*Changed after the release*", *lines, *more]))]


def _points(score: int | None) -> str:
    return "could not assess" if score is None else str(score)


def _beside(one: Moved) -> str:
    if one.others is None:
        return " (nobody else had rated it)"
    nearer = one.nearer
    way = "" if not nearer else f", {abs(nearer):.1f} {'nearer' if nearer > 0 else 'farther'}"
    return f" (the others' mean was {one.others:.1f}{way})"


def when_written(rater: Rater) -> str:
    """What the reader must know of when it was written; nothing for one that was handed in before the release and left."""
    if rater.late:
        return " · handed in after the release"
    return f" · amended {rater.amended} the release" if rater.amended else ""


def _pages(groups: Sequence[Sequence[Block]]) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    for group in groups:
        grown = [*pages[-1], *group]
        if pages[-1] and (len(grown) > PAGE_BLOCKS or weight(grown) > PAGE_WEIGHT):
            pages.append(list(group))
        else:
            pages[-1] = grown
    return pages


def _turning(loop: Loop, page: int, pages: int) -> list[Block]:
    """One row each: two buttons of one action can't share a row."""
    turns = [("Next page", page + 1), ("Previous page", page - 1)]
    return [
        actions(button(label, ids.SUMMARY_OPEN, ids.pack(loop.id, str(to)))) for label, to in turns if 0 <= to < pages
    ]


def _card(loop: Loop, rater: Rater, *, summary: Summary, people: Mapping[PersonId, Person]) -> list[list[Block]]:
    stands, sure = OVERALL_WORDS[rater.overall][0], CONFIDENCE_WORDS[rater.confidence][0].lower()
    head = [
        divider(),
        header(plain(loop.plan.session(rater.session).title, 150)),
        section(f"{mention(people, rater.person)}: *{stands}*, confidence {sure}{when_written(rater)}"),
    ]
    groups = [[*head, *_long("Note", rater.note)]]
    for row in summary.rows:
        for cell in row.cells:
            if (cell.session, cell.person) == (rater.session, rater.person):
                rating = Rating(row.criterion.id, cell.score, cell.evidence)
                groups.append(_rating(row.criterion.name, rating))
    return groups


def _earlier_cards(rater: Rater, cards: Sequence[Scorecard]) -> Sequence[Scorecard]:
    same = [card for card in cards if (card.session, card.author) == (rater.session, rater.person)]
    return same[:-1] if rater.amended else ()


def _earlier(loop: Loop, card: Scorecard, zone: str) -> list[list[Block]]:
    stands, sure = OVERALL_WORDS[card.overall][0], CONFIDENCE_WORDS[card.confidence][0].lower()
    at = f" of {when(card.at, zone)}" if card.at else ""
    rubric = loop.plan.rubric(card.session)
    names = {criterion.id: criterion.name for criterion in rubric.criteria} if rubric else {}
    side = "after" if card.after_release else "before"
    told = f":pencil2: Earlier version{at}, {side} the release: *{stands}*, confidence {sure}"
    head = [context(told), *_long("Note", card.note)]
    return [head, *(_rating(names.get(rating.criterion, rating.criterion), rating) for rating in card.ratings)]


def _rating(criterion: str, rating: Rating) -> list[Block]:
    score = "could not assess" if rating.score is None else str(rating.score)
    return _long(f"{clip(criterion, 150)}*: *{score}", rating.evidence or "no evidence written")


def _long(label: str, text: str) -> list[Block]:
    """A label and a text of any length, over as many sections as it takes."""
    if not text.strip():
        return []
    first, *rest = pieces(f"*{label}*\n{escape(text.strip())}", _PIECE)
    return [section(first), *(section(part) for part in rest)]
