"""The public site's addresses; the same under a page's own host and under /pages/<slug>/."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from incidents.core.languages import SPOKEN
from publishing import asking, previewing, searching, unlocking, views
from publishing.subscriptions import browsing, entrances, managing, subscribing, webhooks

app_name = "publishing"

# What answers one reader alone is rendered anew each time, in the language of its address.
personal: list[URLPattern] = [
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscribe/webhook/", webhooks.subscribe_webhook, name="subscribe_webhook"),
    path("subscribe/slack/", entrances.subscribe_slack, name="subscribe_slack"),
    path("subscribe/sms/", entrances.subscribe_sms, name="subscribe_sms"),
    path("subscribe/push/", browsing.push, name="push"),
    path("subscriptions/confirm/<str:token>/", subscribing.confirm, name="confirm"),
    path("subscriptions/unsubscribe/<str:token>/", subscribing.leave, name="unsubscribe"),
    path("subscriptions/<str:token>/webhook/", webhooks.endpoint, name="webhook"),
    path("subscriptions/<str:token>/", managing.manage, name="manage"),
    path("subscriptions/<str:token>/export.json", managing.export, name="export"),
    path("subscriptions/<str:token>/key/", managing.renew, name="renew"),
    path("subscriptions/<str:token>/second/", managing.second, name="second_address"),
    path("subscriptions/<str:token>/erase/", managing.erase, name="erase"),
    path("unlock/", unlocking.unlock, name="unlock"),
    path("search/", searching.search, name="search"),
    path("incidents/<slug:public_id>/ask/", asking.ask, name="ask"),
    path("postmortems/preview/<slug:token>/", previewing.preview, name="preview"),
]

site: list[URLPattern | URLResolver] = [
    path("assets/<str:name>", views.asset, name="asset"),
    path("favicon.svg", views.asset, {"name": "favicon.svg"}, name="favicon"),
    *personal,
    re_path(rf"^(?P<language>{'|'.join(SPOKEN)})/", include(personal)),
    re_path(r"^(?P<path>.*)$", views.public, name="public"),
]

urlpatterns = [path("pages/<slug:slug>/", include(site)), *site]
