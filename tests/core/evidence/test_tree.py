"""Roots and proofs of the Merkle tree, against known answers and a naive reference."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.core.errors import InputError, IntegrityError
from openiru.core.evidence.leaf import leaf_hash
from openiru.core.evidence.tree import (
    EMPTY_ROOT,
    Frontier,
    MemoryNodes,
    consistency_proof,
    inclusion_proof,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 256
LEAVES = [leaf_hash(bytes([number])) for number in range(LARGEST)]

#: The leaves and roots that the implementations of RFC 6962 check one another with.
KNOWN_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, as it stands there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole=whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], whole=False), naive_root(leaves[:k])]


@pytest.fixture(scope="module")
def nodes() -> MemoryNodes:
    return MemoryNodes(LEAVES)


def every_pair() -> Iterator[tuple[int, int]]:
    return ((m, n) for n in range(1, LARGEST + 1) for m in range(1, n + 1))


def check_pair(m: int, n: int, nodes: MemoryNodes) -> None:
    """Leaf m - 1 in the tree of n, and the tree of m as the beginning of the tree of n."""
    root = root_at(n, nodes.read)
    path = inclusion_proof(m - 1, n, nodes.read)
    assert path == naive_path(m - 1, LEAVES[:n])
    verify_inclusion(m - 1, n, LEAVES[m - 1], path, root)
    proof = consistency_proof(m, n, nodes.read)
    assert proof == naive_proof(m, LEAVES[:n])
    verify_consistency(m, n, root_at(m, nodes.read), root, proof)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in KNOWN_LEAVES[:size]]
    assert root_of(leaves).hex() == KNOWN_ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == sha256(b"").digest()
    assert root_at(0, MemoryNodes().read) == EMPTY_ROOT


def test_a_seeded_sample_of_proofs_equals_the_naive_reference(nodes: MemoryNodes) -> None:
    pairs = random.Random(6962).sample(list(every_pair()), 600)  # noqa: S311 - a sample, not a secret
    for m, n in pairs:
        check_pair(m, n, nodes)
    assert len(set(pairs)) == 600


@pytest.mark.campaign
def test_all_32896_proofs_of_each_kind_equal_the_naive_reference(nodes: MemoryNodes) -> None:
    count = 0
    for m, n in every_pair():
        check_pair(m, n, nodes)
        count += 1
    assert count == 32_896


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 1))
def test_in_whatever_portions_leaves_come_the_tree_is_the_same(portions: list[int], one_by_one: int) -> None:
    frontier, nodes, taken = Frontier(), MemoryNodes(), 0
    for portion in portions:
        fresh = LEAVES[taken : taken + portion]
        if one_by_one:
            for leaf in fresh:
                frontier.append(leaf)
        else:
            frontier.extend(fresh, nodes.write)
        taken += len(fresh)
        assert frontier.root() == naive_root(LEAVES[:taken])
    assert frontier.size == taken
    if not one_by_one:
        assert root_at(taken, nodes.read) == frontier.root()


@settings(deadline=None)
@given(st.integers(0, LARGEST))
def test_a_stored_frontier_goes_on_where_it_stopped(size: int) -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    again = Frontier.from_bytes(frontier.to_bytes())
    again.extend(LEAVES[size:])
    assert again.root() == root_of(LEAVES)


@pytest.mark.parametrize(
    "data", [b"", bytes(7), bytes(9), (1).to_bytes(8, "big"), bytes(8 + 32), b"\xff" * 8]
)
def test_a_damaged_frontier_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        Frontier.from_bytes(data)


def test_a_hash_of_the_wrong_length_is_refused_before_anything_changes() -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:3])
    before = frontier.to_bytes()
    with pytest.raises(InputError):
        frontier.extend([LEAVES[3], b"short"])
    with pytest.raises(InputError):
        frontier.append(b"")
    assert frontier.to_bytes() == before


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int, nodes: MemoryNodes) -> None:
    with pytest.raises(InputError):
        inclusion_proof(index, size, nodes.read)
    with pytest.raises(IntegrityError):
        verify_inclusion(index, size, LEAVES[0], [], LEAVES[0])


def test_a_log_that_shrinks_or_forks_is_told_of(nodes: MemoryNodes) -> None:
    with pytest.raises(InputError):
        consistency_proof(5, 4, nodes.read)
    with pytest.raises(IntegrityError, match="shrunk"):
        verify_consistency(5, 4, LEAVES[0], LEAVES[1], [])
    with pytest.raises(IntegrityError, match="forked"):
        verify_consistency(4, 4, LEAVES[0], LEAVES[1], [])
    with pytest.raises(IntegrityError, match="empty log"):
        verify_consistency(0, 4, LEAVES[0], LEAVES[1], [])


def mutations(proof: list[bytes], rng: random.Random) -> Iterator[list[bytes]]:
    """The proof with a bit flipped, a hash left out, one put in, two exchanged, one repeated at the end."""
    stranger = rng.randbytes(32)
    yield [*proof, stranger]
    yield [stranger, *proof]
    if not proof:
        return
    at = rng.randrange(len(proof))
    flipped = bytearray(proof[at])
    flipped[rng.randrange(32)] ^= 1 << rng.randrange(8)
    yield [*proof[:at], bytes(flipped), *proof[at + 1 :]]
    yield proof[:at] + proof[at + 1 :]
    yield [*proof, proof[-1]]
    if len(proof) > 1:
        other = (at + 1) % len(proof)
        swapped = list(proof)
        swapped[at], swapped[other] = proof[other], proof[at]
        if swapped != proof:
            yield swapped


def tamper(pairs: Sequence[tuple[int, int]], nodes: MemoryNodes) -> tuple[int, int]:
    """How many changed proofs were tried, and how many of them were found out."""
    rng, tried, caught = random.Random(9162), 0, 0  # noqa: S311 - a sample, not a secret
    for m, n in pairs:
        root, old_root = root_at(n, nodes.read), root_at(m, nodes.read)
        for path in mutations(inclusion_proof(m - 1, n, nodes.read), rng):
            tried += 1
            try:
                verify_inclusion(m - 1, n, LEAVES[m - 1], path, root)
            except IntegrityError:
                caught += 1
        for proof in mutations(consistency_proof(m, n, nodes.read), rng):
            tried += 1
            try:
                verify_consistency(m, n, old_root, root, proof)
            except IntegrityError:
                caught += 1
    return tried, caught


def test_every_changed_proof_of_a_sample_is_found_out(nodes: MemoryNodes) -> None:
    pairs = random.Random(2).sample(list(every_pair()), 400)  # noqa: S311 - a sample, not a secret
    tried, caught = tamper(pairs, nodes)
    assert tried > 3_000
    assert caught == tried


@pytest.mark.campaign
def test_every_changed_proof_of_all_is_found_out(nodes: MemoryNodes) -> None:
    tried, caught = tamper(list(every_pair()), nodes)
    assert tried > 100_000
    assert caught == tried


def test_a_proof_for_another_leaf_index_or_size_does_not_pass(nodes: MemoryNodes) -> None:
    path, root = inclusion_proof(37, 200, nodes.read), root_at(200, nodes.read)
    for index, size, leaf in [(36, 200, LEAVES[37]), (37, 100, LEAVES[37]), (37, 200, LEAVES[36])]:
        with pytest.raises(IntegrityError):
            verify_inclusion(index, size, leaf, path, root)
