"""The database: streams and who may read them, the index of the archive, boards, sign-in and kiosk links, tokens."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ticks.cursor import STREAM

valid_stream_name = RegexValidator(
    rf"^{STREAM.pattern}\Z", _("Use a-z, 0-9, '_', '.', '-', beginning with a letter or digit, at most 64.")
)


class StreamQuerySet(models.QuerySet["Stream"]):
    def readable_by(self, user: AbstractBaseUser | AnonymousUser | None, token: Token | None = None) -> StreamQuerySet:
        """Staff read every stream, anybody the public ones; a token of one stream opens no other one besides these."""
        if is_staff(user, token):
            return self
        own = Q(pk=token.stream_id) if token is not None and is_staff(user) else Q()
        return self.filter(own | Q(public=True))

    def set_visibility(self, name: str, public: bool) -> None:
        self.update_or_create(name=name, defaults={"public": public})


class Stream(models.Model):
    """A named sequence of ticks; private unless made public."""

    name = models.CharField(_("name"), max_length=64, primary_key=True, validators=[valid_stream_name])
    public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Everybody may watch it, without signing in."),
    )
    description = models.TextField(_("description"), blank=True)
    fields = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="Unit and label by dotted path, as its source declares them; `*` stands for any one key.",
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    keep_days = models.FloatField(
        _("keep ticks for"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.0)],
        help_text=_("Days; older ticks go. Empty: as TICKS_KEEP_DAYS says. 0: for ever."),
    )
    keep_bytes = models.BigIntegerField(
        _("keep ticks up to"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Bytes on disk; the oldest ticks go. Empty: as TICKS_KEEP_BYTES says. 0: no limit."),
    )
    keep_rollups_days = models.FloatField(
        _("keep rollups for"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.0)],
        help_text=_("Days, no fewer than ticks are kept. Empty: as TICKS_KEEP_ROLLUPS_DAYS says. 0: for ever."),
    )

    objects = StreamQuerySet.as_manager()

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """One immutable file of the archive. `n` and `prev_t` are those of its first tick (see `Batch`)."""

    stream = models.CharField(max_length=70, help_text="Of a rollup: its name, as main@60")
    epoch = models.CharField(_("epoch"), max_length=13)
    first_t = models.BigIntegerField(_("first t"))
    last_t = models.BigIntegerField(_("last t"))
    prev_t = models.BigIntegerField(_("prev t"))
    n = models.BigIntegerField(_("n"))
    count = models.BigIntegerField(_("count"))
    min_ts = models.FloatField(help_text="UNIX seconds")
    max_ts = models.FloatField(help_text="UNIX seconds")
    bytes = models.BigIntegerField()
    stored = models.BigIntegerField(default=0, help_text="Bytes on disk")
    path = models.CharField(_("path"), max_length=200, help_text=_("Below the archive"))

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["stream", "epoch", "first_t"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "epoch", "first_t"], name="one_row_a_file"),
            models.CheckConstraint(condition=Q(first_t__lte=models.F("last_t")), name="not_empty"),
        ]
        indexes = [
            models.Index(fields=["stream", "epoch", "last_t"], name="segment_by_t"),
            models.Index(fields=["stream", "max_ts"], name="segment_by_ts"),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def last_n(self) -> int:
        return self.n + self.count - 1


class Field(models.Model):
    """One that ticks of a stream were seen to have, by its dotted path."""

    class Kind(models.TextChoices):
        NUMBER = "number"
        BOOLEAN = "boolean"
        LENGTH = "length", "length of an array"
        TEXT = "text"

    stream = models.CharField(max_length=64)
    path = models.CharField(max_length=400)
    kind = models.CharField(max_length=7, choices=Kind)
    first_ts = models.FloatField(help_text="Of the first tick that had it, UNIX seconds")
    last_ts = models.FloatField(help_text="Of the last one, UNIX seconds")

    class Meta:
        ordering = ["stream", "path"]
        constraints = [models.UniqueConstraint(fields=["stream", "path"], name="one_row_a_field")]

    def __str__(self) -> str:
        return f"{self.stream}: {self.path}"


class Board(models.Model):
    """How a user has arranged the dashboard of a stream: dotted paths of fields."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="+")
    pinned = models.JSONField(default=list)
    hidden = models.JSONField(default=list)
    order = models.JSONField(default=list)

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        constraints = [models.UniqueConstraint(fields=["user", "stream"], name="one_board_of_a_stream")]

    def __str__(self) -> str:
        return _("%(thing)s of %(whose)s") % {"thing": self.stream_id, "whose": self.user}


class SignInLink(models.Model):
    """A link that signs its user in once; only a hash of its token is kept."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign in link")
        verbose_name_plural = _("sign in links")

    def __str__(self) -> str:
        return _("%(user)s, until %(until)s") % {"user": self.user, "until": f"{self.expires_at:%Y-%m-%d %H:%M}"}


class Token(models.Model):
    """By which a script is known as its user; only a hash of its secret is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=64)
    stream = models.ForeignKey(
        Stream,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stream"),
        help_text=_("The one stream that it reads; empty: all that its user may read"),
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    used = models.DateTimeField(
        _("used"), null=True, blank=True, editable=False, help_text=_("Last, within a minute or so")
    )
    expires = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["user", "name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_token_of_a_name")]

    def __str__(self) -> str:
        return _("%(thing)s of %(whose)s") % {"thing": self.name, "whose": self.user}


class KioskLinkQuerySet(models.QuerySet["KioskLink"]):
    def valid(self) -> KioskLinkQuerySet:
        """Those that open their stream now: who made them must still be staff."""
        return self.filter(
            revoked__isnull=True, expires__gt=timezone.now(), created_by__is_active=True, created_by__is_staff=True
        )

    def revoke(self) -> int:
        """How many were not revoked before."""
        return self.filter(revoked__isnull=True).update(revoked=timezone.now())


def random_id() -> str:
    """Never one that another link had, as a counter's may be once a backup was restored."""
    return secrets.token_hex(8)


class KioskLink(models.Model):
    """By which a screen reads one stream; its address is signed, and nothing of it is kept."""

    id = models.CharField(_("id"), max_length=16, primary_key=True, default=random_id, editable=False)
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="kiosk_links", verbose_name=_("stream"))
    label = models.CharField(_("label"), max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("created by")
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    expires = models.DateTimeField(_("expires"))
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)
    used = models.DateTimeField(_("used"), null=True, blank=True, help_text=_("Last, within a minute or so"))

    objects = KioskLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiosk link")
        verbose_name_plural = _("kiosk links")
        ordering = ["stream", "-created"]

    def __str__(self) -> str:
        return _("%(thing)s of %(whose)s") % {"thing": self.label or self.id, "whose": self.stream_id}


def is_staff(user: Any, token: Token | None = None) -> bool:
    """Whether somebody is, and is not known by a token of one stream."""
    return bool(user and user.is_active and user.is_staff) and (token is None or token.stream_id is None)
