"""The public site's addresses; the same under a page's own host and under /pages/<slug>/."""

from django.urls import include, path, re_path

from publishing import subscribing, views

app_name = "publishing"

site = [
    path("assets/<str:name>", views.asset, name="asset"),
    path("favicon.svg", views.asset, {"name": "favicon.svg"}, name="favicon"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscriptions/confirm/<str:token>/", subscribing.confirm, name="confirm"),
    path("subscriptions/unsubscribe/<str:token>/", subscribing.leave, name="unsubscribe"),
    path("subscriptions/<str:token>/", subscribing.manage, name="manage"),
    re_path(r"^(?P<path>.*)$", views.public, name="public"),
]

urlpatterns = [path("pages/<slug:slug>/", include(site)), *site]
