"""What exactly was shown to an assessor, and its digest. Two verdicts count together only on one basis."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from openiru.core.errors import InputError
from openiru.core.vocabulary import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything that stood on the screen when a verdict was given. No field has a default."""

    key: str
    canonical: str
    grounds: tuple[Ground, ...]  # the grounds that were offered for choice
    capture: str | None  # digest of the capture, "sha256:<hex>"; None when nothing was captured
    text: str  # the words of the content that were shown
    rules: str  # version of the assessment's rules and of the provider's terms


def basis_digest(basis: Basis) -> str:
    """``"sha256:<hex>"`` over the canonical JSON (RFC 8785: only strings, arrays, null) of ``basis``.

    Raises :class:`InputError` when a text holds a lone surrogate, which has no UTF-8 form.
    """
    plain = {
        "v": "1",
        "key": basis.key,
        "canonical": basis.canonical,
        "grounds": sorted(ground.value for ground in basis.grounds),
        "capture": basis.capture,
        "text": basis.text,
        "rules": basis.rules,
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise InputError("the text shown is not valid Unicode", where=basis.key) from error
