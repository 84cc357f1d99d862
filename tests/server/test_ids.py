"""Names of things: of one shape, and never twice."""

import re

from server.ids import new


def test_ids_tell_their_kind_and_do_not_repeat() -> None:
    made = {new("cas") for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"cas_[a-z2-7]{20}", one) for one in made)
