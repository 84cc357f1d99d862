// Runs before the page's own code: keeps every peer connection and, ten times a second, what was really decoded of whom.
// A row: time (Unix seconds), person, kind, and counters that only grow, summed over all connections of this page.
(() => {
  if (window !== window.top) {
    const Inner = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Inner {
      constructor(...args) {
        super(...args);
        window.top.__lab.connections.push(this);
      }
    };
    return;
  }
  const EVERY_MS = 100;
  const rows = [];
  const connections = [];
  const last = new Map(); // connection and stream -> its newest counters: a closed connection keeps what it had
  const people = new Map(); // mid -> person, from the newest offer of the room
  window.__lab = { rows, connections, who: (mid) => people.get(mid) ?? '' };

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', (event) => {
        if (typeof event.data !== 'string' || !event.data.startsWith('42/room,["offer"')) return;
        const offer = JSON.parse(event.data.slice('42/room,'.length))[1];
        people.clear();
        for (const source of offer.sources ?? []) people.set(source.mid, source.person);
      });
    }
  };

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  async function sample() {
    const now = (performance.timeOrigin + performance.now()) / 1000;
    for (const [index, connection] of connections.entries()) {
      if (connection.signalingState === 'closed') continue;
      for (const [id, one] of await connection.getStats()) {
        if (one.type !== 'inbound-rtp') continue;
        last.set(`${index} ${id}`, {
          person: window.__lab.who(one.mid, connection), kind: one.kind,
          decoded: one.framesDecoded ?? 0, freezes: one.freezeCount ?? 0, frozen: one.totalFreezesDuration ?? 0,
          concealed: one.concealedSamples ?? 0, silent: one.silentConcealedSamples ?? 0, samples: one.totalSamplesReceived ?? 0,
          packets: one.packetsReceived ?? 0, lost: one.packetsLost ?? 0, bytes: one.bytesReceived ?? 0,
          height: one.frameHeight ?? 0,
        });
      }
    }
    const sums = new Map();
    for (const { person, kind, height, ...counters } of last.values()) {
      const sum = sums.get(`${person} ${kind}`) ?? { t: now, person, kind, height: 0 };
      for (const [name, value] of Object.entries(counters)) sum[name] = (sum[name] ?? 0) + value;
      sum.height = Math.max(sum.height, height);
      sums.set(`${person} ${kind}`, sum);
    }
    rows.push(...sums.values());
  }
  (async () => {
    for (;;) {
      await sample().catch(() => undefined);
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  })();
})();
