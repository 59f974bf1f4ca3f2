"""No box ever stands where a letter should: what no font covers is left out, and a name falls back to the address."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from handlers.pictures.lettering import Face, drawable, drawable_name, shortened, width, write

FACE = Face(24)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana Sousa", "Ana Sousa"),
        ("Zoë O’Neill-Łukasz", "Zoë O’Neill-Łukasz"),
        ("Νίκος Παππάς", "Νίκος Παππάς"),
        ("Мария Иванова", "Мария Иванова"),
        ("نور الأنصاري", "نور الأنصاري"),
        ("सौदामिनी", "सौदामिनी"),
        ("Jo 🎉 Doe", "Jo Doe"),
        ("ᚠᚢᚦ", "runa.stone"),
        ("👩‍👩‍👧‍👦", "runa.stone"),
        ("\u202eAna", "Ana"),
    ],
)
def test_a_name_is_drawn_whole_or_the_address_stands_for_it(name: str, shown: str) -> None:
    assert drawable_name(name, "runa.stone@example.com") == shown


def test_what_is_drawn_is_ink_and_never_a_box() -> None:
    assert drawable("a\uffffb\u0007c") == "abc"
    assert _ink("ᚠ") == set()
    assert _ink("Ж") != set()
    assert _ink("ᚠЖ") == _ink("Ж")


def test_text_is_shortened_to_its_room() -> None:
    long = "A rather long title of a session"
    assert shortened("Ana", FACE, 200) == "Ana"
    assert shortened(long, FACE, 8) == ""
    cut = shortened(long, FACE, 150)
    assert (cut[-1], width(cut, FACE) <= 150, long.startswith(cut[:-1])) == ("…", True, True)


def _ink(text: str) -> set[tuple[int, int]]:
    image = Image.new("L", (80, 40), 255)
    write(ImageDraw.Draw(image), (4, 30), text, face=FACE, fill="#000000")
    return {(x, y) for x in range(80) for y in range(40) if image.getpixel((x, y)) != 255}
