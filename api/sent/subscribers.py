"""What is sent about readers who are told."""

from api.sent import Sent, _example


class EndingSent(Sent):
    """Nothing more is needed."""

    model_config = _example()
