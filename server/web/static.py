"""Serves the built browser app: hashed assets for ever, index.html for every page route. Knows no page by name."""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from server.errors import NotFound

HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
NAMED_WITHIN = frozenset({"index.html", "build.json"})
"""Files that name the build's hash and therefore cannot be part of it."""
SAVED = {"offline.html": "hejie-offline.html"}
"""Pages to keep, not to open here: their one script stands in them, which our own policy does not allow."""
FOREVER, AGAIN = "public, max-age=31536000, immutable", "no-cache"
TEXTS = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json",
    ".map": "application/json", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip
"""What is worth compressing, with its media type; all else goes out as it is."""
MISSING = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>和解</title><p>The browser app is not built: "
    "run <code>npm ci && npm run build</code> in <code>static/</code>."
)


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
    packed: dict[tuple[Path, int], tuple[bytes, bytes]] = {}

    async def serve(request: web.Request) -> web.StreamResponse:
        name = request.match_info["path"]
        if name.startswith(("api/", "trust/", "socket.io")):
            raise NotFound
        try:
            path = (root / name).resolve()
            found = path.is_relative_to(root) and path.is_file()
        except (OSError, ValueError):  # a name no file can have: too long, or with a zero byte
            raise NotFound from None
        if found:
            response = await send(request, path, FOREVER if HASHED.search(name) else AGAIN)
            if name in SAVED:
                response.headers["Content-Disposition"] = f'attachment; filename="{SAVED[name]}"'
            return response
        if "." in name.rsplit("/", 1)[-1]:
            raise NotFound  # a missing asset is not a page
        if (root / "index.html").is_file():
            return await send(request, root / "index.html", AGAIN)
        return web.Response(text=MISSING, content_type="text/html", status=503)

    async def send(request: web.Request, path: Path, caching: str) -> web.StreamResponse:
        headers = {"Cache-Control": caching}
        media_type = TEXTS.get(path.suffix)
        if media_type is None:
            return web.FileResponse(path, headers=headers)
        key = version_of(path)
        if key not in packed:
            packed[key] = await asyncio.to_thread(pack, path)
        plain, small = packed[key]
        headers["ETag"] = f'"{hashlib.sha256(plain).hexdigest()[:32]}"'
        headers["Vary"] = "Accept-Encoding"
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=small, headers=headers, content_type=media_type, charset="utf-8")
        return web.Response(body=plain, headers=headers, content_type=media_type, charset="utf-8")

    return serve


def version_of(path: Path) -> tuple[Path, int]:
    """A key that changes with the file."""
    return path, path.stat().st_mtime_ns


def pack(path: Path) -> tuple[bytes, bytes]:
    """The file, plain and compressed; blocking."""
    plain = path.read_bytes()
    return plain, gzip.compress(plain, 6, mtime=0)
