"""The web function: landing page, the POST that begins an attempt, the callback, result pages, health."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.shared.cookies import Cookie
from aws_lambda_powertools.utilities.typing import LambdaContext

from suitetoken.documents import Grant
from suitetoken.errors import InvalidSignedText, SignedTextExpired, SuiteTokenError
from suitetoken.shared_names import AUTHORIZE_PATH, CALLBACK_PATH
from suitetoken.signing.links import Result, sign_result, verify_result
from token_broker.authorization.authorize import begin_attempt, open_link
from token_broker.authorization.callback import complete
from token_broker.authorization.reply import AttemptRefused, Reply, Returned, recognize
from token_broker.authorization.speculation import is_speculative
from token_broker.authorization.way_back import find_way_back, keep_link
from token_broker.grants.mismatches import GrantMismatch
from token_broker.languages.words import choose_language
from token_broker.notices.crashes import tell_crash
from token_broker.notices.metrics import count, emit
from token_broker.pages import CONTENT_SECURITY_POLICY, Pages
from token_broker.pages.messages import BEGIN_AGAIN, STATUSES, message_of_error
from token_broker.runtime import Handler, Runtime, make_entry_point


def make_handler(runtime: Runtime) -> Handler:
    """Return the function's handler. Its event is an API Gateway HTTP API request, payload version 2.0."""
    site = Site(runtime)

    @runtime.logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, log_event=False)
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        try:
            return site.app.resolve(event, context)
        except Exception as error:  # noqa: BLE001 - an event that is not a request; the error's text may hold anything
            tell_crash(runtime.logger, runtime.settings.prefix, error)
            return _apologize_without_request()

    return cast(Handler, handle)


handler = make_entry_point(make_handler)
"""Lambda's entry point."""


