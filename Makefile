# Candor's doors. GNU make 3.81 or later and Python 3.12 or later are all that is needed.
SHELL  := /bin/sh
RUNS   := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))
PYTHON ?= $(shell for p in python3.13 python3.14 python3.12 python3; do \
            if "$$p" -c '$(RUNS)' >/dev/null 2>&1; then echo "$$p"; break; fi; done)
BIN    := .venv/bin
PY     := $(BIN)/python
PIP    := $(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps
LOCK   := $(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
          --python-version 3.12 --no-header
# Tests start many processes, and each would compile what it reads; the tree stays clean.
KEPT   := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/.tmp/bytecode"
ARGS   ?=
ONLY   ?=
N      ?=

.PHONY: demo test check bench proof lock

# A filled status page on this machine, with its address and a generated sign-in.
demo: .venv/.run
	@exec $(PY) manage.py demo --serve

# The tests, on SQLite; they follow DATABASE_URL and REDIS_URL when those are set.
test: .venv/.dev
	@$(KEPT) $(PY) -m pytest -n auto $(ARGS)

# Everything that has to hold before a change goes in, on SQLite and on PostgreSQL.
check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(BIN)/djlint templates --lint --quiet
	$(KEPT) $(PY) -m proof.databases

# How fast an update is public and told, and page reads beside nginx serving the same bytes.
bench: .venv/.dev
	@$(PY) -m bench $(ARGS)

# The promises, each as a named case with one verdict line: make proof ONLY=told N=3
proof: .venv/.dev
	@ONLY="$(ONLY)" N="$(N)" $(PY) -m proof

# The exact versions with their hashes, anew from pyproject.toml; UPGRADE=1 takes newer ones.
lock: .venv/.dev
	$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --constraint requirements.txt \
	    --output-file requirements-dev.txt

.venv/.run: requirements.txt $(BIN)/pip
	@echo "Installing what Candor runs on into .venv ..."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt $(BIN)/pip
	@echo "Installing what Candor runs on and its tools into .venv ..."
	@$(PIP) -r requirements-dev.txt
	@touch .venv/.run $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Candor needs Python 3.12 or later with its venv module," \
	    "and none runs here. Debian, Ubuntu: apt install python3 python3-venv;" \
	    "Fedora: dnf install python3; macOS: brew install python@3.13;" \
	    "or name one: make PYTHON=/path/to/python3.13" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@
