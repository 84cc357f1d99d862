/* What a browser says of media: sender and receiver reports, transport-wide feedback. Built into `out`; the size. */
enum { FEEDBACK_MAX = 400 };

typedef struct { uint16_t sequence; int64_t us; } Arrival;

static int sender_report(uint8_t *out, uint32_t ssrc, int64_t ns, uint32_t timestamp, uint32_t packets, uint32_t bytes) {
    put32(out, 0x80C80006u);
    put32(out + 4, ssrc);
    put32(out + 8, (uint32_t)(ns / 1000000000 + 2208988800));
    put32(out + 12, (uint32_t)((double)(ns % 1000000000) * 4.294967296));
    put32(out + 16, timestamp);
    put32(out + 20, packets);
    put32(out + 24, bytes);
    return 28;
}

static int receiver_report(uint8_t *out, uint32_t ssrc) {
    put32(out, 0x80C90001u);
    put32(out + 4, ssrc);
    return 8;
}

/* Adds a block to a report that starts at `out` and ends at `at`; the new end. */
static int report_block(uint8_t *out, int at, uint32_t ssrc, uint32_t lost, uint32_t highest, uint32_t lsr, uint32_t dlsr) {
    put32(out + at, ssrc);
    put32(out + at + 4, lost & 0xFFFFFF);
    put32(out + at + 8, highest);
    put32(out + at + 12, 0);
    put32(out + at + 16, lsr);
    put32(out + at + 20, dlsr);
    out[0]++;
    put16(out + 2, get16(out + 2) + 6u);
    return at + 24;
}

/* draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1, of arrivals in order; how many it took goes to `taken`. */
static int transport_feedback(uint8_t *out, uint32_t sender, uint32_t media, uint8_t count, const Arrival *a, int n, int *taken) {
    static uint8_t symbols[8192], deltas[2 * FEEDBACK_MAX];
    int64_t reference = a[0].us / 64000, last = reference * 256;
    int total = 0, size = 0, i;
    for (i = 0; i < n && i < FEEDBACK_MAX; i++) {
        int gap = i ? (uint16_t)(a[i].sequence - a[i - 1].sequence) : 1;
        int64_t delta = a[i].us / 250 - last;
        if (gap == 0 || gap > 4000 || total + gap > 8000 || delta < -32768 || delta > 32767) break;
        while (--gap) symbols[total++] = 0;
        if (delta >= 0 && delta < 256) symbols[total++] = 1, deltas[size++] = (uint8_t)delta;
        else symbols[total++] = 2, put16(deltas + size, (uint16_t)delta), size += 2;
        last += delta;
    }
    *taken = i ? i : 1;
    put32(out + 4, sender);
    put32(out + 8, media);
    put16(out + 12, a[0].sequence);
    put16(out + 14, (uint32_t)total);
    put32(out + 16, (uint32_t)(reference & 0xFFFFFF) << 8 | count);
    int at = 20;
    for (int from = 0; from < total;) {
        int run = 1;
        while (from + run < total && symbols[from + run] == symbols[from] && run < 0x1FFF) run++;
        if (run >= 7 || from + run == total) {
            put16(out + at, (uint32_t)symbols[from] << 13 | (uint32_t)run);
        } else {
            uint32_t chunk = 0xC000;
            for (run = 0; run < 7 && from + run < total; run++) chunk |= (uint32_t)symbols[from + run] << (12 - 2 * run);
            put16(out + at, chunk);
        }
        at += 2;
        from += run;
    }
    memcpy(out + at, deltas, (size_t)size);
    at += size;
    int padding = -at & 3;
    memset(out + at, 0, 4);
    at += padding;
    if (padding) out[at - 1] = (uint8_t)padding;
    put32(out, (padding ? 0xAFu : 0x8Fu) << 24 | 205u << 16 | (uint32_t)(at / 4 - 1));
    return at;
}
