from __future__ import annotations

from dataclasses import fields, replace

import pytest

from openiru.core.assessment.basis import Basis, basis_digest
from openiru.core.errors import InputError
from openiru.core.vocabulary import Ground

BASIS = Basis(
    key="site:example.org/a",
    canonical="https://example.org/a",
    grounds=tuple(Ground),
    capture=None,
    text="објава",
    rules="1",
)


def test_the_digest_is_stable() -> None:
    assert basis_digest(BASIS) == basis_digest(replace(BASIS, grounds=tuple(reversed(Ground))))
    assert basis_digest(BASIS).startswith("sha256:")
    assert len(basis_digest(BASIS)) == 71


def test_a_change_of_any_part_changes_the_digest() -> None:
    changes: dict[str, object] = {f.name: "other" for f in fields(Basis)} | {"grounds": (Ground.INCITES,)}
    digests = {basis_digest(replace(BASIS, **{name: value})) for name, value in changes.items()}  # type: ignore[arg-type]  # one value a field
    assert len(digests | {basis_digest(BASIS)}) == len(changes) + 1


def test_no_capture_is_not_an_empty_capture() -> None:
    assert basis_digest(BASIS) != basis_digest(replace(BASIS, capture=""))


def test_a_lone_surrogate_is_a_clear_error() -> None:
    with pytest.raises(InputError):
        basis_digest(replace(BASIS, text="\ud800"))
