"""Whether there is anybody to work for, and whether Slack knows them."""

from __future__ import annotations

from bot.doctor.finding import Finding, amount, some
from store.database import Database


def tried(database: Database) -> list[Finding]:
    with database.begin(read_only=True) as uow:
        people, openings = uow.people(), uow.openings()
    if not people:
        return [Finding("company", well=False, says="nobody is in the database", mend="Run `evenhand import DIR`.")]
    active = [person for person in people if person.active]
    without = [person.email for person in active if person.slack_id is None]
    people_told = amount(len(active), "person", "people")
    found = [Finding("company", well=True, says=f"{people_told}, {amount(len(openings), 'opening')}")]
    if without:
        says = f"{amount(len(without), 'person has', 'people have')} no Slack account yet: {some(without)}"
        mend = (
            "They are matched by e-mail at each start and every ten minutes; until then nobody can ask them anything. "
            "Look whether the e-mail in people.csv is the one they have in Slack."
        )
        found.append(Finding("accounts", well=True, says=says, mend=mend))
    return found
