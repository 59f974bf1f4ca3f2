"""How an attempt at a delivery may end other than well. No reason holds more than a code or the kind of an error."""

from __future__ import annotations

from datetime import timedelta


class Later(Exception):
    """It certainly did not happen; try again after `wait`. With `limited` there is only too much to do at once, or nobody
    lets us in, which is no reason to give up however often it is said. With `ours` what failed is here and not an outage
    elsewhere that ends: it is given up soon."""

    def __init__(self, why: str, *, wait: timedelta, limited: bool = False, ours: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait
        self.limited = limited
        self.ours = ours


class Unclear(Exception):
    """It may have happened: look before trying again."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Hopeless(Exception):
    """It will not work until somebody changes something; it goes to the dead letters with `why`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotNow(Exception):
    """Whom it is for is not to be disturbed: nothing was tried, and nothing is to wait behind it. Again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("not in their working hours")
        self.wait = wait
