"""`evenhand doctor`: tries everything with harmless calls, before it is needed, and says what to mend and where.

No value of a setting is ever shown: many of them are secrets.
"""

from bot.doctor.calendars import SAMPLE
from bot.doctor.examination import Wanted, examine
from bot.doctor.finding import Finding, show
from bot.doctor.slack import SCOPES

__all__ = ["SAMPLE", "SCOPES", "Finding", "Wanted", "examine", "show"]
