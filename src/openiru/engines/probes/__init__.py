"""What a platform's pages give away: probe specs as data, their reader, and the random-sibling test."""

from openiru.engines.probes.compare import gather
from openiru.engines.probes.reader import probe_url, read_signals
from openiru.engines.probes.siblings import sibling_url, similarity, words_of_url
from openiru.engines.probes.spec import ProbeSpec, Specs, built_in, parse_specs

__all__ = [
    "ProbeSpec",
    "Specs",
    "built_in",
    "gather",
    "parse_specs",
    "probe_url",
    "read_signals",
    "sibling_url",
    "similarity",
    "words_of_url",
]
