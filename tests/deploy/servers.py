"""The examples in deploy/ as an operator adapts them, running on loopback."""

import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from proof.process import Process
from proof.tools import CADDY, NGINX, root
from tests import services

DEPLOY = root() / "deploy"

# From a folder of its own, the published one, the application's port and its own, to a process.
type Server = Callable[[Path, Path, int, int], AbstractContextManager[Process]]

MAIN = """
{user}
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def nginx(
    folder: Path, published: Path, application: int, port: int
) -> AbstractContextManager[Process]:
    """nginx with deploy/nginx.conf, without certificates."""
    text = (DEPLOY / "nginx.conf").read_text()
    text = adapted(
        text[: text.index("server {\n    listen 80")],
        (r" *ssl_certificate.*\n", ""),
        (r" *listen \[::\].*\n", ""),
        (r"listen 443 ssl http2", f"listen 127.0.0.1:{port}"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{application}"),
        (r"/srv/candor/data/published", str(published)),
    )
    return _nginx(folder, text)


def nginx_in_container(
    folder: Path, published: Path, application: int, port: int
) -> AbstractContextManager[Process]:
    """nginx with the site of compose.full.yaml."""
    text = adapted(
        (DEPLOY / "nginx" / "container.conf").read_text(),
        (r"listen 80 ", f"listen 127.0.0.1:{port} "),
        (r"172\.31\.250\.20:8000", f"127.0.0.1:{application}"),
        (r"/data/published", str(published)),
    )
    return _nginx(folder, text)


def _nginx(folder: Path, site: str) -> Process:
    program = services.need(NGINX)
    write(folder, site)
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    return Process(command, log=folder / "log", cwd=folder)


def write(folder: Path, site: str) -> None:
    """Lay out what nginx reads: the site within a whole configuration, and what it includes."""
    folder.mkdir(exist_ok=True)
    for part in (DEPLOY / "nginx").iterdir():
        text = part.read_text().replace("/etc/nginx/candor", str(folder))
        (folder / part.name).write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    site = adapted(site, ("/etc/nginx/candor", str(folder)))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user, site=site))


def caddy(
    folder: Path, published: Path, application: int, port: int
) -> AbstractContextManager[Process]:
    """Caddy with deploy/Caddyfile, without certificates."""
    program = services.need(CADDY)
    folder.mkdir()
    local = "{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n"
    text = adapted(
        (DEPLOY / "Caddyfile").read_text(),
        (r"^(\w+\.example\.com) \{", rf"http://\1:{port} {{"),
    )
    (folder / "Caddyfile").write_text(local + text)
    places = {
        "DATA_DIR": str(published.parent),
        "APPLICATION": f"127.0.0.1:{application}",
        "AWAY": str(DEPLOY / "nginx"),
        "HOME": str(folder),
    }
    command = [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    return Process(command, log=folder / "log", cwd=folder, env=os.environ | places)


def adapted(text: str, *changes: tuple[str, str]) -> str:
    """Return the example with its names replaced; each has to be in it."""
    for pattern, wanted in changes:
        text, found = re.subn(pattern, wanted, text, flags=re.MULTILINE)
        assert found, pattern
    return text
