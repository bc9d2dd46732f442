"""What stands around every request: its number, its log line and figures, limits of size and rate, and doing things once."""

from __future__ import annotations

from fastapi import FastAPI

from tanheng.api.around.once import Once
from tanheng.api.around.rates import Rates
from tanheng.api.around.sizes import Sizes
from tanheng.api.around.watching import Watching


def install(app: FastAPI) -> None:
    """Put the layers around an application; the last one added is the outermost."""
    configuration = app.state.platform.configuration
    app.add_middleware(Once, largest=configuration.body_limit)
    app.add_middleware(Sizes, body=configuration.body_limit, upload=configuration.upload_limit)
    app.add_middleware(Rates, per_minute=configuration.requests_per_minute)
    app.add_middleware(Watching)
