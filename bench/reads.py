"""Page reads: requests a second, as a ratio to nginx that serves the same bytes in the same run."""

import os
import re
import subprocess
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import requests

from proof import tools
from proof.process import Process
from proof.product import Product
from proof.waiting import answers, free_port, until

SECONDS: Final = 5
CONNECTIONS: Final = 64
CONF: Final = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/www;
        default_type text/html;
        gzip_static on;
        etag on;
    }}
}}
"""


def measure(product: Product) -> list[str]:
    """Return one line for the whole page and one for the unchanged page (304)."""
    absent = [tool for tool in (tools.NGINX, tools.WRK) if not tool.path]
    if absent:
        how = " and ".join(tool.install for tool in absent)
        return [f"page reads: limit not measurable: {how}"]
    with ExitStack() as stack:
        limit = _nginx(stack, product.url)
        return [
            _line("page reads", product.url, limit, {"Accept-Encoding": "gzip"}),
            _line("unchanged page (304)", product.url, limit, {}, conditional=True),
        ]


def _line(
    name: str, ours: str, limit: str, headers: dict[str, str], *, conditional: bool = False
) -> str:
    mine, best = (
        _requests_per_second(url, headers | (_unchanged(url) if conditional else {}))
        for url in (f"{ours}/", f"{limit}/index.html")
    )
    return f"{name}: {mine:,.0f} requests/s, {mine / best:.2f} of nginx ({best:,.0f})"


def _unchanged(url: str) -> dict[str, str]:
    answer = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=10)
    return {"If-None-Match": answer.headers.get("ETag", '""')}


def _requests_per_second(url: str, headers: dict[str, str]) -> float:
    load = ["-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [tools.WRK.path, *load, *given, url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed and "If-None-Match" not in headers:
        raise RuntimeError(f"{url} answered with errors: {printed}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    if not found:
        raise RuntimeError(printed)
    return float(found[1])


def _nginx(stack: ExitStack, url: str) -> str:
    folder, port = Path(mkdtemp(prefix="candor-nginx-")), free_port()
    (folder / "www").mkdir()
    for name, coding in (("index.html", "identity"), ("index.html.gz", "gzip")):
        answer = requests.get(url, headers={"Accept-Encoding": coding}, stream=True, timeout=10)
        if answer.headers.get("Content-Encoding", "identity") == coding:
            (folder / "www" / name).write_bytes(answer.raw.read())
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port, user=user))
    command = [tools.NGINX.path, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    log = folder / "start.log"
    stack.enter_context(Process([*command, "-g", "daemon off;"], log=log, cwd=folder))
    limit = f"http://127.0.0.1:{port}"
    until(lambda: answers(limit), 10, f"nginx answers (see {folder})")
    return limit
