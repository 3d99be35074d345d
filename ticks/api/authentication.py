"""Who asks: scripts by `Authorization: Token …`, screens by `Authorization: Link …`."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from ticks.access import kiosk, tokens
from ticks.access.rights import WRONG_LINK, WRONG_TOKEN
from ticks.models import KioskLink, Token

BEYOND = "A kiosk link opens what its page reads of one stream, and nothing else."


class TokenAuthentication(BaseAuthentication):
    """A wrong token is refused, and never served as nobody's."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        secret_hash = tokens.presented(request.headers.get("Authorization", ""))
        if secret_hash is None:
            return None
        token = tokens.valid([secret_hash]).get(secret_hash)
        if token is None:
            raise AuthenticationFailed(WRONG_TOKEN)
        if tokens.is_due(token):
            tokens.used([token.pk])
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class LinkAuthentication(BaseAuthentication):
    """A screen is nobody: it reads its stream by the views that say `is_for_links`, and finds no other one."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, KioskLink] | None:
        shown = kiosk.presented(request.headers.get("Authorization", ""))
        if shown is None:
            return None
        link = kiosk.valid([shown]).get(shown)
        if link is None:
            raise AuthenticationFailed(WRONG_LINK)
        if not getattr(request.parser_context["view"], "is_for_links", False):
            raise PermissionDenied(BEYOND)
        if tokens.is_due(link):
            kiosk.used([link.pk])
        return AnonymousUser(), link
