"""`evenhand demo`: a local Slack in the browser, a company, and one whole loop played in under a minute."""

from bot.demo.show import run

__all__ = ["run"]
