"""Where the authorization server answers: its own views, and the log-in page that Django brings along."""

from django.contrib import admin
from django.urls import path
from oauth2_provider.views import AuthorizationView, RevokeTokenView, TokenView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("authorize", AuthorizationView.as_view(), name="authorize"),
    path("token", TokenView.as_view(), name="token"),
    path("revoke", RevokeTokenView.as_view(), name="revoke"),
]
