"""Letters through Postfix as Debian ships it: relayed, bounced, deferred, greylisted, refused, cut off."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import policy as readers
from email.parser import BytesParser
from pathlib import Path

import pytest
from tests.campaign.mail.postfix_instance import (
    POSTFIX,
    SASL,
    Instance,
    Policy,
    instance,
    sasl_user,
    wait_for,
)
from tests.egress.mail_servers import PASSWORD, USER, certificate

from openiru.adapters.channels.email import EmailChannel
from openiru.adapters.mailbox.folders import MaildirMailbox
from openiru.core.vocabulary import DeliveryState
from openiru.ports.channel import Attachment, Letter
from openiru.ports.mailbox import Answer, Bounce, Delay, Incoming
from openiru.ports.testkit.channel import example_letter

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(POSTFIX is None, reason="Postfix is not installed (apt-get install postfix)"),
    pytest.mark.skipif(SASL is None, reason="Cyrus SASL is not installed (apt-get install sasl2-bin)"),
    pytest.mark.skipif(os.geteuid() != 0, reason="Postfix needs root to change to its own user"),
]
_numbers = iter(range(1, 1000))


@dataclass(frozen=True, slots=True)
class Houses:
    """Our own mail server, the provider's, and the provider's policy."""

    ours: Instance
    theirs: Instance
    policy: Policy
    folder: Path

    def channel(self, **more: str) -> EmailChannel:
        """Through our own server, with STARTTLS and a password."""
        config = {
            "environment": "exercise",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.ours.port),
            "smtp_user": USER,
            "smtp_password_file": str(self.folder / "password"),
            "smtp_ca_file": str(self.folder / "cert.pem"),
            "smtp_timeout": "15",
            "smtp_deadline": "15",
            "sender_address": "outbox@unit.example",
        }
        return EmailChannel.build({**config, **more})

    def straight(self, port: int = 0) -> EmailChannel:
        """Straight to the provider's server, or to a wire before it, as from a house without a relay."""
        clear = {"smtp_tls": "none", "smtp_user": "", "smtp_password_file": ""}
        return self.channel(smtp_port=str(port or self.theirs.port), **clear)

    def news(self) -> list[Incoming]:
        """What came back, settled as it is read."""
        box = MaildirMailbox.build({"directory": str(self.ours.inbox("outbox"))})
        if box.usable():
            return []
        found = list(box.unread())
        for place, _ in found:
            box.settle(place)
        return [read for _, read in found]

    def wait_for_news(self) -> list[Incoming]:
        """The same, waiting until there is something."""
        found: list[Incoming] = []

        def look() -> bool:
            found.extend(self.news())
            return bool(found)

        assert wait_for(look), self.ours.log()
        return found

    def copies(self, letter: Letter) -> int:
        wanted = f"Message-ID: {letter.message_id}".encode()
        return sum(wanted in one.replace(b"\r\n", b"\n").split(b"\n") for one in self.theirs.arrived("abuse"))


@pytest.fixture(scope="module")
def houses() -> Iterator[Houses]:
    # Not tmp_path: Postfix's own user must be able to walk in.
    folder = Path(tempfile.mkdtemp(prefix="openiru-postfix-"))
    folder.chmod(0o755)
    policy = Policy()
    try:
        cert, key = certificate(folder)
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "checks").write_text("/^Subject: .*REFUSED/ REJECT 5.7.1 we do not want this\n")
        theirs_more = {
            "smtpd_recipient_restrictions": f"reject_unauth_destination, check_policy_service inet:127.0.0.1:{policy.port}",
            "header_checks": f"regexp:{folder}/checks",
        }
        ours_more = {
            "smtpd_tls_cert_file": str(cert),
            "smtpd_tls_key_file": str(key),
            "smtpd_tls_security_level": "encrypt",
            "smtpd_tls_auth_only": "yes",
            "smtpd_tls_received_header": "yes",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
            **sasl_user(folder / "ours", USER, PASSWORD, "unit.example"),
        }
        theirs_is = instance(
            folder / "theirs",
            name="mx.provider.example",
            domain="provider.example",
            users=("abuse",),
            ways={},
            more=theirs_more,
        )
        with theirs_is as theirs:
            ways = {"provider.example": theirs.port}
            ours_is = instance(
                folder / "ours",
                name="mx.unit.example",
                domain="unit.example",
                users=("outbox",),
                ways=ways,
                more=ours_more,
            )
            with ours_is as ours:
                yield Houses(ours, theirs, policy, folder)
    finally:
        policy.close()
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def open_door(houses: Houses) -> Iterator[None]:
    houses.policy.shut = houses.policy.greylisting = False
    yield
    houses.policy.shut = houses.policy.greylisting = False
    assert wait_for(lambda: houses.ours.queued() == 0), houses.ours.log()
    houses.news()


