// Runs before the page's own code. Replaces camera and microphone by a chord and a colour that tell, at capture,
// who publishes and in which chamber; and keeps, for every remote track, what was really decoded.
// `window.__person` (hertz and colours per chamber) is set by the test before this script.
(() => {
  if (window !== window.top) { // the frame a connection is made in (room/roaming.ts)
    const Inner = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Inner {
      constructor(...args) {
        super(...args);
        window.top.__peers.add(this);
      }
    };
    return;
  }
  const me = window.__person;
  const NEUTRAL = { colour: '#808080', hertz: 0 };
  const seen = { colours: {}, hertz: {}, chamber: [], said: [] };
  window.__seen = seen;
  let mark = me.marks.joint;

  // What the page tells a screen reader, in the order it does.
  new MutationObserver(() => {
    for (const region of document.querySelectorAll('[aria-live]')) {
      const text = region.textContent.trim();
      if (text && text !== region.said) seen.said.push(text);
      region.said = text;
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });

  // The room's own messages decide the mark before the page acts on them: grey and silent while draining.
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', (event) => {
        if (typeof event.data !== 'string') return;
        if (event.data.startsWith('42/room,["draining"')) mark = NEUTRAL;
        else if (event.data.startsWith('42/room,["go"')) {
          const go = JSON.parse(event.data.slice('42/room,'.length).replace(/^\d*/, ''))[1];
          mark = me.marks[go.chamber.split('_')[0]] ?? NEUTRAL; // of a kind of chamber, whichever side's it is
          seen.chamber.push(go.chamber);
        }
        apply();
      });
    }
  };

  // A mark sounds as three tones at once: what concealment makes of lost sound repeats itself, so it has the tones of one
  // grid, and no such grid between 60 and 400 Hz holds three that lie so.
  const CHORD = [0, 40, 83];
  let canvas, pen, oscillators, gain;
  function apply() {
    if (pen) { pen.fillStyle = mark.colour; pen.fillRect(0, 0, canvas.width, canvas.height); }
    oscillators?.forEach((one, n) => { one.frequency.value = mark.hertz + CHORD[n]; });
    if (gain) gain.gain.value = mark.hertz ? 0.15 : 0;
  }

  function video() {
    canvas = document.createElement('canvas');
    canvas.width = 320; canvas.height = 240;
    pen = canvas.getContext('2d');
    let n = 0;
    setInterval(() => { apply(); pen.fillStyle = (n++ % 2) ? '#000' : '#fff'; pen.fillRect(0, 0, 4, 4); }, 960 / me.frames);
    apply();
    return canvas.captureStream(me.frames).getVideoTracks()[0];
  }
  function audio() {
    const context = new AudioContext();
    gain = context.createGain();
    const out = context.createMediaStreamDestination();
    gain.connect(out);
    oscillators = CHORD.map(() => context.createOscillator());
    oscillators.forEach((one) => { one.connect(gain); one.start(); });
    apply();
    return out.stream.getAudioTracks()[0];
  }
  if (navigator.mediaDevices) {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (me.denied && (!me.deniedKind || wanted[me.deniedKind])) throw new DOMException('denied', me.denied);
      const stream = new MediaStream();
      if (wanted.video) stream.addTrack(video());
      if (wanted.audio) stream.addTrack(audio());
      return stream;
    };
    navigator.mediaDevices.enumerateDevices = async () => [
      { kind: 'audioinput', deviceId: 'tone', label: 'Test tone', groupId: 'a' },
      { kind: 'videoinput', deviceId: 'colour', label: 'Test colour', groupId: 'a' },
      { kind: 'audiooutput', deviceId: 'out', label: 'Test speaker', groupId: 'a' },
    ];
  }

  // Where it is wanted every remote track is decoded and looked at, whether the page shows it or not.
  const Peer = window.RTCPeerConnection;
  window.__peers = [];
  window.__peers.add = (peer) => {
    window.__peers.push(peer);
    if (!me.watched) return;
    peer.addEventListener('track', (event) => (event.track.kind === 'video' ? watch(event.track) : listen(event.track)));
  };
  window.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      window.__peers.add(this);
    }
  };
  function watch(track) {
    const element = document.createElement('video');
    element.muted = true; element.playsInline = true;
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => {});
    const small = document.createElement('canvas');
    small.width = small.height = 8;
    const look = small.getContext('2d', { willReadFrequently: true });
    // Only frames that were really decoded count, not the last one that still stands on the screen.
    const take = () => {
      look.drawImage(element, 0, 0, 8, 8);
      const [r, g, b] = look.getImageData(5, 5, 1, 1).data;
      const key = [r, g, b].map((v) => Math.round(v / 64)).join('');
      seen.colours[key] = (seen.colours[key] ?? 0) + 1;
      element.requestVideoFrameCallback(take);
    };
    element.requestVideoFrameCallback(take);
  }
  let context;
  function listen(track) {
    context ??= new AudioContext({ sampleRate: 48000 });
    // Chromium decodes a remote audio track only when an element plays it.
    const element = new Audio();
    element.srcObject = new MediaStream([track]);
    element.muted = true;
    element.play().catch(() => {});
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const bins = new Float32Array(analyser.frequencyBinCount);
    const step = context.sampleRate / analyser.fftSize;
    setInterval(() => {
      analyser.getFloatFrequencyData(bins);
      for (const hertz of me.all) {
        if (CHORD.every((more) => bins[Math.round((hertz + more) / step)] > -50)) seen.hertz[hertz] = (seen.hertz[hertz] ?? 0) + 1;
      }
    }, 60);
  }
})();