class Site:
    """The routes over one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        """Wire the routes."""
        self._runtime = runtime
        self._broker = runtime.broker
        self._pages = Pages(runtime.settings.prefix)
        self.app = APIGatewayHttpResolver(debug=False)
        self.app.get(f"{AUTHORIZE_PATH}<link>")(self.show_landing)
        self.app.head(f"{AUTHORIZE_PATH}<link>")(self.show_landing)
        self.app.post(f"{AUTHORIZE_PATH}<link>")(self.begin)
        self.app.get(CALLBACK_PATH)(self.finish)
        self.app.get("/result/<result>")(self.show_result)
        self.app.get("/health")(self.show_health)
        self.app.exception_handler(SuiteTokenError)(self._explain)
        self.app.exception_handler(Exception)(self._apologize)
        self.app.not_found(self._show_not_found)

    def show_landing(self, link: str) -> Response[str]:
        """Show what a link asks. Nothing happens here, so mail scanners and previews may open it."""
        try:
            page = self._pages.landing(open_link(self._broker, link), self._language())
        except InvalidSignedText as error:
            return self._show(_outcome_of_link(error))
        return _html(200, page, referrer="same-origin")

    def begin(self, link: str) -> Response[str]:
        """Begin an attempt and send the browser to NetSuite; only our own page may ask for it."""
        if not self._is_from_our_page():
            return self._show("foreign_origin")
        try:
            attempt = begin_attempt(self._broker, link, self._language())
        except InvalidSignedText as error:
            return self._show(_outcome_of_link(error))
        kept = keep_link(self._runtime.settings, attempt.connection, link)
        return _redirect(attempt.location, [attempt.cookie, *kept])

    def finish(self) -> Response[str]:
        """Receive NetSuite's answer, and go on to a page whose address holds no code."""
        if is_speculative(self._header):
            return Response(204, body="", headers=_headers())
        query = self.app.current_event.raw_query_string or ""
        try:
            reply = Reply.from_parameters(parse_qs(query, keep_blank_values=True))
            returned = recognize(self._broker, reply, self._cookies())
        except (AttemptRefused, InvalidSignedText) as error:
            return self._lead_to(self._tell_refusal(error))
        with self._runtime.logger.append_context_keys(connection=returned.name):
            outcome, facts = self._complete(reply, returned)
        return self._lead_to(outcome, returned.name, facts, returned.state.language)

    def show_result(self, result: str) -> Response[str]:
        """Show how an attempt ended. The address holds the outcome, signed, and nothing that opens anything."""
        try:
            shown = verify_result(result, self._broker.state_keys.find, self._broker.now())
        except InvalidSignedText:
            return self._show("result_invalid")
        if shown.outcome not in STATUSES:  # signed by another version of this function than the one deployed now
            return self._show("result_invalid")
        about = {"connection": shown.connection} if shown.connection else {}
        begins_again = shown.connection and shown.outcome in BEGIN_AGAIN
        back = find_way_back(self._broker, shown.connection, self._cookies()) if begins_again else ""
        return self._show(shown.outcome, {**about, **shown.facts}, back)

    def show_health(self) -> Response[str]:
        """Say that the function runs and can read its signing key; nothing about connections."""
        self._broker.state_keys.signing_key()
        return Response(200, "application/json", '{"status": "ok"}', _headers())

    def _complete(self, reply: Reply, returned: Returned) -> tuple[str, Mapping[str, str]]:
        context = self.app.lambda_context
        try:
            grant = complete(self._broker, reply, returned, lambda: context.get_remaining_time_in_millis() / 1000)
        except AttemptRefused as error:
            outcome, facts = error.outcome, {}
        except SuiteTokenError as error:
            found = error.facts if isinstance(error, GrantMismatch) else {}
            outcome, facts = message_of_error(error.code), {**found, **self._reference()}
            self._runtime.logger.warning(str(error), error=error.code)
        else:
            outcome, facts = "authorized", _facts_of(grant)
        self._report(outcome)
        return outcome, facts

    def _lead_to(
        self, outcome: str, connection: str = "", facts: Mapping[str, str] | None = None, language: str = ""
    ) -> Response[str]:
        """Send the browser to the page of an outcome."""
        result = Result(outcome, connection, self._broker.seconds(), facts or {})
        address = f"/result/{sign_result(result, self._broker.state_keys.signing_key())}"
        return _redirect(f"{address}?lang={language}" if language else address)

    def _tell_refusal(self, error: SuiteTokenError) -> str:
        """Log an error that ends an attempt, or an attempt to make one, and return the outcome that it means."""
        outcome = error.outcome if isinstance(error, AttemptRefused) else message_of_error(error.code)
        self._runtime.logger.warning(str(error), error=error.code, outcome=outcome)
        return outcome

    def _explain(self, error: SuiteTokenError) -> Response[str]:
        """Show the page of an error that was met before the attempt was known to be ours."""
        outcome = self._tell_refusal(error)
        return self._show(outcome, self._reference() if STATUSES[outcome] >= 500 else {})

    def _apologize(self, error: Exception) -> Response[str]:
        """Show our own failure with a reference."""
        tell_crash(self._runtime.logger, self._runtime.settings.prefix, error)
        return self._show("internal", self._reference())

    def _show_not_found(self, error: NotFoundError) -> Response[str]:
        self._runtime.logger.info("no such page", status=error.status_code)
        path = self.app.current_event.path
        if path != CALLBACK_PATH and path.rstrip("/") == CALLBACK_PATH:
            return self._show("callback_slash", {"redirect_uri": self._runtime.settings.redirect_uri})
        return self._show("not_found")

    def _show(self, outcome: str, facts: Mapping[str, str] | None = None, back: str = "") -> Response[str]:
        return _html(STATUSES[outcome], self._pages.message(outcome, facts or {}, self._language(), back))

    def _report(self, outcome: str) -> None:
        self._runtime.logger.info("authorization", outcome=outcome)
        settings = self._runtime.settings
        emit(settings.prefix, [count("Authorizations", outcome=outcome)], basic=settings.basic_monitoring)

    def _reference(self) -> dict[str, str]:
        return {"reference": str(self.app.lambda_context.aws_request_id)}

    def _language(self) -> str:
        """The language of the address, else of the browser."""
        asked = (self.app.current_event.query_string_parameters or {}).get("lang", "")
        return choose_language(asked, self._header("accept-language"))

    def _header(self, name: str) -> str:
        return str(self.app.current_event.headers.get(name) or "")

    def _cookies(self) -> dict[str, str]:
        """Return the request's cookies. HTTP APIs list them beside the headers; function URLs and others may not."""
        listed = self.app.current_event.raw_event.get("cookies") or self._header("cookie").split(";")
        pairs = (cookie.partition("=") for cookie in listed)
        return {name.strip(): value.strip() for name, _, value in pairs}

    def _is_from_our_page(self) -> bool:
        """Whether the browser says so; a browser that says neither is told to be updated."""
        origin = self._header("origin")
        is_ours = bool(origin) and origin == self._runtime.settings.public_url
        return is_ours or self._header("sec-fetch-site") == "same-origin"


def _outcome_of_link(error: InvalidSignedText) -> str:
    return "link_expired" if isinstance(error, SignedTextExpired) else "link_invalid"


def _facts_of(grant: Grant) -> dict[str, str]:
    known = {"account": grant.account_id, "role": grant.role, "entity": grant.entity}
    return {name: value for name, value in known.items() if value} | {"consent_ends": str(grant.expires_at)}


def _headers(referrer: str = "no-referrer") -> dict[str, str | list[str]]:
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": referrer,
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Permitted-Cross-Domain-Policies": "none",
    }


def _apologize_without_request() -> dict[str, Any]:
    """Answer where the event is of a form that no page can be made for: only API Gateway is to make them."""
    headers = {"Content-Type": "text/plain; charset=utf-8", **_headers()}
    return {"statusCode": 500, "headers": headers, "body": "Internal error.", "isBase64Encoded": False}


def _html(status: int, page: str, referrer: str = "no-referrer") -> Response[str]:
    return Response(status, "text/html; charset=utf-8", page, _headers(referrer))


def _redirect(location: str, cookies: list[Cookie] | None = None) -> Response[str]:
    return Response(303, body="", headers=_headers() | {"Location": location}, cookies=cookies)
