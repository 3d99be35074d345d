"""Who may read a stream: asked when somebody comes and again at each heartbeat, for all at once. Blocking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session as SessionRow
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ticks.access import kiosk, tokens
from ticks.access.identity import Anonymous, Claim, Linked, Presented, Session
from ticks.access.refused import Refused
from ticks.models import KioskLink, Stream, Token, is_staff
from ticks.protocol import Close

CHUNK = 500
"""So many keys at most are asked for in one query."""
WRONG_TOKEN = "this token is wrong, revoked or expired"
WRONG_LINK = "this link is wrong, expired or revoked: ask who made it for another one"
ANOTHER_STREAM = "this link opens another stream, and nothing else"
SIGNED_OUT = "you are signed out: sign in again"


class Account(NamedTuple):
    """Who somebody is found to be; None for anonymous ones."""

    user_id: int | None = None
    username: str | None = None
    is_staff: bool = False
    token: str | None = None
    """The name of the token by which the user is known."""
    used_token: int | None = None
    """Its key, where its use is to be written down: see `tokens.used`."""
    only: str | None = None
    """The one stream to which the token narrows the user's rights; elsewhere they are anybody's."""
    link: str | None = None
    """The key of the kiosk link that is shown: it opens `only`, and not even what is public besides."""
    used_link: str | None = None
    """The same, where its use is to be written down."""
    reads_public: bool = False
    """Whether the stream that was asked for is public."""


Asked = tuple[Claim, str]
"""Who wants to read which stream."""
Ruling = Account | Refused


def rule(asked: Sequence[Asked], *, again: bool = False) -> Mapping[Asked, Ruling]:
    """Whether each may read; `again`: whether it still may. A handful of queries, however many are asked about.

    Raises `django.db.Error` while the database can't be read.
    """
    streams = dict(Stream.objects.filter(name__in={stream for _, stream in asked}).values_list("name", "public"))
    accounts = _accounts({claim for claim, _ in asked})
    say = _say_again if again else _say_first
    return {(claim, stream): _rule(accounts[claim], stream, streams.get(stream), say) for claim, stream in asked}


def _accounts(claims: Iterable[Claim]) -> dict[Claim, Ruling]:
    found: dict[Claim, Ruling] = {}
    sessions = [claim for claim in claims if isinstance(claim, Session)]
    shown = [claim for claim in claims if isinstance(claim, Presented)]
    links = [claim for claim in claims if isinstance(claim, Linked)]
    for at in range(0, len(sessions), CHUNK):
        found.update(_of_sessions(sessions[at : at + CHUNK]))
    for at in range(0, len(shown), CHUNK):
        found.update(_of_tokens(shown[at : at + CHUNK]))
    for at in range(0, len(links), CHUNK):
        found.update(_of_links(links[at : at + CHUNK]))
    return found | {claim: Account() for claim in claims if isinstance(claim, Anonymous)}


def _of_sessions(claims: Sequence[Session]) -> dict[Claim, Ruling]:
    rows = SessionRow.objects.filter(session_key__in=[claim.key for claim in claims], expire_date__gt=timezone.now())
    held = {row.session_key: row.get_decoded() for row in rows}
    ids = {content[SESSION_KEY] for content in held.values() if SESSION_KEY in content}
    users = {str(user.pk): user for user in get_user_model()._default_manager.filter(pk__in=ids, is_active=True)}
    found: dict[Claim, Ruling] = {}
    for claim in claims:
        content = held.get(claim.key, {})
        user = users.get(content.get(SESSION_KEY, ""))
        signed_in = user is not None and _is_of(user, content.get(HASH_SESSION_KEY, ""))
        found[claim] = _account(user) if user and signed_in else Refused(Close.SIGN_IN, SIGNED_OUT)
    return found


def _is_of(user: User, session_hash: str) -> bool:
    """Whether a session was begun with the user's present password, as Django has it in `get_user`."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, each) for each in hashes)


def _of_tokens(claims: Sequence[Presented]) -> dict[Claim, Ruling]:
    valid = tokens.valid(claim.secret_hash for claim in claims)
    return {
        claim: _account_of(token) if (token := valid.get(claim.secret_hash)) else Refused(Close.SIGN_IN, WRONG_TOKEN)
        for claim in claims
    }


def _of_links(claims: Sequence[Linked]) -> dict[Claim, Ruling]:
    valid = kiosk.valid(claim.shown for claim in claims)
    return {
        claim: _account_by(link) if (link := valid.get(claim.shown)) else Refused(Close.SIGN_IN, WRONG_LINK)
        for claim in claims
    }


def _account(user: User) -> Account:
    return Account(user.pk, user.get_username(), is_staff(user))


def _account_of(token: Token) -> Account:
    used = token.pk if tokens.is_due(token) else None
    return _account(token.user)._replace(token=token.name, used_token=used, only=token.stream_id)


def _account_by(link: KioskLink) -> Account:
    """Nobody's, whoever made it: a screen."""
    return Account(link=link.pk, used_link=link.pk if tokens.is_due(link) else None, only=link.stream_id)


class _Say(NamedTuple):
    """What is said for want of rights: to who is not signed in, who is no staff, and where there is no such stream."""

    sign_in: str
    not_allowed: str
    no_such_stream: str


_say_first = _Say(
    "there is no public stream {stream!r}: sign in",
    "no stream {stream!r} for {user}: staff only, or no such",
    "there is no stream {stream!r}",
)
_say_again = _Say(
    "the stream {stream!r} is no longer public: sign in",
    "the stream {stream!r} is for staff only now, and {user} is none",
    "the stream {stream!r} was deleted",
)


def _rule(account: Ruling, stream: str, public: bool | None, say: _Say) -> Ruling:
    """`public` is None where there is no such stream: only staff are told that, or who was reading it."""
    if isinstance(account, Refused):
        return Refused(account.code, account.detail)
    if account.link is not None:
        if account.only != stream or public is None:
            return Refused(Close.NOT_ALLOWED, ANOTHER_STREAM)
        return account._replace(reads_public=public)
    is_narrowed = account.only not in (None, stream)
    as_staff = account.is_staff and not is_narrowed
    if public or (as_staff and public is not None):
        return account._replace(reads_public=public)
    if public is None and (as_staff or say is _say_again):
        return Refused(Close.NO_SUCH_STREAM, say.no_such_stream.format(stream=stream))
    if account.username is not None:
        who = f"a token of {account.only!r} alone" if is_narrowed else account.username
        return Refused(Close.NOT_ALLOWED, say.not_allowed.format(stream=stream, user=who))
    return Refused(Close.SIGN_IN, say.sign_in.format(stream=stream))
