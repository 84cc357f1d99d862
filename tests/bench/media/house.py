"""Our own server in a process: `MediaPlane` as the room uses it, ruled by JSON lines.

One line in, one line out: {"people": [bool...]} makes a room (true: publishes) and returns its offers; {"answers":
[[peer, n, sdp]...]} takes the answers; {"health": 1} tells what was refused and dropped; end of input ends it.
"""

import asyncio
import json
import sys
from typing import Any

from signaling.media import Mark, MediaOptions, MediaPlane, Peer


class Silent:
    """A room that needs no news."""

    def on_connected(self) -> None: ...
    def on_disconnected(self) -> None: ...
    def on_needs_offer(self) -> None: ...


class House:
    def __init__(self, plane: MediaPlane) -> None:
        self.plane = plane
        self.peers: list[Peer] = []
        self.rooms = 0

    async def do(self, order: dict[str, Any]) -> Any:
        if people := order.get("people"):
            return self.room(people)
        if answers := order.get("answers"):
            for peer, n, sdp in answers:
                await self.peers[peer].answer(n, sdp)
            return len(answers)
        return {"dropped": self.plane.dropped, "strays": self.plane.strays}

    def room(self, people: list[bool]) -> Any:
        self.rooms += 1
        first = len(self.peers)
        fresh = {f"{self.rooms}.{at}": self.plane.add_peer(f"{self.rooms}.{at}", Silent()) for at in range(len(people))}
        self.peers += fresh.values()
        talking = {name: peer for (name, peer), sends in zip(fresh.items(), people, strict=True) if sends}
        offers = []
        for at, (name, peer) in enumerate(fresh.items()):
            peer.listen({other: source for other, source in talking.items() if other != name})
            if name in talking:
                peer.use_set("A", Mark(f"room {self.rooms}", 1))
            offer = peer.offer()
            offers.append([first + at, offer.n, offer.sdp, offer.sets["A"]])
        return offers


async def main() -> None:
    house = House(await MediaPlane.open(MediaOptions()))
    lines = asyncio.StreamReader(limit=1 << 26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        print(json.dumps(await house.do(json.loads(line))), flush=True)
    await house.plane.close()


if __name__ == "__main__":
    asyncio.run(main())
