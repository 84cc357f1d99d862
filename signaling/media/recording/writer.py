"""Writes a recording beside the event loop: a thread and a short queue. Never waits for the disk, never hides that it
could not write."""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO, Literal

from .chunks import Head, Sealer

log = logging.getLogger(__name__)
Trouble = Literal["disk_full", "write_failed", "too_slow"]
MOST = 32 * 1024 * 1024
"""Bytes that may wait for the disk."""
PATIENCE = 4.0
"""Seconds one of them may wait."""
SYNC_EVERY = 1.0
"""Seconds after which what was written is made to last, however much more waits."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Writer:
    """`file` is raw, at its beginning, and the writer's to close. `on_failure` is called once, on the thread."""

    def __init__(self, file: IO[bytes], sealer: Sealer, on_failure: Callable[[Trouble], None]) -> None:
        self._file, self._sealer, self._on_failure = file, sealer, on_failure
        self._queue: SimpleQueue[tuple[int, bytes, float] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0
        self._oldest = self._synced = 0.0
        self.head: Head = sealer.head
        """What has safely reached the disk."""
        self.trouble: Trouble | None = None
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def put(self, track: int, content: bytes) -> bool:
        """One chunk to be sealed and written; False when too much waits already, or after a failure."""
        with self._lock:
            if self.trouble is not None or self._waiting + len(content) > MOST:
                return False
            self._waiting += len(content)
        self._queue.put((track, content, time.monotonic()))
        return True

    @property
    def late(self) -> bool:
        """A chunk has been waiting too long for the disk."""
        oldest = self._oldest
        return bool(oldest) and time.monotonic() - oldest > PATIENCE

    def close(self, patience: float) -> bool:
        """All that waits is written, the file closed; False when the disk still hangs after `patience`. Blocking."""
        self._queue.put(None)
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._oldest = time.monotonic()
            self._write(self._sealer.line)
            self._sync()
            while (job := self._next()) is not None:
                track, content, self._oldest = job
                self._write(self._sealer.seal(track, content))
                with self._lock:
                    self._waiting -= len(content)
                if self._queue.empty() or time.monotonic() - self._synced > SYNC_EVERY:
                    self._sync()
            self._sync()
        except Exception as error:  # whatever it is: a thread that ends in silence would look like a recording
            log.exception("recording.not_written", extra={"error": type(error).__name__})
            full = isinstance(error, OSError) and error.errno in FULL
            self.trouble = "disk_full" if full else "write_failed"
            self._on_failure(self.trouble)
        finally:
            self._oldest = 0.0
            self._file.close()

    def _next(self) -> tuple[int, bytes, float] | None:
        self._oldest = 0.0
        return self._queue.get()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _sync(self) -> None:
        os.fdatasync(self._file.fileno())
        self._synced = time.monotonic()
        self.head = self._sealer.head
