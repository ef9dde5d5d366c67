"""Text from outside is made harmless before it is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from openiru.engines.text import visible


def test_controls_and_turned_directions_are_written_out() -> None:
    assert visible("a\x00b\x1b[31m\u202egnp.exe") == "a␀b␛[31m⟨U+202E⟩gnp.exe"
    assert visible("\x7f\ud800\ufeff") == "␡⟨U+D800⟩⟨U+FEFF⟩"


def test_plain_text_in_any_script_stays() -> None:
    assert visible("Žalba, жалба, شكوى") == "Žalba, жалба, شكوى"


@given(st.text(alphabet=st.characters(), max_size=300), st.integers(2, 120))
def test_nothing_hidden_and_nothing_longer_than_asked_comes_out(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in shown)
    shown.encode()
