"""Bodies of journal entries: each field by itself, none to be guessed from another."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from documents.entries import (
    BY_FIELD,
    WHOLE,
    blind,
    body_hash,
    commitment,
    commitments,
    field_salt,
    fields_hash,
    whole_hash,
)

SALT = "5a" * 16
BODIES = st.dictionaries(
    st.text(min_size=1, max_size=5), st.text(max_size=5) | st.integers(-9, 9) | st.none(), max_size=5
)


@given(BODIES, st.data())
def test_a_field_is_shown_with_its_own_salt_and_the_others_only_as_commitments(
    body: dict[str, object], data: st.DataObject
) -> None:
    text = rfc8785.dumps(body).decode()  # type: ignore[arg-type]
    all_of_it = commitments(SALT, body)
    shown = data.draw(st.sets(st.sampled_from(sorted(body)))) if body else set()
    hidden = [*(one for name, one in all_of_it.items() if name not in shown), blind(SALT)]
    opened = [commitment(field_salt(SALT, name), name, body[name]) for name in shown]
    assert fields_hash([*opened, *hidden]) == body_hash(BY_FIELD, SALT, text)


def test_the_forms_never_give_one_hash_and_an_empty_body_is_not_to_be_guessed() -> None:
    assert body_hash(WHOLE, SALT, "{}") == whole_hash(SALT, "{}") != body_hash(BY_FIELD, SALT, "{}")
    assert body_hash(BY_FIELD, SALT, "{}") != body_hash(BY_FIELD, "5b" * 16, "{}")
    assert field_salt(SALT, "a") != field_salt(SALT, "b")


@pytest.mark.parametrize("text", ["", "[]", '{"b":1,"a":2}', '{ "a":1}', '{"a":1,"a":2}', '{"a":NaN}'])
def test_a_body_by_field_is_the_canonical_json_of_an_object(text: str) -> None:
    with pytest.raises(ValueError):
        body_hash(BY_FIELD, SALT, text)
    with pytest.raises(ValueError):
        body_hash(3, SALT, "{}")
