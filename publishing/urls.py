"""The public site's addresses; the same under a page's own host and under /pages/<slug>/."""

from django.urls import include, path, re_path

from publishing import asking, previewing, searching, subscribing, views

app_name = "publishing"

site = [
    path("assets/<str:name>", views.asset, name="asset"),
    path("favicon.svg", views.asset, {"name": "favicon.svg"}, name="favicon"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscriptions/confirm/<str:token>/", subscribing.confirm, name="confirm"),
    path("subscriptions/unsubscribe/<str:token>/", subscribing.leave, name="unsubscribe"),
    path("subscriptions/<str:token>/", subscribing.manage, name="manage"),
    path("search/", searching.search, name="search"),
    path("incidents/<slug:public_id>/ask/", asking.ask, name="ask"),
    path("postmortems/preview/<slug:token>/", previewing.preview, name="preview"),
    re_path(r"^(?P<path>.*)$", views.public, name="public"),
]

urlpatterns = [path("pages/<slug:slug>/", include(site)), *site]
