"""Charts of measurements: drawn by the server, with a table for whoever cannot see them."""

from datetime import datetime

from incidents.models import Component, Page
from publishing.charts import Chart


def of_page(page: Page, at: datetime) -> list[Chart]:
    """The last day of every metric that is shown."""
    return []


def of_component(component: Component, at: datetime) -> list[list[Chart]]:
    """Day, week and month of every metric of a component."""
    return []
