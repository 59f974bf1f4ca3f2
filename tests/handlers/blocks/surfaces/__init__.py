"""Every message, modal and page that blocks can make, of one world. A test holds that none is missing."""

from tests.handlers.blocks.surfaces.homes import homes
from tests.handlers.blocks.surfaces.messages import messages
from tests.handlers.blocks.surfaces.modals import modals

__all__ = ["homes", "messages", "modals"]
