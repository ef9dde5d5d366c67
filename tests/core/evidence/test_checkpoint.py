"""The signed head of the log, as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.core.errors import InputError, IntegrityError
from openiru.core.evidence.checkpoint import (
    Checkpoint,
    Note,
    NoteSignature,
    PublicKey,
    parse_checkpoint,
    parse_note,
    sign_note,
    verified_text,
)

ORIGIN = "demo.invalid/ledger"
HEAD = Checkpoint(ORIGIN, 20_852, bytes(range(32)), datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC))
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = PublicKey(ORIGIN, SECRET.public_key().public_bytes_raw())


def ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def signed(text: str) -> Note:
    return sign_note(text, KEY, SECRET.sign(text.encode()))


def test_a_checkpoint_reads_as_the_standard_shows_it() -> None:
    head = parse_checkpoint(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    assert (head.origin, head.size, head.time) == ("example.com/behind-the-sofa", 20_852_163, None)
    assert head.root.hex().startswith("0ac5186a91863e8e")
    assert head.text().endswith("\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")


def test_the_business_time_stands_on_a_line_of_its_own() -> None:
    assert HEAD.text().splitlines()[3:] == ["time 2026-01-02T03:04:05.000006Z"]
    assert parse_checkpoint(HEAD.text()) == HEAD


def test_extension_lines_of_others_are_passed_over() -> None:
    text = replace(HEAD, time=None).text() + "something else\n"
    assert parse_checkpoint(text) == replace(HEAD, time=None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        f"{ORIGIN}\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        f"{ORIGIN}\n\u0661\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        f"{ORIGIN}\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        f"{ORIGIN}\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        f"{ORIGIN}\n1\nCsUY\n",
        f"{ORIGIN}\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        f"{ORIGIN}\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        f"{ORIGIN}\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\ntime yesterday\n",
        HEAD.text() + "time 2026-01-02T03:04:06.000006Z\n",
    ],
)
def test_anything_that_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_checkpoint(text)


def test_an_origin_that_would_forge_a_line_is_refused() -> None:
    with pytest.raises(InputError):
        Checkpoint("x\n99", 1, bytes(32)).text()


def test_a_verifier_key_is_written_and_read_as_the_standard_does() -> None:
    text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    key = PublicKey.parse(text)
    assert (key.name, f"{key.id:08x}", str(key)) == ("example.com/foo", "530d903a", text)


def test_a_note_signed_elsewhere_is_verified() -> None:
    """The example of a signed note that other implementations use."""
    key = PublicKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    signature = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    note = parse_note(f"This is an example message.\n\n\u2014 example.com/foo {signature}\n".encode())
    assert verified_text(note, [key], ed25519) == "This is an example message.\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        "a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+Aeky",
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_a_verifier_key_that_does_not_fit_itself_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        PublicKey.parse(text)


def test_a_note_comes_back_as_it_was_written() -> None:
    note = signed(HEAD.text())
    assert parse_note(note.to_bytes()) == note
    assert parse_checkpoint(verified_text(note, [KEY], ed25519)) == HEAD


def test_a_text_with_empty_lines_is_divided_at_the_last_one() -> None:
    note = signed("one\n\ntwo\n")
    assert parse_note(note.to_bytes()).text == "one\n\ntwo\n"


def test_signatures_of_strangers_are_passed_over() -> None:
    note = signed(HEAD.text())
    stranger = NoteSignature("witness.invalid", 7, b"x" * 64)
    assert verified_text(Note(note.text, (stranger, *note.signatures)), [KEY], ed25519) == note.text


def test_a_bad_signature_under_a_known_key_rejects_the_whole_note() -> None:
    note = signed(HEAD.text())
    bad = replace(note.signatures[0], signature=bytes(64))
    with pytest.raises(IntegrityError, match="does not fit"):
        verified_text(Note(note.text, (note.signatures[0], bad)), [KEY], ed25519)


def test_a_note_that_no_known_key_signed_is_rejected() -> None:
    with pytest.raises(IntegrityError, match="no known key"):
        verified_text(signed(HEAD.text()), [PublicKey("other.invalid", KEY.key)], ed25519)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n- a AAAAAAA=\n",
        "text\n\n\u2014 a AAAAAAA=".encode(),
        "text\n\n\u2014 a AAAA\n".encode(),
        "text\n\n\u2014 a b AAAAAAA=\n".encode(),
        "text\n\n\u2014 a+b AAAAAAA=\n".encode(),
        "text\n\n\u2014 a AAAAAAB=\n".encode(),
        "te\txt\n\n\u2014 a AAAAAAA=\n".encode(),
        b"\xff\n\n",
        ("x\n\n" + "\u2014 a AAAAAAA=\n" * 65).encode(),
        b"x" * 70_000,
    ],
    ids=lambda data: repr(data[:30]),
)
def test_anything_that_is_not_exactly_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        parse_note(data)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    try:
        note = parse_note(data)
    except InputError:
        return
    assert note.to_bytes() == data


@settings(deadline=None)
@given(st.data())
def test_one_flipped_bit_anywhere_is_found_out(data: st.DataObject) -> None:
    whole = bytearray(signed(HEAD.text()).to_bytes())
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[at // 8] ^= 1 << at % 8
    with pytest.raises((InputError, IntegrityError)):
        verified_text(parse_note(bytes(whole)), [KEY], ed25519)
