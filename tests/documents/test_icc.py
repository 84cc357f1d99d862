"""The generated colour profile is a valid sRGB profile for an independent reader, and always the same."""

import hashlib
import io

from PIL import Image, ImageCms

from documents.icc import srgb


def test_an_independent_reader_takes_it_for_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb()))
    assert profile.profile.version == 2.1
    assert profile.profile.xcolor_space == "RGB "
    assert profile.profile.device_class == "mntr"
    change = ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (128, 64, 200), (17, 17, 17)):
        got = ImageCms.applyTransform(Image.new("RGB", (1, 1), colour), change).getpixel((0, 0))
        assert max(abs(one - other) for one, other in zip(got, colour, strict=True)) <= 1


def test_the_bytes_never_change() -> None:
    assert hashlib.sha256(srgb()).hexdigest() == "bf68e808a29913b3c61c02cc2d6969edfa5eb59eff31690ac4ade9e01d93cff5"
