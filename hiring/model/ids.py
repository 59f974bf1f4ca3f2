"""Identifiers. They mean something only inside Evenhand."""

from __future__ import annotations

PersonId = str
CandidateId = str
OpeningId = str
LoopId = str

RECRUITER_SEAT = "@recruiter"
"""In a seat's `any_of`: the recruiter of the opening."""
HIRING_MANAGER_SEAT = "@hiring-manager"
"""In a seat's `any_of`: the hiring manager of the opening."""