@pytest.fixture
def letter() -> Letter:
    return replace(example_letter(), message_id=f"<ref-{next(_numbers)}.{os.getpid()}@unit.example>")


def test_a_letter_is_relayed_and_arrives_once_and_unaltered(houses: Houses, letter: Letter) -> None:
    table = Attachment(
        "Übersicht.csv", "text/csv; charset=utf-8", "line,address\r\n1,https://video.example/v/ü\r\n".encode()
    )
    letter = replace(
        letter,
        subject="Überweisung REF-2026-0001",
        attachments=(*letter.attachments, table),
        text=".\nZeile ü\n",
    )
    receipt = houses.channel().send(letter)
    assert receipt.state is DeliveryState.SENT, houses.ours.log()
    assert receipt.remote_id
    assert f"{receipt.remote_id}: " in houses.ours.log()
    assert wait_for(lambda: houses.copies(letter) == 1), houses.ours.log()
    read = BytesParser(policy=readers.default).parsebytes(houses.theirs.arrived("abuse")[-1])
    assert (read["Message-ID"], read["Subject"], read["Bcc"]) == (letter.message_id, letter.subject, None)
    assert read["In-Reply-To"] == letter.in_reply_to
    assert [one.get_payload(decode=True) for one in read.iter_attachments()] == [
        one.content for one in letter.attachments
    ]
    body = read.get_body()
    assert body is not None
    assert body.get_content().splitlines() == [".", "Zeile ü"]
    assert "using TLSv1." in " ".join(read.get_all("Received", []))


