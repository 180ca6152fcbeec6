"""What events and e-mail tell people: the same in every language, of which English comes first."""

from __future__ import annotations

from collections.abc import Callable

from suitetoken.documents import AccessToken, Certificate, Grant
from token_broker.languages.words import LANGUAGES, Words, read_words


def tell_authorized(name: str, grant: Grant) -> dict[str, str]:
    """Who authorized, as what, and until when it lasts."""
    return _in_every_language(
        lambda words: words.news["authorized"].format(
            name=name,
            account=grant.account_id,
            role=grant.role,
            entity=grant.entity,
            ends=words.in_utc(grant.expires_at),
        )
    )


def tell_consent_ending(name: str, grant: Grant, now: int) -> dict[str, str]:
    """When consent ends, what stops then, and what to do; `now` in epoch seconds."""
    return _in_every_language(
        lambda words: words.news["consent_ending"].format(
            name=name,
            account=grant.account_id,
            left=words.length(grant.expires_at - now),
            ends=words.in_utc(grant.expires_at),
        )
    )


def tell_by_certificate(name: str, account_id: str, certificate: Certificate) -> dict[str, str]:
    """By which certificate a connection gets tokens from now on."""
    return _in_every_language(
        lambda words: words.news["by_certificate"].format(
            name=name,
            account=account_id,
            certificate=certificate.certificate_id,
            ends=words.in_utc(certificate.valid_until),
        )
    )


def tell_certificate_ending(name: str, certificate: Certificate, now: int) -> dict[str, str]:
    """When a certificate ends, and what to do; `now` in epoch seconds."""
    return _in_every_language(
        lambda words: words.news["certificate_ending"].format(
            name=name,
            left=words.length(certificate.valid_until - now),
            ends=words.in_utc(certificate.valid_until),
        )
    )


def tell_new_certificate_refused(name: str, detail: str) -> dict[str, str]:
    """That a following certificate does not work, which stops nothing; `detail` is the English sentence of why."""
    return _in_every_language(lambda words: words.news["new_certificate_refused"].format(name=name, detail=detail))


def tell_trouble(
    name: str, account_id: str | None, code: str, detail: str, token: AccessToken | None, now: int
) -> dict[str, str]:
    """What is wrong, and until when the programs of the connection go on with the token they have.

    `detail` is the English sentence of the problem or error; `code` finds its words in the other languages.
    """

    def compose(words: Words) -> str:
        what = words.problems.get(code, words.problems["other"]).format(name=name, code=code, detail=detail)
        where = words.news["where"].format(name=name, account=account_id) if account_id else name
        return words.news["trouble"].format(where=where, what=what, stops=_what_stops(words, token, now))

    return _in_every_language(compose)


def _what_stops(words: Words, token: AccessToken | None, now: int) -> str:
    if token is None or token.expires_at <= now:
        return words.news["stopped"]
    return words.news["stops"].format(ends=words.in_utc(token.expires_at))


def _in_every_language(compose: Callable[[Words], str]) -> dict[str, str]:
    """Return the fields of an event's detail: `message`, and one more for each further language."""
    return {"message" if code == LANGUAGES[0] else f"message_{code}": compose(read_words(code)) for code in LANGUAGES}
