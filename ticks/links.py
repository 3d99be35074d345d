"""One-time sign-in links: 15 minutes, spent by the POST of a button so that a link preview does not spend them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from ticks.models import SignInLink

LIFETIME = timedelta(minutes=15)
USUAL_SITE = "http://127.0.0.1:8000"


def make_link(user: User) -> str:
    """A fresh token for `/link/<token>/`; expired ones are swept out."""
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(token_hash=_hash(token), user=user, expires_at=timezone.now() + LIFETIME)
    return token


def find(token: str) -> SignInLink | None:
    """The link of a token that can still be spent."""
    links = SignInLink.objects.select_related("user")
    return links.filter(token_hash=_hash(token), expires_at__gt=timezone.now(), user__is_active=True).first()


def spend(link: SignInLink) -> bool:
    """Use the link up; False where somebody was faster."""
    deleted, _ = SignInLink.objects.filter(pk=link.pk).delete()
    return deleted == 1


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
