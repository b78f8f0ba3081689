"""Two workers and two beats, one worker an hour ahead of the other: each is told once."""

from contextlib import ExitStack

from proof import tools
from proof.broker import Broker
from proof.crowd import Crowd
from proof.verdict import NotProven, Verdict

READERS = 1000
PATIENCE = 150
AHEAD = "+1h"


def prove(verdict: Verdict) -> None:
    """Tell two updates with everything there twice; then two more with a wrong clock."""
    if not tools.REDIS.path:
        raise NotProven(tools.REDIS.install)
    count = verdict.count or READERS
    with ExitStack() as stack:
        crowd = _twins(stack, "twins", count)
        crowd.product.start_worker("twin")
        verdict.measured(f"two workers, two beats: {_tell(verdict, crowd)}")
    if not verdict.has(tools.FAKETIME, "a worker whose clock is an hour ahead"):
        return
    if not tools.postgres_answers():
        verdict.left_out("a worker whose clock is an hour ahead", tools.POSTGRES_HINT)
        return
    with ExitStack() as stack:
        crowd = _twins(stack, "askew", count)
        crowd.product.start_worker("twin", before=[tools.FAKETIME.path, "-f", AHEAD])
        verdict.measured(f"one of them an hour ahead: {_tell(verdict, crowd)}")


def _twins(stack: ExitStack, name: str, count: int) -> Crowd:
    crowd = Crowd(stack, name, count, REDIS_URL=Broker(stack).url)
    crowd.product.start()
    crowd.product.start_beat("second beat")
    return crowd


def _tell(verdict: Verdict, crowd: Crowd) -> str:
    for _ in range(2):
        crowd.tell()
        crowd.until_told(PATIENCE)
    return crowd.told_once(verdict)
