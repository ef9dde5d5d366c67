"""Whether a verdict came sooner than the words could be read. It says nothing of the verdict: it puts it on the overseer's sample.

Source: Brysbaert, How many words do we read per minute? (Journal of Memory and Language 109, 2019): silent reading of non-fiction is
238 words a minute on average and hardly anybody reads faster than 400. The limit here is 450, so that no reader is marked for
reading well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: Words a second that nobody reads faster than: 450 a minute.
FASTEST: Final = 7.5
#: Signs of a script that parts no words by blanks, to one word.
SIGNS_A_WORD: Final = 2
#: An address and the facts beside it are looked at for so many seconds, however little stands there.
GLANCE_S: Final = 1.0
#: A page of more words than this is judged by what was read of it: nobody is held to a book.
MOST_WORDS: Final = 600

_UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def words_in(texts: Iterable[str]) -> int:
    """Words in all texts together; in scripts without blanks between words every two signs count as one."""
    count = 0
    for text in texts:
        unparted = len(_UNPARTED.findall(text))
        count += len(_UNPARTED.sub(" ", text).split()) + -(-unparted // SIGNS_A_WORD)
    return count


def least_seconds(texts: Iterable[str]) -> float:
    """Seconds below which the texts cannot have been read."""
    return GLANCE_S + min(words_in(texts), MOST_WORDS) / FASTEST


def too_fast(texts: Iterable[str], *, seconds: float) -> bool:
    """Whether ``seconds`` before the page are fewer than the texts take."""
    return seconds < least_seconds(texts)
