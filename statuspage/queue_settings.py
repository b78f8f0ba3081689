"""Celery's settings. A lost message costs seconds: the sweep finds what the record still owes."""

from kombu.entity import Queue

from notifications.lanes import LANES
from statuspage import env

redis_url = env.broker("REDIS_URL")

broker_url = redis_url or "memory://localhost"
result_backend = None
task_ignore_result = True
timezone = "UTC"

# What looks for work and turns the hands of the clock: no sender ever stands in its way.
task_default_queue = "clock"
task_queues = [Queue(lane) for lane in LANES]  # type: ignore[no-untyped-call]
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_send_task_events = False
worker_cancel_long_running_tasks_on_connection_loss = True
broker_connection_retry_on_startup = True
# For good, every other second: who gave up would have to be started again by somebody.
broker_connection_max_retries = None
broker_pool_limit = 4

# Nothing in a request may wait for the broker: one try, one second.
task_publish_retry = False
broker_transport_options = (
    {
        "socket_timeout": 1.0,
        "socket_connect_timeout": 1.0,
        "retry_on_timeout": False,
        "max_retries": 0,
    }
    if redis_url
    else {"polling_interval": 0.05}
)

beat_schedule = {
    "sweep": {"task": "notifications.sweep", "schedule": 2.0, "options": {"expires": 4.0}},
    "mirrors": {
        "task": "notifications.read_mirrors",
        "schedule": 10.0,
        "options": {"expires": 20.0, "queue": "jobs"},
    },
    "clock": {"task": "statuspage.clock", "schedule": 5.0, "options": {"expires": 10.0}},
}
