"""The texts of the pages' JavaScript in the language of a request, for `i18n.js`."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog

DOMAIN = "djangojs"

Texts = dict[str, str | list[str]]
"""By the English ones; of what has a plural, the list of its forms."""


def texts(request: HttpRequest) -> dict[str, Any]:
    """A context processor: `texts` of the page's language, none where that is English."""
    return {"texts": texts_in(get_language() or settings.LANGUAGE_CODE)}


@cache
def texts_in(language: str) -> Texts:
    """Those of `language`, a code of `LANGUAGES`."""
    if language == settings.LANGUAGE_CODE:
        return {}
    # Without a place, the texts of all applications would be there, the admin's first.
    translation = DjangoTranslation(language, DOMAIN, [str(folder) for folder in settings.LOCALE_PATHS])
    view = JavaScriptCatalog()
    view.translation = translation
    texts: Texts = view.get_catalog()
    return texts
