/* The load: browsers' media on sockets whose ICE and DTLS are done. Reads its orders from stdin, prints one JSON object.

   window WARM_MS MEASURE_MS TICK_US
   watch PID                                  whose CPU time is taken over the window
   clip PATH                                  frames: records of u16 size, u8 flags (1 key, 2 last of frame), bytes
   socket FD TX RX CHECK TWCC_ID              session keys and one connectivity check, hex; twcc id 0: no feedback
   stream SOCKET SSRC PT INTERVAL_NS STEP CLIP STAMP VP8 PHASE_NS EXT TWCC_AT

   One thread, one wake per tick: what is due is sent with one sendmmsg per socket, what came is read, authenticated and
   counted. Packets of stamped streams end with the time they were made, in ns; their time under way ends with the
   kernel's own receive stamp, so that the wake-ups of this process are not in it. */
#define _GNU_SOURCE
#include "srtp.h"
#include "rtcp.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { SOCKETS = 1024, STREAMS = 4096, CLIPS = 16, HEARD = 64, BATCH = 64, SIZE = 2048, ARRIVALS = 8192, LONGEST = 500000 };
#define SECOND 1000000000ll

typedef struct { uint16_t size; uint8_t flags; const uint8_t *bytes; } Piece;
typedef struct { Piece *pieces; int n; } Clip;
typedef struct { uint32_t ssrc, highest, base, report, packets; int64_t report_at; } Heard;
typedef struct {
    int fd, twcc_id, heard, arrivals, check_size;
    uint16_t transport_sequence;
    uint8_t feedback_count, check[512];
    Direction tx, rx;
    Heard streams[HEARD];
    Arrival arrived[ARRIVALS];
    int64_t check_at, report_at, feedback_at;
    struct mmsghdr out[BATCH];
    struct iovec vectors[BATCH];
    uint8_t (*packets)[SIZE];
    int ready;
} Socket;
typedef struct {
    Socket *socket;
    Clip *clip;
    uint32_t ssrc, sequence, timestamp, step, bytes, sent_all;
    int pt, at, stamp, vp8, ext_size, twcc_at, key_due;
    uint16_t picture;
    int64_t interval, next;
    uint8_t ext[64];
} Stream;

static Socket *sockets[SOCKETS];
static Stream streams[STREAMS];
static Clip clips[CLIPS];
static int n_sockets, n_streams, n_clips;
static int64_t begin, end;
static uint64_t sent, unsent, received, stray, forged, keys_asked, nacks, longest_late;
static uint32_t delays[LONGEST];

static int64_t now_ns(clockid_t clock) { struct timespec t; clock_gettime(clock, &t); return t.tv_sec * SECOND + t.tv_nsec; }
static void die(const char *what) { fprintf(stderr, "load: %s\n", what); exit(1); }

static int hex(const char *text, uint8_t *out, int room) {
    int n = 0;
    for (unsigned value; *text && *text != '-' && n < room && sscanf(text, "%2x", &value) == 1; text += 2) out[n++] = (uint8_t)value;
    return n;
}

static void read_clip(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t head[3];
    Clip *clip = &clips[n_clips++];
    if (!file) die("no clip");
    clip->pieces = calloc(65536, sizeof(Piece));
    while (clip->n < 65536 && fread(head, 1, 3, file) == 3) {
        Piece *piece = &clip->pieces[clip->n++];
        uint8_t *bytes = malloc(piece->size = get16(head));
        piece->flags = head[2];
        if (fread(bytes, 1, piece->size, file) != piece->size) die("short clip");
        piece->bytes = bytes;
    }
    fclose(file);
}

static void open_socket(int fd, const char *tx, const char *rx, const char *check, int twcc_id) {
    uint8_t keys[2 * (KEY + SALT)];
    Socket *s = sockets[n_sockets++] = calloc(1, sizeof(Socket));
    int on = 1, room = 8 << 20;
    s->fd = fd;
    s->twcc_id = twcc_id;
    s->packets = malloc(BATCH * SIZE);
    if (hex(tx, keys, sizeof keys) != sizeof keys) die("tx keys");
    direction_open(&s->tx, keys, 1);
    if (hex(rx, keys, sizeof keys) != sizeof keys) die("rx keys");
    direction_open(&s->rx, keys, 0);
    s->check_size = hex(check, s->check, sizeof s->check);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    for (int i = 0; i < BATCH; i++) {
        s->vectors[i].iov_base = s->packets[i];
        s->out[i].msg_hdr.msg_iov = &s->vectors[i];
        s->out[i].msg_hdr.msg_iovlen = 1;
    }
}

