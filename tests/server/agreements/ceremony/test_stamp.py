"""The picture of the seal is opaque, square, red on white, and marked when it is a demonstration."""

import io
from pathlib import Path

import pytest
from PIL import Image

from server.agreements.ceremony.stamp import SIDE, draw

FONT = Path(__file__).parents[4] / "build" / "fonts" / "NotoSerifSC_700Bold.ttf"


@pytest.mark.parametrize("name", ["", "青禾", "嘉南区青禾街道人民调解委员会", "很" * 40])
def test_any_name_gives_an_opaque_square(name: str) -> None:
    with Image.open(io.BytesIO(draw(name, False, FONT))) as image:
        assert (image.mode, image.size) == ("RGB", (SIDE, SIDE))
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert image.getpixel((SIDE // 2, SIDE // 2)) == (196, 30, 36)


def test_a_demonstration_is_marked() -> None:
    assert draw("青禾", True, FONT) != draw("青禾", False, FONT)
    assert draw("青禾", True, FONT) == draw("青禾", True, FONT)
