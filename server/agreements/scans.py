"""Scans of what was signed by hand: how large, and of which kind, told by their content. Pure."""

from server.errors import Invalid

LIMIT = 20 * 1024 * 1024
"""Bytes of a scan, at most: a few dozen pages."""
TYPES = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
"""What a scan may be, told by how it begins."""
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""Of its file's name."""


def type_of(scan: bytes) -> str:
    """The media type of a scan; raises Invalid for anything but PDF, JPEG, PNG."""
    for begin, media_type in TYPES:
        if scan.startswith(begin):
            return media_type
    raise Invalid({"scan": "format"})
