"""A published folder served by nginx, as deploy/nginx.conf does it, for proofs and benchmarks."""

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

from proof import tools
from proof.process import Process
from proof.waiting import answers, free_port, until

CONF = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    types {{
        text/html html; application/json json; application/atom+xml atom; text/css css;
        text/javascript js; image/svg+xml svg;
    }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        index index.html;
        gzip_static on;
        etag on;
    }}
}}
"""


def served_by_nginx(stack: ExitStack, root: Path) -> str:
    """Serve a folder until `stack` ends; returns the address. Needs `tools.NGINX`."""
    folder, port = Path(mkdtemp(prefix="candor-nginx-")), free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(CONF.format(folder=folder, port=port, user=user, root=root))
    command = [tools.NGINX.path, "-p", str(folder), "-c", str(conf), "-g", "daemon off;"]
    stack.enter_context(Process(command, log=folder / "start.log", cwd=folder))
    url = f"http://127.0.0.1:{port}"
    until(lambda: answers(url), 10, f"nginx answers (see {folder})")
    return url
