"""What is kept, table by table. An aggregate is one JSON document beside the few columns that are searched.

These classes do not validate and carry no rules; nothing outside `store` sees them.
"""

from store.tables.company import (
    CandidateRow,
    NameEndRow,
    OpeningRow,
    PersonRow,
    PipelineRow,
    PlanRow,
    PolicyRow,
)
from store.tables.effects import (
    BURIED,
    DEAD,
    DELIVERY_STATES,
    AuditRow,
    CalendarEventRow,
    CalendarFileRow,
    DeliveryRow,
    EpisodeRow,
    InboxRow,
    PictureRow,
    SchemaReachRow,
    TallyRow,
)
from store.tables.loops import (
    BookingRow,
    DataKeyRow,
    DisclosureRow,
    DraftRow,
    LoopPersonRow,
    LoopRow,
    ScorecardRow,
)

__all__ = [
    "BURIED",
    "DEAD",
    "DELIVERY_STATES",
    "AuditRow",
    "BookingRow",
    "CalendarEventRow",
    "CalendarFileRow",
    "CandidateRow",
    "DataKeyRow",
    "DeliveryRow",
    "DisclosureRow",
    "DraftRow",
    "EpisodeRow",
    "InboxRow",
    "LoopPersonRow",
    "LoopRow",
    "NameEndRow",
    "OpeningRow",
    "PersonRow",
    "PictureRow",
    "PipelineRow",
    "PlanRow",
    "PolicyRow",
    "SchemaReachRow",
    "ScorecardRow",
    "TallyRow",
]
