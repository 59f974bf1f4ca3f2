"""The interviews as one .ics file for the candidate's own calendar.

The link to the page is left out of it on purpose: calendars are shared with colleagues, and the link opens the page.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from handlers.blocks.text import bare
from handlers.pages.case import Case
from handlers.pages.itinerary import Meeting, itinerary
from scheduling.calendars.invite import Invite, write_invite

FILE_NAME = "interviews.ics"
_REVISIONS = 1000
"""Room for the revisions of one attempt in a sequence number, which must only ever grow."""


def calendar_file(case: Case, *, now: datetime) -> bytes:
    """One entry per interview. Taken a second time after a change, it moves the entries instead of doubling them."""
    return write_invite(
        [_invite(case, meeting) for meeting in itinerary(case).meetings],
        method="PUBLISH",
        organizer=case.recruiter.email,
        organizer_name=case.recruiter.name,
        stamp=now,
    )


def _invite(case: Case, meeting: Meeting) -> Invite:
    who = ", ".join(f"{host.name} ({host.title})" if host.title else host.name for host in meeting.hosts)
    about = "\n".join(f"• {topic}" for topic in meeting.topics)
    contact = f"Questions? {bare(case.recruiter.name)}, {case.recruiter.email}"
    parts = (f"With {who}" if who else "", about, meeting.prepare, contact)
    return Invite(
        uid=f"{hashlib.sha256(f'{case.loop.id}/{meeting.id}'.encode()).hexdigest()[:32]}@evenhand",
        sequence=case.loop.attempt * _REVISIONS + case.loop.revision,
        title=f"Interview: {meeting.title}",
        start=meeting.start,
        end=meeting.end,
        location=meeting.where.link or meeting.where.place or None,
        description="\n\n".join(part for part in parts if part),
    )
