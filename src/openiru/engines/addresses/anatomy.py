"""An address in its parts, as a person should look at it: who answers there, and what in it is there to deceive."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

from openiru.engines.addresses.canonical import try_canonicalise
from openiru.engines.addresses.defang import defang
from openiru.engines.addresses.model import AddressError
from openiru.engines.text.visible import visible

LONGEST = 2_000
_MORE_THAN_ONE = 2


class Anatomy(NamedTuple):
    """The parts of an address, all defanged and with hidden characters written out; empty: there is no such part.

    ``before``: scheme and labels before the registrable name; ``name``: the registrable name, or the host; ``after``: the rest.
    ``ascii``, ``unicode``: the host in both spellings when they differ. ``mixed``: scripts in a label of several.
    """

    before: str
    name: str
    after: str
    ascii: str
    unicode: str
    mixed: tuple[str, ...]


def anatomy(url: str) -> Anatomy:
    """The parts of an address as it is shown (``Address.canonical``). Never raises: what cannot be parted is one part."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    at = url.lower().find(host.lower()) if host else -1
    if at < 0:
        return Anatomy("", visible(defang(url), LONGEST), "", "", "", ())
    found = try_canonicalise(url)
    name = "" if isinstance(found, AddressError) else found.registrable
    name = name if name and host.lower().endswith(name.lower()) else host
    begin, end = at + len(host) - len(name), at + len(host)
    spelled = _unicode(host)
    return Anatomy(
        before=_shown(url[:begin]),
        name=_dotted(url[begin:end]),
        after=visible(url[end:], LONGEST),
        ascii=_dotted(host) if spelled != host else "",
        unicode=_dotted(spelled) if spelled != host else "",
        mixed=tuple(sorted({script for label in spelled.split(".") for script in _scripts(label)})),
    )


def _shown(text: str) -> str:
    scheme, mark, rest = text.partition("://")
    if not mark:
        return _dotted(text)
    return visible(f"{scheme.replace('t', 'x').replace('T', 'X')}://{rest.replace('.', '[.]')}", LONGEST)


def _dotted(host: str) -> str:
    return visible(host.replace(".", "[.]"), LONGEST)


def _unicode(host: str) -> str:
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def _scripts(label: str) -> set[str]:
    """The scripts of a label that mixes them; none for a label of one script."""
    found = {unicodedata.name(char, "?").partition(" ")[0].title() for char in label if char.isalpha()}
    return found if len(found) >= _MORE_THAN_ONE else set()
