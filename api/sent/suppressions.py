"""What is sent about addresses that are left alone."""

from api.sent import Sent, _example


class LiftingSent(Sent):
    """Nothing more is needed."""

    model_config = _example()
