"""Serves the built browser app: hashed assets for ever, index.html for every page route. Knows no page by name."""

import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from server.errors import NotFound

HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
NAMED_WITHIN = frozenset({"index.html", "build.json"})
"""Files that name the build's hash and therefore cannot be part of it."""
FOREVER = "public, max-age=31536000, immutable"
MISSING = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>和解</title><p>The browser app is not built: "
    "run <code>npm ci && npm run build</code> in <code>static/</code>."
)
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/wasm", ".wasm")


def build_hash(dist: Path) -> str:
    """SHA-256 over `<sha256>  <path>` lines of the build's files: which code is handed out. Empty without one."""
    if not (dist / "index.html").is_file():
        return ""
    total = hashlib.sha256()
    files = {path.relative_to(dist).as_posix(): path for path in dist.rglob("*") if path.is_file()}
    for name in sorted(files.keys() - NAMED_WITHIN):
        total.update(f"{hashlib.sha256(files[name].read_bytes()).hexdigest()}  {name}\n".encode())
    return total.hexdigest()


def handler(dist: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A catch-all GET handler for `/{path:.*}`."""
    root = dist.resolve()

    async def serve(request: web.Request) -> web.StreamResponse:
        name = request.match_info["path"]
        if name.startswith(("api/", "trust/", "socket.io")):
            raise NotFound
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.is_file():
            response = web.FileResponse(path)
            response.headers["Cache-Control"] = FOREVER if HASHED.search(name) else "no-cache"
            return response
        if "." in name.rsplit("/", 1)[-1]:
            raise NotFound  # a missing asset is not a page
        index = root / "index.html"
        if index.is_file():
            return web.FileResponse(index, headers={"Cache-Control": "no-cache"})
        return web.Response(text=MISSING, content_type="text/html", status=503)

    return serve
