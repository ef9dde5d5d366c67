"""One key for one place on the net.

``canonicalise`` answers an :class:`Address` for any usual spelling; ``find_links`` finds the addresses in a text,
defanged ones too. The platforms' rules are data (``rules/``); an organisation adds its own by
``default_rulebook().with_rules(toml_text)``.
"""

from __future__ import annotations

from openiru.engines.addresses.canonical import canonicalise, canonicalise_many, try_canonicalise
from openiru.engines.addresses.defang import defang, refang
from openiru.engines.addresses.model import KEY_VERSION, Address, AddressError
from openiru.engines.addresses.rulebook import Rulebook, default_rulebook
from openiru.engines.addresses.text import Found, find_links

__all__ = [
    "KEY_VERSION",
    "Address",
    "AddressError",
    "Found",
    "Rulebook",
    "canonicalise",
    "canonicalise_many",
    "defang",
    "default_rulebook",
    "find_links",
    "refang",
    "try_canonicalise",
]
