"""The sheet all pictures are drawn on, and how it becomes a PNG."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

PAPER = "#ffffff"
INK = "#1d1c1d"
MUTED = "#5c6470"
GRID = "#dfe3e8"


class Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width, height), PAPER)
        self.draw = ImageDraw.Draw(self.image)


def png(canvas: Canvas) -> bytes:
    """The picture as a file: the same bytes for the same drawing, with no date or program in it."""
    out = BytesIO()
    canvas.image.save(out, format="PNG", compress_level=6)
    return out.getvalue()
