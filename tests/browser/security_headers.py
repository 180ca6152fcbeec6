"""What the strictest public graders of a site ask of every response: headers, policy for content, cookies."""

from __future__ import annotations

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""The landing page alone has `same-origin` for its referrer: its form must say where it comes from."""
_POLICY = {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'"}


def allows_one_style_only(policy: str) -> bool:
    """Whether a Content-Security-Policy allows one style sheet, by its hash, and nothing else at all."""
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    return parts.pop("style-src").startswith("'sha256-") and parts == _POLICY


def is_bound_to_this_host(cookie: str) -> bool:
    """Whether a cookie is for this very host, over TLS, for no script and no other site's form."""
    return cookie.startswith("__Host-") and "Path=/" in cookie.split("; ") and _is_kept_here(cookie)


def is_bound_to_results(cookie: str) -> bool:
    """Whether a cookie is for the result pages of this very host, over TLS, for no script and no other site's form."""
    return cookie.startswith("__Secure-") and "Path=/result" in cookie.split("; ") and _is_kept_here(cookie)


def _is_kept_here(cookie: str) -> bool:
    _, *attributes = cookie.split("; ")
    elsewhere = any(each.startswith("Domain") for each in attributes)
    return {"Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes) and not elsewhere
