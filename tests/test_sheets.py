from __future__ import annotations

import re
import tempfile
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import SimpleTestCase

from monitor import sheets

ASKED = re.compile(r"{% static 'ticks/sheets/(\w+)\.css' %}")


class SheetsTest(SimpleTestCase):
    def test_a_sheet_has_all_its_parts_in_their_order(self) -> None:
        for name, parts in sheets.SHEETS.items():
            found = finders.find(f"ticks/sheets/{name}.css")
            assert isinstance(found, str)
            texts = [(settings.BASE_DIR / "static" / part).read_text() for part in parts]
            self.assertEqual(Path(found).read_text(), "\n".join(texts))

    def test_each_sheet_is_asked_for_and_no_other(self) -> None:
        asked = [ASKED.findall(path.read_text()) for path in (settings.BASE_DIR / "templates").rglob("*.html")]
        self.assertEqual({name for names in asked for name in names}, set(sheets.SHEETS))
        self.assertIsNone(finders.find("ticks/sheets/other.css"))

    def test_it_is_made_anew_when_a_part_has_changed_and_only_then(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        part = folder / "static/a.css"
        part.parent.mkdir()
        part.write_text("one")
        self.enterContext(self.settings(BASE_DIR=folder, MONITOR_HOME=folder))
        self.enterContext(patch.object(sheets, "SHEETS", {"both": ("a.css", "a.css")}))
        ((path, storage),) = sheets.Finder().list(None)
        made = folder / "sheets" / path
        self.assertEqual((storage.path(path), made.read_text()), (str(made), "one\none"))
        inode = made.stat().st_ino
        sheets.Finder().find(path)
        self.assertEqual(made.stat().st_ino, inode)
        part.write_text("two")
        self.assertEqual(sheets.Finder().find(path, find_all=True), [str(made)])
        self.assertEqual(made.read_text(), "two\ntwo")

    def test_none_refers_to_a_file_by_its_place(self) -> None:
        """In a sheet it would mean another one."""
        for parts in sheets.SHEETS.values():
            for part in parts:
                self.assertNotIn("url(", (settings.BASE_DIR / "static" / part).read_text(), part)
