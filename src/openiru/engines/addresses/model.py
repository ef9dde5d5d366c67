"""What the engine answers: one address with its key, or one error with its reason."""

from __future__ import annotations

from typing import Final, NamedTuple

from openiru.core.errors import InputError
from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses.defang import defang

#: Version of the keys. A key of version 1 carries no mark; keys of a later version will begin with ``v2:`` and so on,
#: which no platform's name does, so that keys of two versions never meet by accident.
KEY_VERSION: Final = 1


class AddressError(InputError):
    """A text that is no address of a place on the net. ``where`` holds its first characters, made harmless."""

    code = "OIRU-4100"


class Address(NamedTuple):
    """One place on the net.

    ``input``: the text as it came, byte for byte. ``key``: one string for one place
    (``platform:kind-word:identity`` or ``web:host/path?query``). ``platform``: whose place it is (``web`` when no
    rule knows the host). ``canonical``: the address to show and to look at. ``extent``: how much it covers, and
    ``why`` in plain words. ``account``: key of the account or channel it belongs to (its own key when it is
    one, empty when unknown). ``host``: as written, in ASCII. ``registrable``: public suffix plus one label.
    ``needs_resolving``: a shortener, to be followed before anyone decides about it.
    """

    input: str
    key: str
    platform: str
    kind: Kind
    canonical: str
    extent: Extent
    why: str
    account: str
    host: str
    registrable: str
    needs_resolving: bool = False

    @property
    def defanged(self) -> str:
        """The canonical address in a form that no program turns into a link."""
        return defang(self.canonical)

    def as_dict(self) -> dict[str, str | bool]:
        """The shape of one line of ``openiru address --json``."""
        return {
            "input": self.input,
            "key": self.key,
            "platform": self.platform,
            "kind": self.kind.value,
            "canonical": self.canonical,
            "defanged": self.defanged,
            "extent": self.extent.value,
            "why": self.why,
            "account": self.account,
            "host": self.host,
            "registrable": self.registrable,
            "needs_resolving": self.needs_resolving,
        }


def shown(text: str, limit: int = 80) -> str:
    """Text from outside as it may be printed: control, format and direction characters as escapes, shortened."""
    cut = text[:limit] + ("…" if len(text) > limit else "")
    return "".join(
        c if c.isprintable() else f"\\u{{{ord(c):04x}}}"
        for c in cut.encode("utf-8", "replace").decode("utf-8")
    )
