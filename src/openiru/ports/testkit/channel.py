"""What every channel must hold, as one test class to inherit from.

    class TestMyChannel(ChannelContract):
        def working(self) -> Channel: ...      a channel whose far end takes everything
        def broken(self) -> Channel: ...       a channel whose far end cannot be reached
        def arrived(self) -> list[bytes]: ...  what arrived at the far end so far

A channel that speaks another form than mail overrides :meth:`ChannelContract.carries`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime

from openiru.core.vocabulary import DeliveryState
from openiru.ports.channel import Attachment, Channel, Letter

#: What a receipt may say; PREPARED, SENDING and WITHDRAWN are the house's own states, never a channel's.
TRUTHS = frozenset(
    {
        DeliveryState.SENT,
        DeliveryState.DEFERRED,
        DeliveryState.BOUNCED,
        DeliveryState.UNKNOWN,
        DeliveryState.TRANSCRIBED,
    }
)


def _hold(holds: object, promise: str) -> None:
    if not holds:
        raise AssertionError(promise)


def example_letter() -> Letter:
    """An invented letter with an attachment and a thread."""
    return Letter(
        reference="REF-2026-0001",
        message_id="<ref-1.7f3a@unit.example>",
        recipient="abuse@provider.example",
        sender_name="Example Unit",
        sender_address="referrals@unit.example",
        subject="Referral REF-2026-0001 (1 item)",
        text="Dear colleagues,\n\nplease look at hxxps://video[.]example/v/1.\n",
        attachments=(Attachment("items.json", "application/json", b'{"lines": [1]}\n'),),
        in_reply_to="<earlier.1@provider.example>",
        references=("<earlier.0@unit.example>", "<earlier.1@provider.example>"),
        date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )


class ChannelContract(ABC):
    """Inherit, give the three methods, and pytest runs the rest."""

    @abstractmethod
    def working(self) -> Channel:
        """A usable channel whose far end takes everything."""

    @abstractmethod
    def broken(self) -> Channel:
        """A channel whose far end cannot be reached, and so gets nothing."""

    @abstractmethod
    def arrived(self) -> list[bytes]:
        """What arrived at the far end of :meth:`working` so far, oldest first."""

    def carries(self, arrived: bytes, letter: Letter) -> bool:
        """Whether ``arrived`` says which letter it is: here, by exactly one Message-ID line as given."""
        head = arrived.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")
        wanted = f"Message-ID: {letter.message_id}".encode()
        return [line for line in head if line.lower().startswith(b"message-id:")] == [wanted]

    def test_it_says_what_it_is(self) -> None:
        """A name for machines, a title for people, and whether it reaches anyone."""
        channel = self.working()
        _hold(channel.name.isidentifier() and channel.name.islower(), "the name is one lower-case word")
        _hold(channel.title.strip(), "the title is not empty")
        _hold(isinstance(channel.reaches_provider, bool), "reaches_provider is said")

    def test_a_channel_that_can_be_used_gives_no_reason_against(self) -> None:
        """``usable`` is empty, and asking it sends nothing."""
        _hold(self.working().usable() == "", "usable() is empty")
        _hold(self.arrived() == [], "asking sends nothing")

    def test_one_send_is_one_letter_under_its_own_identifier(self) -> None:
        """One call, one arrival, the identifier as it was committed."""
        letter = example_letter()
        self.working().send(letter)
        arrived = self.arrived()
        _hold(len(arrived) == 1, f"one arrival, not {len(arrived)}")
        _hold(self.carries(arrived[0], letter), "the identifier arrives exactly as given")

    def test_the_receipt_says_whether_the_provider_has_it(self) -> None:
        """SENT from a channel that reaches the provider, TRANSCRIBED from one that does not."""
        channel = self.working()
        receipt = channel.send(example_letter())
        truth = DeliveryState.SENT if channel.reaches_provider else DeliveryState.TRANSCRIBED
        _hold(receipt.state is truth, f"{truth}, not {receipt.state}")

    def test_a_far_end_that_cannot_be_reached_is_a_receipt_and_no_exception(self) -> None:
        """Nothing arrived, so it is neither sent, nor transcribed, nor in doubt, and the detail says why."""
        receipt = self.broken().send(example_letter())
        _hold(receipt.state in TRUTHS, f"{receipt.state} is not a channel's to say")
        _hold(receipt.state is DeliveryState.DEFERRED, f"deferred, not {receipt.state}")
        _hold(receipt.detail, "the detail says why")
        _hold(self.arrived() == [], "nothing arrived")
