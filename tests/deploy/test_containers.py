"""The container files say what is so: what they name exists, and nothing in them is let loose."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from notifications.lanes import LANES
from proof.process import Process
from proof.tools import root
from proof.waiting import answers, free_port, until
from tests import ready
from tests.house import tree
from tests.sinks.http import HttpSink, Reply

DEPLOY = root() / "deploy"
FILES = ["compose.yaml", "compose.full.yaml"]
OF_DJANGO = {"migrate", "check", "shell"}
SECRET = re.compile(r"KEY|PASSWORD|SECRET|DATABASE_URL|EMAIL_URL")


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions in order, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line)]


def copied() -> list[str]:
    """Return what is copied out of the checkout."""
    return [
        rest.split()[0].rstrip("/")
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
    ]


def services() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Return each service of each compose file."""
    for file in FILES:
        for name, service in composed(file)["services"].items():
            yield file, name, service


class Strict(yaml.SafeLoader):
    """Refuses what stands twice, as compose does; PyYAML would take the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _value in node.value if key.value != "<<"]
        if twice := {name for name in names if names.count(name) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"{twice}, twice", node.start_mark)
        return dict(super().construct_mapping(node, deep))


def composed(file: str) -> dict[str, Any]:
    """Return a compose file as it is read."""
    return dict(yaml.load((DEPLOY / file).read_text(), Strict))


ALL = [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in services()]
each_service = pytest.mark.parametrize(("file", "name", "service"), ALL)


def test_every_image_has_a_version() -> None:
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    images = bases + [service["image"] for _file, _name, service in services()]
    assert [image for image in images if not re.search(r":(?!latest$)[\w.-]+$", image)] == []


def test_the_container_runs_as_nobody_in_particular() -> None:
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users == ["10001:10001"]
    words = [word for word, _rest in instructions()]
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in {"RUN", "COPY"})


def test_packages_are_installed_by_their_hashes_and_no_tool_stays() -> None:
    runs = [rest for word, rest in instructions() if word == "RUN"]
    assert "--require-hashes" in runs[0]
    assert "uninstall --yes pip" in runs[1]
    assert not any("apt-get install" in run and "lists/*" not in run for run in runs)


def test_no_secret_is_built_in() -> None:
    given = [rest for word, rest in instructions() if word in {"ENV", "ARG", "LABEL"}]
    assert not any(SECRET.search(rest) for rest in given)


def test_whatever_is_copied_is_let_through_and_nothing_else() -> None:
    lines = (root() / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == set(copied())
    assert {*tree.FLOORS, "templates", "static", "locale", "manage.py"} < set(copied())
    assert "**/.*" in rules


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """What the image holds, laid out as in it."""
    for name in copied():
        source, goal = root() / name, tmp_path / "srv" / name
        if source.is_dir():
            shutil.copytree(source, goal, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            goal.parent.mkdir(exist_ok=True)
            shutil.copy(source, goal)
    return tmp_path / "srv"


@pytest.mark.slow
def test_what_the_image_holds_is_all_that_it_takes_to_serve(
    django_db_setup: None, image: Path, tmp_path: Path
) -> None:
    port, data = free_port(), tmp_path / "data"
    ready.spare(data)
    environment = tree.environment(
        DATA_DIR=str(data), PORT=str(port), PYTHONDONTWRITEBYTECODE="1", PUBLISH_TO=""
    )
    migrate = [sys.executable, "manage.py", "migrate", "--noinput"]
    subprocess.run(migrate, cwd=image, env=environment, check=True, capture_output=True)
    before = set(image.rglob("*"))
    command = json.loads(next(rest for word, rest in instructions() if word == "CMD"))
    command = [sys.executable, *command[1:-1], "127.0.0.1"]
    with Process(command, log=tmp_path / "log", cwd=image, env=environment):
        until(lambda: answers(f"http://127.0.0.1:{port}/livez"), 60, f"it serves ({tmp_path})")
        assert probed(port) == 0
    # The root of its file system may be read-only: everything is kept in DATA_DIR.
    assert set(image.rglob("*")) == before


def probed(port: int) -> int:
    """Ask as the HEALTHCHECK does; its exit code."""
    (line,) = (rest for word, rest in instructions() if word == "HEALTHCHECK")
    command = json.loads(line.partition("CMD ")[2])
    asked = [sys.executable, *command[1:]]
    environment = tree.environment(PORT=str(port))
    return subprocess.run(asked, env=environment, check=False, stderr=subprocess.DEVNULL).returncode


def test_the_healthcheck_knows_life_from_death() -> None:
    with HttpSink() as sink:
        sink.reply = lambda _entry: Reply(200)
        assert probed(sink.port) == 0
        assert [each["path"] for each in sink.entries] == ["/livez"]
        sink.reply = lambda _entry: Reply(503)
        assert probed(sink.port) == 1
    assert probed(free_port()) == 1


@each_service
def test_what_a_service_names_exists(file: str, name: str, service: dict[str, Any]) -> None:
    whole = composed(file)
    if build := service.get("build"):
        assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    for kind in ("secrets", "networks"):
        assert set(service.get(kind, ())) <= whole.get(kind, {}).keys()
    assert set(service.get("depends_on", ())) <= whole["services"].keys()
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert (DEPLOY / source).exists() if source.startswith(".") else source in whole["volumes"]


@each_service
def test_what_others_wait_for_can_come_about(file: str, name: str, service: dict[str, Any]) -> None:
    others = composed(file)["services"]
    for other, how in service.get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "test" in others[other]["healthcheck"]
        if how["condition"] == "service_completed_successfully":
            assert others[other]["restart"] == "no"


@each_service
def test_settings_are_ones_that_are_read(file: str, name: str, service: dict[str, Any]) -> None:
    if service["image"] != "candor:local":
        return
    known = tree.settings_read() | {f"{each}_FILE" for each in tree.settings_read()}
    assert set(service["environment"]) <= known


@each_service
def test_secrets_come_from_files(file: str, name: str, service: dict[str, Any]) -> None:
    for variable, value in service.get("environment", {}).items():
        if variable.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in service["secrets"]
        elif SECRET.search(variable):
            assert value == "${EMAIL_URL:-keep:}"


@each_service
def test_commands_are_ones_that_there_are(file: str, name: str, service: dict[str, Any]) -> None:
    command = service.get("command", [])
    text = " ".join(command)
    for asked in re.findall(r"manage\.py (\w+)", text):
        assert asked in tree.commands() | OF_DJANGO
    if command[:1] == ["celery"]:
        assert command[2] == "statuspage"
        assert command[3] in {"worker", "beat"}


@each_service
def test_nothing_is_let_loose(file: str, name: str, service: dict[str, Any]) -> None:
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert "network_mode" not in service
    assert not any("docker.sock" in volume for volume in service.get("volumes", ()))
    if name != "database":
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_each_lane_has_a_sender() -> None:
    lanes = [
        service["command"][-1]
        for service in composed("compose.full.yaml")["services"].values()
        if "worker" in service.get("command", [])
    ]
    assert sorted(lanes) == sorted(LANES)


def test_nginx_reads_what_the_web_container_publishes_and_knows_where_it_is() -> None:
    whole = composed("compose.full.yaml")["services"]
    web, nginx = whole["web"], whole["nginx"]
    assert "published:/data/published" in web["volumes"]
    assert "published:/data/published:ro" in nginx["volumes"]
    site = (DEPLOY / "nginx" / "container.conf").read_text()
    assert "root /data/published;" in site
    assert f"server {web['networks']['outside']['ipv4_address']}:8000;" in site
    assert web["environment"]["TRUSTED_PROXIES"].startswith(
        nginx["networks"]["outside"]["ipv4_address"]
    )
    assert "data:/data" not in nginx["volumes"]
