"""A slow line: a TCP proxy that holds every byte back for a while in both directions, in order."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Link:
    """Listens on a free port of this machine and passes on to port `target`, `delay` seconds later each way."""

    def __init__(self, delay: float) -> None:
        self.target, self._delay = 0, delay
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self._delay)  # the handshake of TCP takes one way there and one back
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        loop = asyncio.get_running_loop()
        for source, sink in ((reader, back), (there, writer)):
            task = loop.create_task(self._pass_on(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while data := await source.read(65536):
                loop.call_later(self._delay, self._write, sink, data)
        loop.call_later(self._delay, sink.close)

    @staticmethod
    def _write(sink: asyncio.StreamWriter, data: bytes) -> None:
        if not sink.is_closing():
            sink.write(data)

    async def close(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