static void flush(Socket *s) {
    for (int done = 0, n; done < s->ready; done += n)
        if ((n = sendmmsg(s->fd, s->out + done, (unsigned)(s->ready - done), MSG_DONTWAIT)) <= 0) {
            unsent += (uint64_t)(s->ready - done);
            break;
        }
    s->ready = 0;
}

static void send_control(Socket *s, uint8_t *packet, int size) {
    if (send(s->fd, packet, (size_t)control_protect(&s->tx, packet, size), MSG_DONTWAIT) < 0) unsent++;
}

/* One packet of a stream into its socket's batch; true after the last of a frame. */
static int emit(Stream *s) {
    Socket *socket = s->socket;
    Piece *piece = &s->clip->pieces[s->at];
    uint8_t *p = socket->packets[socket->ready];
    int first = s->at == 0 || (s->clip->pieces[s->at - 1].flags & 2), last = piece->flags & 2, size = 12 + s->ext_size;
    int64_t now = now_ns(CLOCK_REALTIME);
    p[0] = s->ext_size ? 0x90 : 0x80;
    p[1] = (uint8_t)(s->pt | (last && s->vp8 ? 0x80 : 0));
    put16(p + 2, s->sequence & 0xFFFF);
    put32(p + 4, s->timestamp);
    put32(p + 8, s->ssrc);
    memcpy(p + 12, s->ext, (size_t)s->ext_size);
    if (s->twcc_at) put16(p + 12 + s->twcc_at, socket->transport_sequence++);
    if (s->vp8) {
        p[size++] = first ? 0x90 : 0x80;
        p[size++] = 0xC0;
        put16(p + size, 0x8000u | (s->picture & 0x7FFFu));
        p[size + 2] = (uint8_t)s->picture;
        size += 3;
    }
    memcpy(p + size, piece->bytes, piece->size);
    size += piece->size;
    if (s->stamp) memcpy(p + size - 8, &now, 8);
    if (now >= begin && now < end) sent++;
    s->bytes += piece->size;
    s->sent_all++;
    socket->vectors[socket->ready].iov_len = (size_t)media_protect(&socket->tx, p, size, s->sequence >> 16);
    s->sequence++;
    s->at = (s->at + 1) % s->clip->n;
    if (last) {
        s->timestamp += s->step;
        s->picture++;
        if (s->key_due) s->at = s->key_due = 0;  /* clips begin with a key frame */
    }
    if (++socket->ready == BATCH) flush(socket);
    return last;
}

static void on_control(Socket *s, uint8_t *p, int size, int64_t now) {
    if (!(size = control_unprotect(&s->rx, p, size))) { forged++; return; }
    for (int at = 0; at + 12 <= size; at += 4 * (get16(p + at + 2) + 1)) {
        int kind = p[at + 1], format = p[at] & 31;
        if (kind == 205 && format == 1) nacks++;
        if (kind == 206 && format == 1) {
            keys_asked++;
            for (int i = 0; i < n_streams; i++) if (streams[i].ssrc == get32(p + at + 8)) streams[i].key_due = 1;
        }
        if (kind == 200 && at + 28 <= size)
            for (int i = 0; i < s->heard; i++)
                if (s->streams[i].ssrc == get32(p + at + 4)) s->streams[i].report = get32(p + at + 10), s->streams[i].report_at = now;
    }
}

static void note_transport(Socket *s, const uint8_t *p, int64_t now) {
    int at = 12 + 4 * (p[0] & 15);
    if (!(p[0] & 0x10) || get16(p + at) != 0xBEDE) return;
    for (int stop = at + 4 + 4 * get16(p + at + 2), i = at + 4; i < stop;) {
        if (!p[i]) { i++; continue; }
        if (p[i] >> 4 == s->twcc_id && s->arrivals < ARRIVALS) s->arrived[s->arrivals++] = (Arrival){get16(p + i + 1), now / 1000};
        i += 2 + (p[i] & 15);
    }
}

