"""Tokens: made here, looked at and revoked; never changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ticks.access import tokens
from ticks.models import Token


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Of a new one."""

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if not user.is_active:
            said = _("%(user)s is not active: nobody could use the token.")
            raise forms.ValidationError(said, params={"user": user})
        return user

    def clean_expires(self) -> Any:
        expires = self.cleaned_data["expires"]
        if expires is not None and expires <= timezone.now():
            raise forms.ValidationError(_("That is past: nobody could use the token."))
        return expires


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    form = TokenForm
    list_display = ["name", "user", "stream", "created", "used", "expires"]
    list_filter = [("user", admin.RelatedOnlyFieldListFilter), ("stream", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "stream"]

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> list[Any]:
        made = ["user", "name", "stream", "expires"]
        return [*made, "created", "used"] if obj else made

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        secret = tokens.save(obj)
        # The admin writes the first letter of a message large: it must not be the secret's.
        said = _("Shown this once: %(secret)s. Scripts send it as: Authorization: Token …")
        messages.warning(request, said % {"secret": secret})
