"""Who asks, for scripts: `Authorization: Token …`."""

from __future__ import annotations

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from ticks.access import tokens
from ticks.access.rights import WRONG_TOKEN
from ticks.models import Token


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