static void on_media(Socket *s, uint8_t *p, int size, int64_t now) {
    Heard *h = s->streams, *stop = h + s->heard;
    uint32_t ssrc = get32(p + 8), sequence = get16(p + 2);
    int64_t made;
    while (h < stop && h->ssrc != ssrc) h++;
    if (h == stop) {
        if (s->heard == HEARD) { stray++; return; }
        *h = (Heard){.ssrc = ssrc, .highest = sequence, .base = sequence};
        s->heard++;
    }
    int32_t ahead = (int16_t)(uint16_t)(sequence - h->highest);
    uint32_t extended = h->highest + (uint32_t)ahead;
    if (!(size = media_unprotect(&s->rx, p, size, extended >> 16))) { forged++; return; }
    if (ahead > 0) h->highest = extended;
    h->packets++;
    if (s->twcc_id) note_transport(s, p, now);
    memcpy(&made, p + size - 8, 8);
    if ((p[1] & 127) == 97 || (p[1] & 127) == 0) return;  /* repairs and probes are no deliveries */
    if (made > now || now - made > 20 * SECOND) { received += now >= begin && now < end; return; }
    if (made < begin || made >= end) return;
    received++;
    int64_t us = (now - made) / 1000;
    delays[us < LONGEST ? us : LONGEST - 1]++;
}

static void drain(Socket *s) {
    static uint8_t packets[BATCH][SIZE], control[BATCH][64];
    static struct mmsghdr in[BATCH];
    static struct iovec vectors[BATCH];
    for (int rounds = 0, n = BATCH; n == BATCH && rounds < 64; rounds++) {
        for (int i = 0; i < BATCH; i++) {
            vectors[i] = (struct iovec){packets[i], SIZE};
            in[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = 64};
        }
        n = recvmmsg(s->fd, in, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++) {
            struct cmsghdr *c = CMSG_FIRSTHDR(&in[i].msg_hdr);
            struct timespec at;
            int size = (int)in[i].msg_len, kind = packets[i][1];
            int64_t now = now_ns(CLOCK_REALTIME);
            if (c && c->cmsg_type == SO_TIMESTAMPNS) memcpy(&at, CMSG_DATA(c), sizeof at), now = at.tv_sec * SECOND + at.tv_nsec;
            if (size < 12 || packets[i][0] >> 6 != 2) continue;
            if (kind >= 192 && kind <= 223) on_control(s, packets[i], size, now);
            else on_media(s, packets[i], size, now);
        }
    }
}

static void tell(Socket *s, int64_t now) {
    uint8_t out[1600];
    if (now >= s->check_at) {
        s->check_at = now + 5 * SECOND / 2;
        if (send(s->fd, s->check, (size_t)s->check_size, MSG_DONTWAIT) < 0) unsent++;
    }
    if (now >= s->report_at) {
        s->report_at = now + SECOND;
        for (int i = 0; i < n_streams; i++)
            if (streams[i].socket == s)
                send_control(s, out, sender_report(out, streams[i].ssrc, now, streams[i].timestamp, streams[i].sent_all, streams[i].bytes));
        for (int i = 0; i < s->heard;) {
            int size = receiver_report(out, 1);
            for (int room = 24; i < s->heard && room; i++, room--) {
                Heard *h = &s->streams[i];
                uint32_t lost = h->highest - h->base + 1 - h->packets, dlsr = h->report_at ? (uint32_t)((now - h->report_at) * 65536 / SECOND) : 0;
                size = report_block(out, size, h->ssrc, lost & 0x80000000u ? 0 : lost, h->highest, h->report, dlsr);
            }
            send_control(s, out, size);
        }
    }
    if (s->twcc_id && now >= s->feedback_at) {
        s->feedback_at = now + SECOND / 10;
        for (int at = 0, taken; at < s->arrivals; at += taken)
            send_control(s, out, transport_feedback(out, 1, s->heard ? s->streams[0].ssrc : 0, s->feedback_count++, s->arrived + at, s->arrivals - at, &taken));
        s->arrivals = 0;
    }
}

