"""Appending in any batches gives the root that the definition gives, in the product and its judge."""

from hypothesis import given
from hypothesis import strategies as st

from dms.audit import verifier
from dms.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash


def defined_root(leaves: list[bytes]) -> bytes:
    """Source: RFC 6962 section 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


@given(st.lists(st.integers(0, 40), max_size=8))
def test_batches_do_not_matter(batches: list[int]) -> None:
    frontier = Frontier()
    leaves: list[bytes] = []
    for size in batches:
        batch = [leaf_hash(f"{len(leaves)}-{i}".encode()) for i in range(size)]
        leaves += batch
        frontier = Frontier.load(frontier.size, frontier.dump()).extended(batch)
        assert frontier.size == len(leaves)
        assert frontier.root == defined_root(leaves)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70))
def test_the_verifier_grows_the_same_tree(contents: list[bytes]) -> None:
    leaves = [leaf_hash(content) for content in contents]
    tree = verifier.Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == defined_root(leaves)


@given(st.lists(st.binary(max_size=3), min_size=2, max_size=33, unique=True), st.data())
def test_swapping_two_leaves_changes_the_root(contents: list[bytes], data: st.DataObject) -> None:
    first, second = data.draw(
        st.lists(st.sampled_from(range(len(contents))), min_size=2, max_size=2, unique=True)
    )
    leaves = [leaf_hash(content) for content in contents]
    swapped = [*leaves]
    swapped[first], swapped[second] = leaves[second], leaves[first]
    assert Frontier().extended(leaves).root != Frontier().extended(swapped).root
