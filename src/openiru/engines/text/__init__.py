"""Text as bytes: which encoding it is in, by letter statistics, and how to show it safely."""

from openiru.engines.text.encoding import Encoding, Scan, choose_single_byte, guess_encoding, scan_stream
from openiru.engines.text.visible import visible

__all__ = ["Encoding", "Scan", "choose_single_byte", "guess_encoding", "scan_stream", "visible"]