static double percentile(double part) {
    uint64_t total = 0, seen = 0;
    for (int i = 0; i < LONGEST; i++) total += delays[i];
    for (int i = 0; i < LONGEST; i++) if ((seen += delays[i]) >= part * (double)total && total) return i;
    return -1;
}

int main(void) {
    static char word[32], a[4096], b[4096], c[4096];
    long warm = 0, measure = 0, tick = 500, watch = 0;
    while (scanf("%31s", word) == 1) {
        if (!strcmp(word, "window")) { if (scanf("%ld %ld %ld", &warm, &measure, &tick) != 3) die(word); }
        else if (!strcmp(word, "watch")) { if (scanf("%ld", &watch) != 1) die(word); }
        else if (!strcmp(word, "clip")) { if (n_clips == CLIPS || scanf("%4095s", a) != 1) die(word); read_clip(a); }
        else if (!strcmp(word, "socket")) {
            int fd, id;
            if (n_sockets == SOCKETS || scanf("%d %4095s %4095s %4095s %d", &fd, a, b, c, &id) != 5) die(word);
            open_socket(fd, a, b, c, id);
        } else if (!strcmp(word, "stream")) {
            int socket, clip;
            long long interval, phase;
            Stream *s = &streams[n_streams];
            if (n_streams++ == STREAMS || scanf("%d %u %d %lld %u %d %d %d %lld %4095s %d", &socket, &s->ssrc, &s->pt, &interval, &s->step, &clip, &s->stamp, &s->vp8, &phase, a, &s->twcc_at) != 11) die(word);
            s->socket = sockets[socket];
            s->clip = &clips[clip];
            s->interval = interval;
            s->next = phase;
            s->sequence = 1000;
            s->ext_size = hex(a, s->ext, sizeof s->ext);
        } else die(word);
    }
    prctl(PR_SET_TIMERSLACK, 1);
    clockid_t clock = watch ? (clockid_t)(~(unsigned)watch << 3 | 2) : CLOCK_MONOTONIC;
    int64_t start = now_ns(CLOCK_REALTIME), next = now_ns(CLOCK_MONOTONIC), cpu_begin = 0, cpu_end = 0, own = 0, ends;
    begin = start + warm * 1000000, end = begin + measure * 1000000, ends = end + SECOND / 2;
    for (int i = 0; i < n_streams; i++) streams[i].next += start;
    for (int64_t now = start; now < ends; now = now_ns(CLOCK_REALTIME)) {
        if (!cpu_begin && now >= begin) cpu_begin = now_ns(clock), own = now_ns(CLOCK_PROCESS_CPUTIME_ID);
        if (!cpu_end && now >= end) cpu_end = now_ns(clock), own = now_ns(CLOCK_PROCESS_CPUTIME_ID) - own;
        for (int i = 0; i < n_streams; i++) {
            Stream *s = &streams[i];
            for (int most = 256; now < end && s->next <= now && most; most--) {
                while (!emit(s)) ;
                s->next += s->interval;
            }
        }
        for (int i = 0; i < n_sockets; i++) {
            if (sockets[i]->ready) flush(sockets[i]);
            drain(sockets[i]);
            tell(sockets[i], now);
        }
        int64_t late = now_ns(CLOCK_MONOTONIC) - (next += tick * 1000);
        if (late > (int64_t)longest_late) longest_late = (uint64_t)late;
        if (late > 20000000) next += late;  /* no ticks to make up for; the packets are still due */
        struct timespec until = {next / SECOND, next % SECOND};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    }
    printf("{\"sent\": %lu, \"received\": %lu, \"unsent\": %lu, \"forged\": %lu, \"stray\": %lu, \"keys_asked\": %lu, \"nacks\": %lu, "
           "\"seconds\": %.3f, \"cpu_s\": %.6f, \"own_cpu\": %.3f, \"late_ms\": %.1f, \"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f}\n",
           sent, received, unsent, forged, stray, keys_asked, nacks, (double)measure / 1000, (double)(cpu_end - cpu_begin) / 1e9,
           (double)own / 1e6 / (double)measure, (double)longest_late / 1e6, percentile(0.5), percentile(0.99), percentile(1));
    return 0;
}
