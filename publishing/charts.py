"""One line over time as SVG."""


class Chart:
    """Soon."""
