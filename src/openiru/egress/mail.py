"""One try to hand one message to one exact mail server, and the truth about how it ended.

    before the final dot is written     nothing was sent       DEFERRED, safe to try again
    from then until its answer is read  nobody can know        UNKNOWN, a person settles it
    answered 2xx                        the server has it      SENT
    answered 4xx                        not yet                DEFERRED
    answered 5xx                        it will not            BOUNCED

RFC 5321 §4.2.1 (answers), §6.1 (who is responsible from the answer to the final dot on), RFC 3207 (STARTTLS),
RFC 4954 (AUTH), RFC 3461 (delivery notices). A refusal before the envelope (greeting, EHLO, STARTTLS, AUTH)
is about our own server and its settings, not about the provider: it is DEFERRED, and the detail says why.
"""

from __future__ import annotations

import base64
import re
import smtplib
from dataclasses import dataclass
from typing import Final

from openiru.core.vocabulary import DeliveryState
from openiru.egress import mail_headers as headers
from openiru.egress.mail_settings import MailServer, Tls
from openiru.egress.mail_wire import BadReplyError, Reply, Wire

MAX_DETAIL: Final = 300
_NUL: Final = chr(0)
_COMPLETE, _INTERMEDIATE, _TRANSIENT = 2, 3, 4  # the first digit of an answer
_GO_AHEAD: Final = 354
_AUTH_CONTINUE: Final = 334
#: Refusals of MAIL FROM that speak of authentication or TLS (RFC 4954 §6, RFC 3207 §4): ours to mend.
_OUR_OWN: Final = frozenset({530, 534, 535, 538})
_QUEUE_ID: Final = re.compile(r"(?i)(?:queued as|id[= ])\s*([A-Za-z0-9.-]{4,64})")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who the server is told: the address for bounces, one recipient, and the id that bounces carry back."""

    sender: str
    recipient: str
    message_id: str

    def __post_init__(self) -> None:
        headers.address(self.sender, "envelope sender")
        headers.address(self.recipient, "envelope recipient")
        headers.identifier(self.message_id, "envelope id")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the try ended: SENT, DEFERRED, BOUNCED or UNKNOWN, why, and the server's own number for it."""

    state: DeliveryState
    detail: str
    remote_id: str = ""


