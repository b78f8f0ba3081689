"""Webhooks: signed posts of 2 kB a second, beside wrk on the same nginx in the same run."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Final, NamedTuple

from bench.silence import silence
from proof import tools
from proof.certificates import Papers, papers
from proof.process import Process
from proof.product import Product, own_database
from proof.waiting import answers, free_port, until

HOSTS: Final = [f"127.0.0.{number}" for number in range(1, 33)]
ROUNDS: Final = 3
SECONDS: Final = 2
HANG: Final = 5.0
POSTS: Final = 2000
# As many processes as the lane has where it is deployed.
SENDERS: Final = 2
CONF: Final = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 100000000;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_session_tickets off;
    ssl_session_cache off;
    server {{ {kept} location / {{ return 204; }} }}
    server {{ {fresh} keepalive_timeout 0; location / {{ return 204; }} }}
    server {{ {secure} keepalive_timeout 0; location / {{ return 204; }} }}
}}
"""
LUA: Final = """
wrk.method = "POST"
wrk.body = string.rep("x", 2048)
wrk.headers["Content-Type"] = "application/json"
"""


class Kind(NamedTuple):
    """One way to connect, with the ratio to wrk that we mean to reach."""

    name: str
    scheme: str
    port: int
    posts: int
    goal: float


def measure() -> Iterator[str]:
    """Return a line a figure, each beside its limit."""
    absent = [tool for tool in (tools.NGINX, tools.WRK) if not tool.path]
    if absent:
        how = " and ".join(tool.install for tool in absent)
        yield f"webhooks: limit not measurable: {how}"
        return
    with ExitStack() as stack:
        folder = Path(mkdtemp(prefix="candor-webhooks-"))
        trusted = papers(folder, HOSTS)
        kept, fresh, secure = (free_port() for _ in range(3))
        _serve(stack, folder, trusted, kept, fresh, secure)
        product = _product(stack, trusted)
        for kind in (
            Kind("kept connections", "http", kept, 60_000, 0.25),
            Kind("a connection each", "http", fresh, 20_000, 0.5),
            Kind("a verified TLS connection each", "https", secure, 3000, 0.2),
        ):
            yield _beside(product, folder, kind)
        yield _with_trouble(product, kept)


def _product(stack: ExitStack, trusted: Papers) -> Product:
    settings = {"OUTBOUND_AUTHORITIES": str(trusted.authority)}
    if tools.postgres_answers():
        settings["DATABASE_URL"] = own_database(stack, "webhooks")
    product = stack.enter_context(Product("webhooks", **settings))
    product.seed()
    return product


def _beside(product: Product, folder: Path, kind: Kind) -> str:
    """Both in turns, so that a noisy neighbour hits both; the middle of the ratios counts."""
    pairs = []
    for _ in range(ROUNDS):
        best = _wrk(folder, f"{kind.scheme}://{HOSTS[0]}:{kind.port}/")
        pairs.append((kind.posts / _post(product, kind.scheme, kind.port, kind.posts), best))
    ratio = median(mine / best for mine, best in pairs)
    mine, best = sorted(pairs)[ROUNDS // 2]
    return (
        f"webhooks, {kind.name} (goal {kind.goal}): {mine:,.0f} posts/s, signed, "
        f"{ratio:.2f} of wrk ({best:,.0f})"
    )


def _post(product: Product, scheme: str, port: int, count: int) -> float:
    """How long our own sender takes for so many."""
    where = f"{scheme}:{port}:{','.join(HOSTS)}"
    return float(product.python("-m", "bench.posting", where, str(count), str(SENDERS)))


def _with_trouble(product: Product, port: int) -> str:
    """Five of a hundred hang, five refuse: nobody else waits for them."""
    hanging = [f"127.0.1.{number}" for number in range(1, 101)]
    refusing = [f"127.0.2.{number}" for number in range(1, 101)]
    well = [HOSTS[number % len(HOSTS)] for number in range(POSTS - 200)]
    with silence(hanging, port, HANG):
        hosts = ",".join(_mixed(well, hanging, refusing))
        argument = f"http:{port}:{hosts}"
        seconds = float(product.python("-m", "bench.posting", argument, str(POSTS), str(SENDERS)))
    return (
        f"webhooks, {POSTS:,} of which 5 % hang for {HANG:g} s and 5 % refuse (goal 1.1): "
        f"{seconds:.2f} s, {seconds / HANG:.2f} times the hang"
    )


def _mixed(well: list[str], hanging: list[str], refusing: list[str]) -> list[str]:
    """Eighteen that answer, one that hangs, one that refuses, and so on."""
    return [
        host
        for number in range(len(hanging))
        for host in (*well[number * 18 : number * 18 + 18], hanging[number], refusing[number])
    ]


def _wrk(folder: Path, url: str) -> float:
    script = folder / "post.lua"
    script.write_text(LUA)
    command = [tools.WRK.path, "-t1", "-c64", f"-d{SECONDS}s", "-s", str(script), url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    if not found or "Non-2xx" in printed:
        raise RuntimeError(printed)
    return float(found[1])


def _serve(
    stack: ExitStack, folder: Path, shown: Papers, kept: int, fresh: int, secure: int
) -> None:
    conf = folder / "nginx.conf"
    conf.write_text(
        CONF.format(
            folder=folder,
            user="user root;" if os.geteuid() == 0 else "",
            certificate=shown.certificate,
            key=shown.key,
            kept=_listens(kept),
            fresh=_listens(fresh),
            secure=_listens(secure, " ssl"),
        )
    )
    command = [tools.NGINX.path, "-p", str(folder), "-c", str(conf), "-g", "daemon off;"]
    stack.enter_context(Process(command, log=folder / "start.log", cwd=folder))
    until(lambda: answers(f"http://{HOSTS[0]}:{kept}/"), 10, f"nginx answers (see {folder})")


def _listens(port: int, more: str = "") -> str:
    return " ".join(f"listen {host}:{port}{more} backlog=4096;" for host in HOSTS)
