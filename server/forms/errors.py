"""Expected failures of forms."""

from documents import MissingGlyphs
from server.errors import Invalid


class FormUnprintable(Invalid):
    """The fonts lack characters that were typed or filed (422); `data.characters` names them."""

    code = "form_unprintable"

    def __init__(self, missing: MissingGlyphs) -> None:
        super().__init__({"form": "glyph"}, missing.detail)
        self.data = {"characters": missing.characters[:20]}