class _EndedError(Exception):
    """The server answered in a way that ends the try."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.detail)
        self.delivery = delivery


def deliver(server: MailServer, envelope: Envelope, message: bytes) -> Delivery:
    """One try; never a second one, and no exception for anything the outside does.

    ``message`` is what :func:`openiru.egress.mail_message.serialise` gave. Raises ``SettingError`` when our
    own settings cannot be used; then nothing was sent.
    """
    return _Try(server, envelope, server.password()).run(message)


class _Try:
    """The steps of one conversation; ``doubt`` is true exactly while nobody can know."""

    def __init__(self, server: MailServer, envelope: Envelope, password: str) -> None:
        self.server = server
        self.envelope = envelope
        self._password = password
        self._context = None if server.tls is Tls.NONE else server.context()
        self.doubt = False

    def run(self, message: bytes) -> Delivery:
        wire = Wire(
            ehlo_name=self.server.ehlo_name,
            step_seconds=self.server.step_seconds,
            total_seconds=self.server.total_seconds,
        )
        try:
            self._greet(wire)
            self._authenticate(wire)
            self._address(wire)
            return self._hand_over(wire, message)
        except _EndedError as ended:
            return ended.delivery
        except (OSError, smtplib.SMTPException, BadReplyError) as fault:
            return self._broken(fault)
        finally:
            wire.close()

    def _greet(self, wire: Wire) -> None:
        server = self.server
        implicit = self._context if server.tls is Tls.IMPLICIT else None
        greeting = wire.open(server.host, server.port, loopback_only=server.loopback_only, context=implicit)
        self._setup(greeting, "the connection")
        self._setup(wire.hello(), "EHLO")
        if server.tls is not Tls.STARTTLS or self._context is None:
            return
        if not wire.has_extn("starttls"):
            raise _EndedError(
                _nothing("refused: the mail server offers no STARTTLS, and nothing goes in clear")
            )
        self._setup(wire.secure(server.host, self._context), "STARTTLS")
        self._setup(wire.hello(), "EHLO after STARTTLS")

    def _authenticate(self, wire: Wire) -> None:
        if not self.server.user:
            return
        offered = str(wire.esmtp_features.get("auth", "")).upper().split()
        if "PLAIN" in offered:
            reply = wire.command("AUTH PLAIN " + _b64(f"{_NUL}{self.server.user}{_NUL}{self._password}"))
        elif "LOGIN" in offered:
            reply = self._login(wire)
        else:
            raise _EndedError(_nothing("the mail server offers neither AUTH PLAIN nor AUTH LOGIN"))
        if not _ok(reply):
            # Only the code: a server may say back what it was told.
            raise _EndedError(_nothing(f"the mail server answered {reply.code} to user name and password"))

    def _login(self, wire: Wire) -> Reply:
        reply = wire.command("AUTH LOGIN")
        for secret in (self.server.user, self._password):
            if reply.code != _AUTH_CONTINUE:
                break
            reply = wire.command(_b64(secret))
        return reply

    def _address(self, wire: Wire) -> None:
        envelope = self.envelope
        notices = wire.has_extn("dsn")
        # RET=HDRS: a bounce brings back the headers only, so no address of content travels once more.
        mine = f" RET=HDRS ENVID={xtext(envelope.message_id)}" if notices else ""
        self._refused(wire.command(f"MAIL FROM:<{envelope.sender}>{mine}"), "the sender", ours=_OUR_OWN)
        theirs = " NOTIFY=FAILURE,DELAY" if notices else ""
        self._refused(wire.command(f"RCPT TO:<{envelope.recipient}>{theirs}"), "the recipient")

    def _hand_over(self, wire: Wire, message: bytes) -> Delivery:
        reply = wire.command("DATA")
        if reply.code != _GO_AHEAD:
            self._refused(reply, "DATA")  # a 2xx is no answer to DATA either: it falls through
            raise _EndedError(_nothing(_said(reply, "DATA")))
        wire.content(message)
        self.doubt = True
        reply = wire.end(seconds=self.server.final_seconds)
        if reply.code // 100 == _INTERMEDIATE:
            raise BadReplyError("the answer to the message is none that RFC 5321 allows")
        self.doubt = False
        self._refused(reply, "the message")
        wire.leave(seconds=5.0)
        found = _QUEUE_ID.search(reply.text)
        return Delivery(DeliveryState.SENT, _said(reply, "the message"), found[1] if found else "")

    def _setup(self, reply: Reply, what: str) -> None:
        if not _ok(reply):
            raise _EndedError(_nothing(_said(reply, what)))

    def _refused(self, reply: Reply, what: str, ours: frozenset[int] = frozenset()) -> None:
        if _ok(reply):
            return
        kind = reply.code // 100
        if reply.code in ours or kind == _INTERMEDIATE:
            raise _EndedError(_nothing(_said(reply, what)))
        state = DeliveryState.DEFERRED if kind == _TRANSIENT else DeliveryState.BOUNCED
        raise _EndedError(Delivery(state, _said(reply, what)))

    def _broken(self, fault: Exception) -> Delivery:
        why = headers.clean(f"{type(fault).__name__}: {fault}")[:MAX_DETAIL]
        if not self.doubt:
            return _nothing(f"the conversation broke off ({why})")
        return Delivery(
            DeliveryState.UNKNOWN,
            f"the message was handed over whole and its receipt never came ({why}): a person settles it",
        )


def _ok(reply: Reply) -> bool:
    return reply.code // 100 == _COMPLETE


def _nothing(why: str) -> Delivery:
    return Delivery(DeliveryState.DEFERRED, f"nothing was sent: {why}")


def _said(reply: Reply, what: str) -> str:
    shown = headers.clean(reply.text)[:MAX_DETAIL]
    return f"the mail server answered {reply.code} to {what}: {shown}"


def _b64(value: str) -> str:
    return base64.b64encode(value.encode("utf-8")).decode("ascii")


def xtext(value: str) -> str:
    """``value`` in the xtext of RFC 3461 §4, as ENVID carries it."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in value)
