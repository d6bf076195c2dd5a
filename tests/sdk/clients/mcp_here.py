"""Runs `fattureincloud-mcp` as it is, against the address in MASTRO: only the default host of its SDK is another."""

import asyncio
import os
from functools import partialmethod

import fattureincloud_python_sdk as sdk

sdk.Configuration.__init__ = partialmethod(sdk.Configuration.__init__, host=os.environ["MASTRO"])  # type: ignore[assignment]

import server  # noqa: E402  (it makes its client when it is imported)  # type: ignore[import-not-found]

asyncio.run(server.main())
