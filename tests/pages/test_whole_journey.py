"""From a pasted message to a public statement: eight people, by clicks and keys. Only clock, queue and outside are played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.pages.browsing import Visit, visit
from tests.pages.conftest import Served, serving
from tests.pages.filled import CODE, LINK
from tests.people import START, World, action_day
from tests.stages.referral.helpers import Post
from tests.stages.verification.conftest import Site, site

from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.clock import set_clock
from openiru.stages.referral.commands import deliver
from openiru.stages.referral.queries import ids_of
from openiru.stages.verification.commands import run

__all__ = ["site"]
A, B, C = (f"https://pages.example/{name}" for name in "abc")
MESSAGE = (
    "seen today: hxxps://pages[.]example/a and hxxps://pages[.]example/b\nalso hxxps://pages[.]example/c"
)
SECRET_WORDS = "only the first person wrote this"
PLATFORM = {"slug": "pages.example", "provider": "host", "control_alive": "https://pages.example/alive"}
PROVIDER = {
    "slug": "host",
    "name": "Host (invented)",
    "country": "HR",
    "address": "desk@host.example",
    "channel": "email",
}


@pytest.fixture(scope="module")
def served(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk that has a mail server, so that it lets letters go; this test plays the queue and takes them itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", "9"), ("TLS", "none")):
            patch.setenv(f"OPENIRU_SMTP_{name}", value)
        patch.setenv("OPENIRU_SENDER_ADDRESS", "desk@unit.example")
        with serving(template, tmp_path_factory) as running:
            yield running


@dataclass
class People:
    """Browsers of the people who take part, each opened when they first come."""

    browser: Browser
    served: Served
    world: World
    stack: ExitStack
    here: dict[str, Visit] = field(default_factory=dict)

    def __call__(self, name: str, path: str) -> Page:
        if name not in self.here:
            by = self.world.people.get(name)
            self.here[name] = self.stack.enter_context(visit(self.browser, self.served, by))
        return self.here[name].to(path if path.startswith("/p/") else f"o/day/{path}")

    def later(self, minutes: int) -> None:
        """The clock of the day stands so much after its beginning."""
        set_clock(by=SERVICE, business=START + timedelta(minutes=minutes), rate=Decimal(0))


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()


def contribute(people: People, name: str, text: str, button: str) -> None:
    page = people(name, "contribute")
    page.keyboard.insert_text(text)
    press(page, button)
    page.wait_for_url("**/imports/*")


def deconflict(people: People) -> None:
    """A hold on one item, a round that every unit answers, and its end."""
    page = people("RS/deda", "holds/new")
    page.fill("#subject", C)
    page.fill("#reason", "an inquiry of our own (invented)")
    page.fill("#expires_at", "2020-10-08T12:00")
    press(page, re.compile("meet|Look|Try|Check"))
    press(page, re.compile("^Place"))
    page = people("AG/coordinator", "rounds")
    page.fill("#due_at", "2020-10-07T12:00")
    press(page, "Ask every unit")
    for name in ("RS/deda", "HR/dora"):
        page = people(name, "rounds")
        page.locator("tbody th a").first.click()
        page.check("[name=none]")
        press(page, "Give the answer of your unit")
        expect(page.locator("main")).to_contain_text("answered")
    page = people("AG/coordinator", "rounds")
    expect(page.locator("main")).to_contain_text("referral waits")
    page.locator("tbody th a").first.click()
    page.locator("details.more summary").click()
    page.fill("#why", "the others have said that they have nothing here (invented)")
    press(page, re.compile("^Close over the silence"))
    expect(page.locator("main")).to_contain_text("This round is closed")


def refers(people: People, name: str, address: str, reasons: str) -> str:
    """Somebody writes every part of a referral; what the page said before they did."""
    page = people(name, "queue")
    page.get_by_role("link", name=re.compile(address.rpartition("/")[2] + "$")).click()
    seen = page.content()
    page.keyboard.press("r")
    form = page.locator("form.full")
    for part in ("verdict", "availability"):
        form.locator(f"[name={part}]").first.check()
    form.locator("[name=verdict][value=refer]").check()
    form.locator("[name^=ground-]").first.check()
    form.locator("[name^=facts-]").first.fill("it tells how, step by step (invented)")
    form.locator("[name^=danger-]").first.fill("it puts people at risk (invented)")
    for radio in form.locator("[name^=applies-][value=no]").all():
        radio.check()
    for why in form.locator("[name^=why-]").all():
        why.fill("nothing speaks for it (invented)")
    for name_, words in (
        ("proportionality", "one page"),
        ("provider_rule", "clause 1"),
        ("reasons", reasons),
    ):
        form.locator(f"[name={name_}]").fill(words)
    form.locator(".sure button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile("is saved|Nothing more"))
    return seen


def assess(people: People) -> None:
    """Two agree on the first; on the second they differ, and a third person settles it by keys alone."""
    first = refers(people, "RS/ana", A, SECRET_WORDS)
    second = refers(people, "HR/hana", A, "as far as I read it")
    assert SECRET_WORDS not in first + second
    refers(people, "RS/ana", B, SECRET_WORDS)
    page = people("HR/hana", "queue")
    page.get_by_role("link", name=re.compile("[^a-z]b$")).click()
    assert SECRET_WORDS not in page.content()
    page.keyboard.press("1")
    expect(page.locator(".sentence input:checked")).to_have_count(1)
    page.keyboard.press("s")
    expect(page.locator("main")).to_contain_text(re.compile("is saved|Nothing more"))
    page = people("MK/mila", "disagreements")
    expect(page.locator("article.dispute")).to_have_count(1)
    page.locator("article.dispute h2 a").click()
    expect(page.locator("h1")).to_contain_text("Settle a disagreement")
    page.keyboard.press("1")
    expect(page.locator(".sentence input:checked")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator("main")).to_contain_text(re.compile("is saved|Nothing more"))


def refer(people: People) -> tuple[str, Page]:
    """The letter is prepared, read, sent, taken back by one key, and sent again; its reference."""
    page = people("AG/deputy", "prepare")
    page.keyboard.press("p")
    page.wait_for_url("**/outbox*")
    page.locator("tbody").get_by_role("link", name=re.compile("-2020-")).first.click()
    reference = page.url.rpartition("/")[2].partition("?")[0]
    expect(page.locator("main")).to_contain_text("pages[.]example/a")
    page.wait_for_load_state("load")  # keys work once the script is there
    page.keyboard.press("s")
    press(page, "Send 1 letter (lines: 1)")
    page.wait_for_url(f"**/{reference}", wait_until="load")
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back. Nothing has left.")).to_be_visible()
    page.wait_for_load_state("load")  # keys work once the script is there
    page.keyboard.press("s")
    press(page, "Send 1 letter (lines: 1)")
    expect(page.locator(".leaving-left")).to_be_visible()
    return reference, page


def publish(people: People) -> None:
    """Figures are frozen, every unit signs, a second person lets the statement go, and nobody needs to be signed in to read it."""
    page = people("AG/coordinator", "statements")
    press(page, "Freeze the figures and propose")
    page.wait_for_url("**/statements/*-*")
    where = page.url.partition("/o/day/")[2]
    for name in ("AG/officer", "RS/deda", "HR/dora", "MK/duma"):
        press(people(name, where), re.compile("^Sign off for"))
        expect(people(name, where).locator("main")).not_to_contain_text("Sign off for")
    press(people("AG/officer", where), "Let this statement go to the public")
    sequence()
    with visit(people.browser, people.served) as anybody:
        expect(anybody.to("statements/1").locator("h1")).to_have_text("Statement 1")
        assert "pages" not in anybody.page.locator("main").inner_text()


def test_eight_people_lead_two_pages_from_a_pasted_message_to_a_public_statement(
    browser: Browser, served: Served, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, world = Post(monkeypatch), action_day()
    load_directory(by=world.by("AG/coordinator"), providers=[PROVIDER], platforms=[PLATFORM])
    site.says("/alive", 200)
    with ExitStack() as stack:
        people = People(browser, served, world, stack)
        contribute(people, "RS/ana", MESSAGE, "Contribute 3 addresses")
        contribute(people, "HR/hana", "hxxps://pages[.]example/a", "Contribute 1 address")
        deconflict(people)
        assess(people)
        reference, letter = refer(people)
        with acting(world.by("AG/deputy")):
            (batch,) = ids_of([reference])
        assert deliver(by=SERVICE.within(world.operation), referral=batch).state != "sent", (
            "not before the time to undo"
        )
        people("AG/coordinator", "room")
        expect(letter.locator(".leaving")).to_have_count(0, timeout=35_000)
        assert deliver(by=SERVICE.within(world.operation), referral=batch).state == "sent"
        _answered(people, way)
        _gone(people, site)
        sequence()
        _sampled(people)
        publish(people)
        for here in people.here.values():
            here.expect_clean()


def _answered(people: People, way: Post) -> None:
    """The provider comes with the letter, and answers its line."""
    (letter,) = way.letters
    page = people("provider", LINK.findall(letter.text)[0])
    page.fill("#code", CODE.findall(letter.text)[0])
    press(page, re.compile("."))
    page.select_option("#v-1", "removed")
    press(page, "Record the answers I chose")
    expect(page.locator("main")).to_contain_text("Every line is answered")
    expect(people("AG/officer", "answers").locator("main")).to_contain_text("content removed")


def _gone(people: People, outside: Site) -> None:
    """Two looks at a page that is not there any more."""
    page = people("AG/coordinator", "tracking")
    press(page, re.compile("^Look now|^Ask for a run"))
    outside.says("/a", 404)
    for minutes in (20, 60, 100):
        people.later(minutes)
        run(by=SERVICE.within(people.world.operation))
    page = people("AG/coordinator", "tracking/items?group=gone")
    expect(page.locator("main")).to_contain_text("pages[.]example/a")


def _sampled(people: People) -> None:
    """The overseer draws decisions, and sees neither address nor name."""
    page = people("AG/overseer", "oversight/sample")
    page.fill("[name=number]", "2")
    page.fill("[name=seed]", "words that nobody guesses")
    press(page, "Draw this sample")
    expect(page.locator("main")).to_contain_text("drawn of 2 decisions")
    assert "pages.example" not in page.content()
    assert not re.search(r"\bana\b", " ".join(page.locator("main tbody").all_inner_texts()))
