"""Catalogues of the interface's texts: gettext ``.po`` of the package, compiled into the data directory.

Serbian is written in two scripts: the Latin one is made from the Cyrillic here, letter by letter, so that no two translations drift
apart. What stands in a catalogue already in Latin letters (names, addresses, placeholders) stays as it is.
"""

from __future__ import annotations

import fcntl
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

SOURCES: Final = Path(__file__).parent / "locale"
#: Folder of the compiled catalogue -> that of its source, and whether it is put into Latin letters.
MADE_FROM: Final = {"sr": ("sr", False), "sr_Latn": ("sr", True), "ar": ("ar", False)}

#: Serbian Cyrillic and its Latin letters (Vuk's and Gaj's alphabets), small ones; capitals follow.
_LETTERS: Final = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        (
            *(
                "a",
                "b",
                "v",
                "g",
                "d",
                "đ",
                "e",
                "ž",
                "z",
                "i",
                "j",
                "k",
                "l",
                "lj",
                "m",
                "n",
                "nj",
                "o",
                "p",
                "r",
            ),
            *("s", "t", "ć", "u", "f", "h", "c", "č", "dž", "š"),
        ),
        strict=True,
    )
)
_LATIN: Final = _LETTERS | {cyrillic.upper(): latin.capitalize() for cyrillic, latin in _LETTERS.items()}


def latin(text: str) -> str:
    """Serbian in Latin letters. A two-letter sign is all capitals between capitals: Љ -> Lj, but ЉУБАВ -> LJUBAV."""
    made = []
    for place, letter in enumerate(text):
        signs = _LATIN.get(letter, letter)
        if len(signs) > 1 and letter.isupper() and _among_capitals(text, place):
            signs = signs.upper()
        made.append(signs)
    return "".join(made)


def _among_capitals(text: str, place: int) -> bool:
    after, before = text[place + 1 : place + 2], text[place - 1 : place] if place else ""
    return after.isupper() or (before.isupper() and not after.islower())


def compile_all(target: Path | None = None) -> list[str]:
    """Compile every catalogue that is older than its source; the names of those that were."""
    root = target or Path(str(settings.LOCALE_PATHS[0]))
    root.mkdir(parents=True, exist_ok=True)
    made = []
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in stale(root):
            source, in_latin = MADE_FROM[name]
            _compile(_source(source), root / name / "LC_MESSAGES" / "django.mo", in_latin=in_latin)
            made.append(name)
    return made


def stale(target: Path | None = None) -> list[str]:
    """The names of catalogues that are not compiled, or older than their source or this program."""
    root = target or Path(str(settings.LOCALE_PATHS[0]))
    found = []
    for name, (source, _) in MADE_FROM.items():
        compiled = root / name / "LC_MESSAGES" / "django.mo"
        newest = max(_source(source).stat().st_mtime_ns, Path(__file__).stat().st_mtime_ns)
        if not compiled.exists() or compiled.stat().st_mtime_ns < newest:
            found.append(name)
    return found


def _source(language: str) -> Path:
    return SOURCES / language / "LC_MESSAGES" / "django.po"


def _compile(path: Path, compiled: Path, *, in_latin: bool) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    if in_latin:
        _put_into_latin(catalogue)
    compiled.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_mo(written, catalogue)
    fresh = compiled.with_suffix(".new")
    fresh.write_bytes(written.getvalue())
    fresh.replace(compiled)


def _put_into_latin(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            said: Any = message.string
            message.string = latin(said) if isinstance(said, str) else tuple(latin(one) for one in said)
