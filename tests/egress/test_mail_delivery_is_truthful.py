"""Servers that keep their word and servers that do not: what the try says is what is known."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest
from tests.egress.mail_letters import CSV, PLAIN, mail
from tests.egress.mail_servers import (
    PASSWORD,
    USER,
    Inbox,
    Peer,
    certificate,
    honest,
    scripted,
    server_context,
)

from openiru.core.errors import RefusedError, SettingError
from openiru.core.vocabulary import DeliveryState
from openiru.egress.mail import Delivery, Envelope, deliver, xtext
from openiru.egress.mail_message import serialise
from openiru.egress.mail_settings import MailServer, Tls

ENVELOPE = Envelope("outbox@unit.example", PLAIN.to_address, PLAIN.message_id)


def _server(port: int, **settings: object) -> MailServer:
    values: dict[str, object] = {
        "tls": Tls.NONE,
        "step_seconds": 2.0,
        "total_seconds": 3.0,
        "final_seconds": 1.0,
        **settings,
    }
    return MailServer("127.0.0.1", port, **values)  # type: ignore[arg-type]  # settings of a test, by name


def _try(script: Callable[[Peer], None], **settings: object) -> tuple[Delivery, list[Peer]]:
    with scripted(script) as (port, peers):
        return deliver(_server(port, **settings), ENVELOPE, serialise(PLAIN)), peers


@pytest.fixture
def tls(tmp_path: Path) -> tuple[Path, Path]:
    return certificate(tmp_path)


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return path


def test_a_message_arrives_once_as_it_was_written() -> None:
    inbox = Inbox()
    with honest(inbox) as port:
        delivery = deliver(_server(port), ENVELOPE, serialise(mail(files=(CSV,), text=".\n..\n.x\n")))
    assert (delivery.state, delivery.remote_id) == (DeliveryState.SENT, "4F2A9C01")
    ((sender, recipients, content),) = inbox.mails
    assert (sender, recipients) == ("outbox@unit.example", ["abuse@provider.example"])
    assert content == serialise(mail(files=(CSV,), text=".\n..\n.x\n"))


@pytest.mark.filterwarnings(
    "ignore:Requiring AUTH"
)  # with implicit TLS aiosmtpd does not see that there is TLS
@pytest.mark.parametrize("implicit", [False, True])
def test_tls_and_a_password_of_any_script_work(
    tls: tuple[Path, Path], password_file: Path, *, implicit: bool
) -> None:
    inbox = Inbox()
    kind = Tls.IMPLICIT if implicit else Tls.STARTTLS
    with honest(inbox, context=server_context(*tls), auth=True, implicit=implicit) as port:
        server = _server(port, tls=kind, user=USER, password_file=str(password_file), ca_file=str(tls[0]))
        assert deliver(server, ENVELOPE, serialise(PLAIN)).state is DeliveryState.SENT
    assert len(inbox.mails) == 1


def test_a_certificate_nobody_vouches_for_ends_the_try(tls: tuple[Path, Path]) -> None:
    inbox = Inbox()
    with honest(inbox, context=server_context(*tls)) as port:
        delivery = deliver(_server(port, tls=Tls.STARTTLS), ENVELOPE, serialise(PLAIN))
    assert delivery.state is DeliveryState.DEFERRED
    assert "CERTIFICATE_VERIFY_FAILED" in delivery.detail
    assert inbox.mails == []


def test_a_stripped_starttls_is_refused_and_nothing_goes_in_clear(password_file: Path) -> None:
    settings = {"tls": Tls.STARTTLS, "user": USER, "password_file": str(password_file)}
    delivery, peers = _try(lambda peer: peer.serve(until=b"NEVER"), **settings)
    assert delivery.state is DeliveryState.DEFERRED
    assert "refused" in delivery.detail
    assert "STARTTLS" in delivery.detail
    assert all(line.startswith((b"ehlo", b"EHLO")) for line in peers[0].heard)


def test_what_is_injected_after_the_answer_to_starttls_ends_the_try() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 test")
        peer.hear()
        peer.say("250-test", "250 STARTTLS")
        peer.hear()
        peer.say("220 go on", "250 injected")

    delivery, _ = _try(script, tls=Tls.STARTTLS)
    assert delivery.state is DeliveryState.DEFERRED
    assert "in clear" in delivery.detail


def test_a_refused_password_is_not_a_bounce_and_is_never_repeated(
    tls: tuple[Path, Path], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not-the-password", encoding="utf-8")
    with honest(Inbox(), context=server_context(*tls), auth=True) as port:
        server = _server(port, tls=Tls.STARTTLS, user=USER, password_file=str(wrong), ca_file=str(tls[0]))
        delivery = deliver(server, ENVELOPE, serialise(PLAIN))
    assert delivery.state is DeliveryState.DEFERRED
    assert "535" in delivery.detail
    assert "not-the-password" not in repr(server) + delivery.detail


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_server_that_says_the_password_back_does_not_get_it_into_the_detail(
    password_file: Path, mechanism: str
) -> None:
    def script(peer: Peer) -> None:
        peer.say("220 test")
        peer.hear()
        peer.say("250-test", f"250 AUTH {mechanism}")
        line = peer.hear()
        while line == b"AUTH LOGIN" or len(peer.heard) == 3:
            peer.say("334 VXNlcm5hbWU6")
            line = peer.hear()
        said = base64.b64decode(line.split()[-1]).decode().replace("\0", " ")
        peer.say(f"535 wrong: {said} {line.decode()}")

    delivery, peers = _try(script, user=USER, password_file=str(password_file))
    assert len(peers[0].heard) >= 2
    assert delivery.state is DeliveryState.DEFERRED
    assert PASSWORD not in delivery.detail
    assert base64.b64encode(PASSWORD.encode()).decode() not in delivery.detail


@pytest.mark.parametrize(
    ("rcpt", "data", "state"),
    [
        (["450 4.2.0 greylisted, come again"], [], DeliveryState.DEFERRED),
        ([], ["451 4.7.1 greylisted, come again"], DeliveryState.DEFERRED),
        (["550 5.1.1 no such user"], [], DeliveryState.BOUNCED),
        ([], ["554 5.7.1 we do not want this"], DeliveryState.BOUNCED),
        ([], ["552 5.3.4 too big"], DeliveryState.BOUNCED),
        (["421 4.3.2 closing"], [], DeliveryState.DEFERRED),
    ],
)
def test_answers_in_4_defer_and_answers_in_5_bounce(
    rcpt: list[str], data: list[str], state: DeliveryState
) -> None:
    inbox = Inbox(rcpt_answers=list(rcpt), data_answers=list(data))
    with honest(inbox) as port:
        delivery = deliver(_server(port), ENVELOPE, serialise(PLAIN))
        assert delivery.state is state
        assert (rcpt + data)[0].split(" ", 1)[1] in delivery.detail
        assert inbox.mails == []
        again = deliver(_server(port), ENVELOPE, serialise(PLAIN))
    assert again.state is DeliveryState.SENT
    assert [message_from_bytes(content)["Message-ID"] for _, _, content in inbox.mails] == [PLAIN.message_id]


@pytest.mark.parametrize("until", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_connection_that_drops_before_the_message_ends_has_sent_nothing(until: bytes) -> None:
    delivery, peers = _try(lambda peer: peer.serve(until=until))
    assert delivery.state is DeliveryState.DEFERRED
    assert "nothing was sent" in delivery.detail
    assert len(peers) == 1
    assert b"." not in peers[0].heard


def test_a_connection_that_drops_while_the_message_is_written_has_sent_nothing() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 test")
        for answer in ("250 ok", "250 ok", "250 ok", "354 go on"):
            peer.hear()
            peer.say(answer)
        peer.connection.recv(1000)
        peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    big = serialise(mail(text="word " * 2_000_000))
    with scripted(script) as (port, _):
        delivery = deliver(_server(port), ENVELOPE, big)
    assert delivery.state is DeliveryState.DEFERRED
    assert "nothing was sent" in delivery.detail


def _after_dot(*lines: str, pause: float = 0.0, raw: bytes = b"") -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        peer.say("220 test")
        for answer in ("250 ok", "250 ok", "250 ok", "354 go on"):
            peer.hear()
            peer.say(answer)
        peer.until_dot()
        time.sleep(pause)
        peer.say(*lines)
        peer.connection.sendall(raw)

    return script


@pytest.mark.parametrize(
    "script",
    [
        _after_dot(),
        _after_dot(raw=b"250 no line end"),
        _after_dot(raw=b"\x00\xff\x16\x03garbage\r\n"),
        _after_dot("250"[:2]),
        _after_dot("250-ok", "451 no"),
        _after_dot("250-ok"),
        _after_dot("354 go on still"),
        _after_dot("199 what"),
        _after_dot("HTTP/1.1 200 OK"),
        _after_dot(raw=b"250 " + b"x" * 100_000 + b"\r\n"),
        _after_dot(*["250-more"] * 5000),
        _after_dot("250 late", pause=1.5),
    ],
)
def test_whatever_happens_between_the_dot_and_its_answer_is_unknown(script: Callable[[Peer], None]) -> None:
    delivery, peers = _try(script)
    assert delivery.state is DeliveryState.UNKNOWN
    assert "a person settles it" in delivery.detail
    assert len(peers) == 1
    assert peers[0].heard.count(b".") == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("250 ok", "sent"),
        ("250-a\r\n250 b", "sent"),
        ("250", "sent"),
        ("421 closing", "deferred"),
        ("452 full", "deferred"),
        ("554 no", "bounced"),
    ],
)
def test_a_clear_answer_to_the_message_is_taken_at_its_word(answer: str, state: str) -> None:
    assert _try(_after_dot(answer))[0].state == state


def test_an_answer_that_comes_before_the_message_has_ended_is_not_taken_for_its_receipt() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 test")
        for answer in ("250 ok", "250 ok", "250 ok"):
            peer.hear()
            peer.say(answer)
        peer.hear()
        peer.say("354 go on", "250 queued already")
        peer.until_dot()

    delivery, _ = _try(script)
    assert delivery.state is DeliveryState.DEFERRED
    assert "before the message had ended" in delivery.detail


def test_a_tarpit_is_left_at_the_deadline() -> None:
    def script(peer: Peer) -> None:
        for _ in range(60):
            peer.connection.sendall(b"2")
            time.sleep(0.1)

    started = time.monotonic()
    delivery, _ = _try(script, step_seconds=0.5, total_seconds=1.0)
    assert delivery.state is DeliveryState.DEFERRED
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "greeting",
    [
        "",
        "garbage",
        "\0\0\0",
        "220-never\r\n" * 5000,
        "2" * 200_000,
        "554 5.7.1 go away",
        "421 busy",
        "SSH-2.0-OpenSSH_9.2",
    ],
)
def test_a_strange_greeting_sends_nothing_and_is_never_a_bounce(greeting: str) -> None:
    delivery, _ = _try(lambda peer: peer.say(greeting), step_seconds=0.7)
    assert delivery.state is DeliveryState.DEFERRED
    assert "nothing was sent" in delivery.detail
    assert delivery.detail.isprintable()
    assert len(delivery.detail) < 600


def test_a_hostile_answer_is_shown_without_its_control_characters() -> None:
    def script(peer: Peer) -> None:
        peer.serve(until=b"RCPT")
        peer.say("550 \x1b[2J\x07no\u202e" + "x" * 2000)

    delivery, _ = _try(script)
    assert delivery.state is DeliveryState.BOUNCED
    assert delivery.detail.isprintable()
    assert len(delivery.detail) < 400


def test_a_closed_port_sends_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    assert deliver(_server(port), ENVELOPE, serialise(PLAIN)).state is DeliveryState.DEFERRED


@pytest.mark.parametrize("code", [530, 535, 538])
def test_a_refusal_for_want_of_a_password_is_ours_to_mend(code: int) -> None:
    def script(peer: Peer) -> None:
        peer.serve(until=b"MAIL")
        peer.say(f"{code} Authentication required")

    assert _try(script)[0].state is DeliveryState.DEFERRED


def test_a_bounce_will_carry_the_message_id_back() -> None:
    def script(peer: Peer) -> None:
        peer.say("220 test")
        peer.hear()
        peer.say("250-test", "250 DSN")
        for answer in ("250 ok", "250 ok", "354 go on", "250 ok"):
            if answer == "250 ok" and b"DATA" in peer.heard:
                peer.until_dot()
            else:
                peer.hear()
            peer.say(answer)

    delivery, peers = _try(script)
    assert delivery.state is DeliveryState.SENT
    assert b"MAIL FROM:<outbox@unit.example> RET=HDRS ENVID=<ref-1.7f3a@unit.example>" in peers[0].heard
    assert b"RCPT TO:<abuse@provider.example> NOTIFY=FAILURE,DELAY" in peers[0].heard
    assert xtext("<a+b=c@d>") == "<a+2Bb+3Dc@d>"


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "mail.example", "tls": Tls.NONE},
        {"host": "mail.example", "loopback_only": True},
        {"host": "192.0.2.1", "tls": Tls.NONE},
        {"host": "127.0.0.1.nip.example", "tls": Tls.NONE},
        {"host": "a b"},
        {"host": "-x"},
        {"port": 0},
        {"port": 70000},
        {"ehlo_name": "x\r\nMAIL"},
        {"user": "unit"},
        {"password_file": "/nowhere"},
        {"step_seconds": 0.0},
    ],
)
def test_settings_that_cannot_be_right_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        MailServer(**{"host": "127.0.0.1", "port": 25, **settings})  # type: ignore[arg-type]  # wrong on purpose


def test_files_that_cannot_be_read_are_our_own_fault_and_show_nothing(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfesecret")
    for path in (tmp_path / "absent", binary):
        with pytest.raises(SettingError) as caught:
            deliver(_server(25, user="u", password_file=str(path)), ENVELOPE, serialise(PLAIN))
        assert caught.value.__cause__ is None
        assert "secret" not in str(caught.value)
    with pytest.raises(SettingError, match="trusted"):
        _server(25, ca_file=str(binary)).context()


@pytest.mark.parametrize(
    "bad", ["a@b.example> SIZE=1", "a@b.example\r\nRCPT TO:<x@evil.invalid>", "", "a@b.example,c@d.example"]
)
def test_an_envelope_takes_plain_addresses_only(bad: str) -> None:
    with pytest.raises(RefusedError):
        Envelope("outbox@unit.example", bad, PLAIN.message_id)
    with pytest.raises(RefusedError):
        Envelope(bad, "a@b.example", PLAIN.message_id)
