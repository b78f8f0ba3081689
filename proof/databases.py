"""The whole test suite, once on SQLite and once on PostgreSQL: the end of `make check`."""

import os
import subprocess
import sys

from proof import tools

# What asks the tree or a whole site of its own, whatever database the tests run on.
ONCE = ("--ignore=tests/house", "--ignore=tests/browser")


def main() -> int:
    """Run the tests on each database that can be had; 0 when all of them passed."""
    codes = [_tests("SQLite", "")]
    if tools.postgres_answers():
        codes.append(_tests("PostgreSQL", tools.POSTGRES_URL, *ONCE))
    else:
        print(f"PostgreSQL: NOT PROVEN: {tools.POSTGRES_HINT}", file=sys.stderr)
        codes.append(1 if tools.in_ci() else 0)
    return max(codes)


def _tests(name: str, url: str, *more: str) -> int:
    print(f"Tests on {name}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", *more]
    return abs(subprocess.run(command, env=environment, check=False).returncode)


if __name__ == "__main__":
    sys.exit(main())
