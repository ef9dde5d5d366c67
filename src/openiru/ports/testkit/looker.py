"""What every looker must hold, as one test class to inherit from.

class TestMyLooker(LookerContract):
    def looker(self) -> Looker: ...        a looker that can reach the places below
    def present(self) -> str: ...          an address that answers 200 with a page that holds "Present page"
    def missing(self) -> str: ...          an address that answers 404
    def leading(self) -> tuple[str, str]: ...  an address that redirects once, and where to
    def refused(self) -> str: ...          an address that a looker must never reach
    def silent(self) -> str: ...           an address whose server never answers
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod

from openiru.ports.looker import Looker, Observation, Trouble

_MOST_HEADERS = 100


def _hold(holds: object, promise: str) -> None:
    if not holds:
        raise AssertionError(promise)


def _plain(text: str) -> bool:
    return all(char.isprintable() for char in text)


class LookerContract(ABC):
    """Inherit, give the methods, and pytest runs the rest."""

    @abstractmethod
    def looker(self) -> Looker:
        """A looker that can reach the places below."""

    @abstractmethod
    def present(self) -> str:
        """An address that answers 200 with a page that holds "Present page"."""

    @abstractmethod
    def missing(self) -> str:
        """An address that answers 404."""

    @abstractmethod
    def leading(self) -> tuple[str, str]:
        """An address that redirects once, and where it leads."""

    @abstractmethod
    def refused(self) -> str:
        """An address that must never be reached."""

    @abstractmethod
    def silent(self) -> str:
        """An address whose server takes the call and never answers."""

    def _well_formed(self, seen: Observation, url: str) -> None:
        _hold(seen.url == url, "the observation names the address that was asked for, unchanged")
        _hold(seen.status == 0 or bool(seen.final_url), "an answer has a last address")
        _hold(seen.status or seen.trouble is not Trouble.NONE, "no answer has a trouble")
        _hold(len(seen.headers) <= _MOST_HEADERS, "at most 100 headers")
        _hold(all(name == name.lower() for name in seen.headers), "header names are in lower case")
        _hold("set-cookie" not in seen.headers, "no cookie is kept")
        _hold(_plain(seen.detail), "the detail holds no control character")
        _hold(all(_plain(hop.location) for hop in seen.hops), "no location holds a control character")
        _hold("\x00" not in seen.body, "the body can be stored as text")

    def test_it_has_a_name(self) -> None:
        """One lower-case word, as in its entry point."""
        name = self.looker().name
        _hold(name.isidentifier() and name.islower(), "the name is one lower-case word")

    def test_it_sees_a_page_that_is_there(self) -> None:
        """Status, text, digest, last address."""
        seen = self.looker().look(self.present())
        self._well_formed(seen, self.present())
        _hold((seen.status, seen.trouble) == (200, Trouble.NONE), "a page that is there answers 200")
        _hold("Present page" in seen.body, "its text is seen")
        _hold(seen.body_digest.startswith("sha256:"), "its digest is named")
        _hold(len(seen.body_digest) == len("sha256:") + 2 * hashlib.sha256().digest_size, "and whole")

    def test_two_looks_at_the_same_page_see_the_same(self) -> None:
        """Nothing is carried from one look to the next."""
        looker = self.looker()
        one, two = looker.look(self.present()), looker.look(self.present())
        _hold((one.status, one.body_digest) == (two.status, two.body_digest), "two looks see the same")

    def test_it_hands_on_a_404_without_judging(self) -> None:
        """A status is a fact, not a trouble."""
        seen = self.looker().look(self.missing())
        self._well_formed(seen, self.missing())
        _hold((seen.status, seen.trouble) == (404, Trouble.NONE), "a 404 is an answer")

    def test_it_keeps_every_hop(self) -> None:
        """Looking and resolving both follow a redirect and record it."""
        url, end = self.leading()
        for seen in (self.looker().look(url), self.looker().resolve(url)):
            self._well_formed(seen, url)
            _hold(seen.final_url == end, "it arrives where the address leads")
            _hold([hop.url for hop in seen.hops] == [url, end], "both hops are kept, in order")
            _hold(seen.hops[0].location, "the first says where it leads")

    def test_it_never_reaches_what_is_refused(self) -> None:
        """The guard's refusal is an observation, not an exception."""
        for seen in (self.looker().look(self.refused()), self.looker().resolve(self.refused())):
            self._well_formed(seen, self.refused())
            _hold((seen.status, seen.trouble) == (0, Trouble.REFUSED_BY_GUARD), "it is refused")
            _hold(not seen.hops, "and nothing was asked")
            _hold(seen.detail, "and why is said")

    def test_it_never_raises_for_what_is_no_address(self) -> None:
        """Whatever text comes, an observation goes back."""
        for url in (
            "",
            "x",
            "http://",
            "http://[",
            "file:///etc/passwd",
            "http://a\x00b/",
            "\ud800",
            "h" * 99_999,
        ):
            seen = self.looker().look(url)
            _hold((seen.status, seen.trouble) == (0, Trouble.REFUSED_BY_GUARD), f"{url[:20]!r} is refused")

    def test_it_leaves_a_silent_server(self) -> None:
        """A time-out is a time-out, never a removal."""
        seen = self.looker().look(self.silent())
        self._well_formed(seen, self.silent())
        _hold((seen.status, seen.trouble) == (0, Trouble.TIMEOUT), "it is left in time")
