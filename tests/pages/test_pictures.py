"""Pictures of the desk for the documentation, made of the filled world: ``make pictures``. Left out of every other run."""

from __future__ import annotations

import os
import struct
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser
from tests.pages.browsing import visit
from tests.pages.conftest import Served
from tests.pages.filled import Filled, filled
from tests.pages.places import GUEST, places

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
HEIGHT, LARGEST, PALETTE = 900, 150_000, 256
_O = "o/<slug:operation>/"
#: Name of the picture → route of the page.
PICTURES = {
    "sign-in": "signin/demo",
    "my-work": _O,
    "room": _O + "room",
    "contribute": _O + "contribute",
    "queue": _O + "queue",
    "assess": _O + "assess/<uuid:item>",
    "disagreement": _O + "disagreements",
    "letter": _O + "referrals/<str:reference>",
    "outbox": _O + "outbox",
    "answers": _O + "answers",
    "tracking": _O + "tracking",
    "provider": "p/letter/<str:reference>",
    "statement": "statements/<int:number>",
    "oversight": _O + "oversight/sample",
}
TEXT = "Seen today, please look:\nhxxps://t[.]me/openiru_demo_a/28\nhxxps://t[.]me/openiru_demo_b/1 and hxxps://www[.]far[.]example/page-9"
#: The colours of a picture, as the browser itself decodes it.
PIXELS = """async data => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const paper = canvas.getContext('2d');
    paper.drawImage(image, 0, 0);
    const drawn = paper.getImageData(0, 0, canvas.width, canvas.height).data;
    let text = '';
    for (let at = 0; at < drawn.length; at += 8192) text += String.fromCharCode(...drawn.subarray(at, at + 8192));
    return {width: canvas.width, rows: canvas.height, data: btoa(text)};
}"""


def smaller(width: int, rows: int, data: bytes) -> bytes:
    """A PNG (RFC 2083) with a palette of at most 256 colours, out of rows of RGBA."""
    pixels = np.frombuffer(data, np.uint8).reshape(-1, 4)[:, :3].astype(np.int64)
    step = 12
    while True:
        near = np.where(pixels > 240, pixels // 5 * 5, pixels // step * step)
        colours, which = np.unique(near @ [65536, 256, 1], return_inverse=True)
        if len(colours) <= PALETTE:
            break
        step *= 2
    palette = b"".join(int(one).to_bytes(3) for one in colours)
    lines = which.astype(np.uint8).reshape(rows, width)
    packed = zlib.compress(np.insert(lines, 0, 0, axis=1).tobytes(), 9)
    head = struct.pack(">IIBBBBB", width, rows, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(one)) + name + one + struct.pack(">I", zlib.crc32(name + one))
        for name, one in parts
    )


pytestmark = pytest.mark.skipif(
    os.environ.get("OPENIRU_TEST_PICTURES") != "1", reason="pictures are made by: make pictures"
)


@pytest.fixture(scope="module")
def made(served: Served) -> Filled:
    assert served.database
    return filled()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_made(browser: Browser, served: Served, made: Filled, name: str) -> None:
    who, path = places(made)[PICTURES[name]]
    with visit(browser, served, made.world.people.get(who)) as here:
        page = here.page
        page.set_viewport_size({"width": 1366, "height": HEIGHT})
        if who == GUEST:
            here.to(made.link)
            page.fill("#code", made.code)
            page.click("main button")
        page = here.to(path.replace("?platform=telegram", ""))
        if name == "contribute":
            page.keyboard.insert_text(TEXT)
            page.wait_for_selector("#parsed table")
        page.evaluate("document.activeElement.blur()")
        place = IMAGES / f"desk-{name}.png"
        taken = b64encode(page.screenshot(animations="disabled", caret="hide")).decode()
        here.expect_clean()
        page.goto("about:blank")
        drawn = page.evaluate(PIXELS, taken)
        place.write_bytes(smaller(drawn["width"], drawn["rows"], b64decode(drawn["data"])))
        assert place.stat().st_size <= LARGEST, f"{place.name} is too large"