def test_a_wrong_password_sends_nothing(houses: Houses, letter: Letter, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong")
    receipt = houses.channel(smtp_password_file=str(tmp_path / "wrong")).send(letter)
    assert receipt.state is DeliveryState.DEFERRED
    assert "535" in receipt.detail
    assert houses.copies(letter) == 0


def test_without_tls_our_server_lets_nothing_through(houses: Houses, letter: Letter) -> None:
    receipt = houses.channel(smtp_tls="none", smtp_user="", smtp_password_file="").send(letter)
    assert receipt.state is DeliveryState.DEFERRED
    assert "530" in receipt.detail
    assert houses.copies(letter) == 0


def test_a_bounce_of_the_next_server_comes_back_and_names_the_letter(houses: Houses, letter: Letter) -> None:
    assert (
        houses.channel().send(replace(letter, recipient="nobody@provider.example")).state
        is DeliveryState.SENT
    )
    news = houses.wait_for_news()
    (bounce,) = news
    assert isinstance(bounce, Bounce)
    assert bounce.head.matches[0] == letter.message_id
    assert [(one.recipient, one.status) for one in bounce.failures] == [("nobody@provider.example", "5.1.1")]
    assert "550" in bounce.failures[0].diagnostic


def test_nothing_leaves_the_machine(houses: Houses, letter: Letter) -> None:
    receipt = houses.channel().send(replace(letter, recipient="desk@elsewhere.example"))
    assert receipt.state is DeliveryState.BOUNCED
    assert "nothing leaves this machine" in receipt.detail


def test_a_deferred_letter_is_delivered_later_and_once(houses: Houses, letter: Letter) -> None:
    houses.policy.shut = True
    assert houses.channel().send(letter).state is DeliveryState.SENT
    news = houses.wait_for_news()
    assert isinstance(news[0], Delay)
    assert news[0].head.matches[0] == letter.message_id
    assert news[0].failures[0].status.startswith("4.")
    assert (houses.copies(letter), houses.ours.queued() > 0) == (0, True)
    houses.policy.shut = False
    assert wait_for(lambda: houses.ours.queued() == 0), houses.ours.log()
    assert houses.copies(letter) == 1


def test_greylisting_defers_us_and_the_second_try_arrives_once(houses: Houses, letter: Letter) -> None:
    houses.policy.greylisting = True
    houses.policy.seen.clear()
    first = houses.straight().send(letter)
    assert first.state is DeliveryState.DEFERRED
    assert "greylisted" in first.detail
    assert houses.copies(letter) == 0
    assert houses.straight().send(letter).state is DeliveryState.SENT
    assert wait_for(lambda: houses.copies(letter) == 1), houses.theirs.log()


def test_greylisting_behind_our_own_server_needs_nothing_of_us(houses: Houses, letter: Letter) -> None:
    houses.policy.greylisting = True
    houses.policy.seen.clear()
    assert houses.channel().send(letter).state is DeliveryState.SENT
    assert wait_for(lambda: houses.copies(letter) == 1), houses.ours.log()


def test_an_unknown_recipient_and_a_refused_content_are_bounces_at_once(
    houses: Houses, letter: Letter
) -> None:
    unknown = houses.straight().send(replace(letter, recipient="nobody@provider.example"))
    refused = houses.straight().send(replace(letter, subject="REFUSED"))
    assert (unknown.state, refused.state) == (DeliveryState.BOUNCED, DeliveryState.BOUNCED)
    assert "5.1.1" in unknown.detail
    assert "we do not want this" in refused.detail


@contextlib.contextmanager
def _cut(port: int, *, when: bytes, instead_of_passing: bool) -> Iterator[int]:
    """A wire to ``port`` that breaks when ``when`` comes from us: before it is passed on, or before its answer is."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        mine, _ = listener.accept()
        with mine, socket.create_connection(("127.0.0.1", port)) as far:
            back = threading.Thread(target=_copy, args=(far, mine, cut), daemon=True)
            back.start()
            tail = b""
            while data := mine.recv(65536):
                tail = (tail + data)[-len(when) :]
                broken = tail == when
                if broken:
                    cut.set()
                if not (broken and instead_of_passing):
                    far.sendall(data)
                if broken:
                    if not instead_of_passing:
                        far.recv(1, socket.MSG_PEEK)  # the far end has answered: it has taken the letter
                    mine.shutdown(socket.SHUT_RDWR)
                    return

    cut = threading.Event()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        thread.join(15)
        listener.close()


def _copy(far: socket.socket, mine: socket.socket, cut: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while not cut.is_set():
            far.settimeout(0.05)
            try:
                data = far.recv(65536, socket.MSG_PEEK)
            except TimeoutError:
                continue
            if not data or cut.is_set():
                return
            mine.sendall(far.recv(len(data)))


def test_a_wire_that_breaks_before_the_receipt_is_unknown_although_the_letter_arrived(
    houses: Houses, letter: Letter
) -> None:
    with _cut(houses.theirs.port, when=b"\r\n.\r\n", instead_of_passing=False) as port:
        receipt = houses.straight(port).send(letter)
    assert receipt.state is DeliveryState.UNKNOWN
    assert wait_for(lambda: houses.copies(letter) == 1), houses.theirs.log()


def test_a_wire_that_breaks_before_the_dot_has_sent_nothing(houses: Houses, letter: Letter) -> None:
    with _cut(houses.theirs.port, when=b"DATA\r\n", instead_of_passing=True) as port:
        receipt = houses.straight(port).send(letter)
    assert receipt.state is DeliveryState.DEFERRED
    assert wait_for(lambda: "lost connection" in houses.theirs.log())
    assert houses.copies(letter) == 0


def test_an_answer_comes_back_with_its_table_and_is_matched(houses: Houses, letter: Letter) -> None:
    table = Attachment("answers.csv", "text/csv", b"line,decision\r\n1,NO_ACTION\r\n")
    earlier = "<ref-0.1@unit.example>"
    answer = replace(
        letter,
        recipient="outbox@unit.example",
        subject="Re: Referral",
        in_reply_to=earlier,
        references=(),
        attachments=(table,),
    )
    assert houses.channel().send(answer).state is DeliveryState.SENT
    news = houses.wait_for_news()
    assert isinstance(news[0], Answer)
    assert news[0].head.matches == (earlier,)
    assert [one.content for one in news[0].tables] == [table.content]
