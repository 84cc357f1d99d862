"""The trees of RFC 9162, held to its own recursive definition."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from documents.merkle import Tree, leaf, led_to, node


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaf(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node(root_of(leaves[:half]), root_of(leaves[half:]))


LEAVES = st.lists(st.binary(max_size=3), max_size=40)


@given(LEAVES)
def test_the_root_is_the_one_of_the_standard(leaves: list[bytes]) -> None:
    assert Tree(leaves).root == root_of(leaves)


@given(LEAVES.filter(bool), st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_from_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    tree, size = Tree(leaves), len(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = tree.path(index)
    assert led_to(leaves[index], index, size, path) == tree.root
    assert led_to(leaves[index] + b"x", index, size, path) != tree.root
    assert led_to(leaves[index], index, size, [*path, bytes(32)]) is None
    assert led_to(leaves[index], index, size, path[:-1]) != tree.root or size == 1
    assert led_to(leaves[index], size, size, path) is None and led_to(leaves[index], -1, size, path) is None


def test_a_leaf_is_never_a_node() -> None:
    left, right = leaf(b"a"), leaf(b"b")
    assert Tree([left + right]).root != Tree([b"a", b"b"]).root
