"""The texts for people, found in templates, Python and JavaScript, and the catalogs with their translations.

`python -m tests.i18n.catalogs` brings the catalogs up to date: new texts are there, empty, to be translated in the
`.po` files; what nobody says any more is gone; the `.mo` files, which the server reads, are made.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[2]
LANGUAGE = "zh_Hans"
FOLDER = ROOT / "locale" / LANGUAGE / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
PYTHON = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2)}
"""Django's, as `templatize` writes them too."""
SCRIPT = {"_": None, "_n": (1, 2)}
"""Of `i18n.js`."""

OPTIONS = {"encoding": "utf-8", "parse_template_string": True}
ABOUT = dict.fromkeys(("project", "version", "last_translator", "language_team"), "Tick Monitor")
HEADER = """\
# Tick Monitor in Simplified Chinese. script/messages keeps this up to date.
#"""


class Text(NamedTuple):
    """One text, where it is said; of what has a plural, both forms."""

    file: str
    line: int
    words: str | tuple[str, ...]


def said(domain: str) -> Iterator[Text]:
    """All texts of a domain, file by file."""
    return _in_scripts() if domain == "djangojs" else _on_the_server()


def read(domain: str) -> Catalog:
    """The catalog as it was translated; empty where there is none yet."""
    file = FOLDER / f"{domain}.po"
    if not file.exists():
        return _empty()
    with file.open("rb") as stream:
        return read_po(stream, locale=LANGUAGE)


def compiled(catalog: Catalog) -> bytes:
    """The `.mo` file."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def update() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for domain in DOMAINS:
        catalog = _renewed(read(domain), said(domain))
        with (FOLDER / f"{domain}.po").open("wb") as stream:
            write_po(stream, catalog, width=120, no_location=True, sort_output=True)
        (FOLDER / f"{domain}.mo").write_bytes(compiled(catalog))
        missing = [str(message.id) for message in catalog if message.id and not any(message.string or "")]
        print(f"{domain}: {len(catalog)} texts, {len(missing)} not translated", *missing, sep="\n  ")


def _renewed(old: Catalog, texts: Iterable[Text]) -> Catalog:
    renewed = _empty()
    renewed.creation_date = old.creation_date
    for text in texts:
        words = text.words
        known = old.get(words if isinstance(words, str) else words[0])
        renewed.add(words, known.string if known is not None else None)
    return renewed


def _empty() -> Catalog:
    return Catalog(locale=LANGUAGE, header_comment=HEADER, fuzzy=False, **ABOUT)


def _in_scripts() -> Iterator[Text]:
    for file in _files("static/ticks", "*.js"):
        yield from _extracted(file, "javascript", file.read_bytes(), SCRIPT)


def _on_the_server() -> Iterator[Text]:
    for file in _files("templates", "*.html"):
        # What `templatize` writes has calls, but is no Python: a lexer without indentation reads it.
        yield from _extracted(file, "javascript", templatize(file.read_text(), origin=str(file)).encode(), PYTHON)
    for folder in ("ticks", "monitor"):
        for file in _files(folder, "*.py"):
            yield from _extracted(file, "python", file.read_bytes(), PYTHON)


def _files(folder: str, pattern: str) -> list[Path]:
    return sorted((ROOT / folder).rglob(pattern))


def _extracted(file: Path, method: str, source: bytes, keywords: dict[str, tuple[int, ...] | None]) -> Iterator[Text]:
    where = str(file.relative_to(ROOT))
    for line, words, *_ in extract(method, io.BytesIO(source), keywords, options=OPTIONS):
        yield Text(where, line, words)


if __name__ == "__main__":
    update()
