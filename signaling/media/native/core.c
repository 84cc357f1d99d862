#define _GNU_SOURCE
#include "core.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
static void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}
static void put32(uint8_t *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value & 0xFFFF);
}
static int inside(int at, int length, int size) { return at >= 12 && at <= size - length; }

/* Reading (rtp.py) */

int scan_header(const uint8_t *data, int size, int *layout) {
    /* By extension id: where its offset goes in the layout, the length it must have (0: any, told behind the offset). */
    static const struct { int place, length; } known[15] = {[1] = {4, 0}, [2] = {3, 3}, [3] = {2, 2}, [4] = {10, -1}, [5] = {6, 0}, [6] = {8, 0}};
    if (size < 12) return 0;
    memset(layout, 0, LAYOUT * sizeof *layout);
    int at = 12 + 4 * (data[0] & 15), end = size;
    if (data[0] & 0x10) {
        if (at + 4 > size) return 0;
        int profile = get16(data + at), words = get16(data + at + 2), stop = at + 4 + 4 * words;
        if (stop > size || (profile != 0xBEDE && words)) return 0;
        for (at += 4; at < stop;) {
            int ident = data[at] >> 4, length = (data[at] & 15) + 1;
            if (!data[at]) {
                at++;
                continue;
            }
            if (ident == 15 || at + 1 + length > stop) break;
            if (known[ident].place) {
                int *place = layout + known[ident].place, must = known[ident].length;
                if (*place || (must > 0 && must != length)) return 0;
                *place = at + 1;
                if (!must) place[1] = length;
            }
            at += 1 + length;
        }
        at = stop;
    }
    if (data[0] & 0x20) {
        end = size - data[size - 1];
        if (!data[size - 1] || end < at) return 0;
    } else if (at > size) {
        return 0;
    }
    layout[0] = at;
    layout[1] = end;
    return 1;
}

int scan_vp8(const uint8_t *data, int size, int at, int end, int *found) {
    memset(found, 0, VP8 * sizeof *found);
    if (at < 0 || end > size || at >= end) return 0;
    int first = data[at++], flags;
    if (first & 0x80) {
        if (at >= end) return 0;
        flags = data[at++];
        if (flags & 0x80) {
            if (at + 1 >= end) return 0;
            found[1] = at;
            found[3] = data[at] >> 7;
            found[2] = found[3] ? get16(data + at) & 0x7FFF : data[at];
            at += 1 + found[3];
        }
        if (flags & 0x40) {
            if (at >= end) return 0;
            found[4] = at;
            found[5] = data[at++];
        }
        if (flags & 0x30) at++;
    }
    if (at >= end) return 0;
    found[0] = (first & 0x10) && !(first & 7) && !(data[at] & 1);
    return 1;
}

/* Numbers (forward.py) */

int numbers_write(Numbers *leg, const Packet *packet, uint8_t *out) {
    int64_t number = (int64_t)((uint64_t)packet->extended + (uint64_t)leg->shift);
    uint32_t timestamp = (uint32_t)((uint64_t)packet->timestamp + (uint64_t)leg->timestamp_shift);
    int newest = number > leg->top, size = packet->size;
    if (size < 12 || size > MAX_PACKET) return -1;
    if (packet->picture_at && !inside(packet->picture_at, packet->wide ? 2 : 1, size)) return -1;
    if ((packet->tl0_at && !inside(packet->tl0_at, 1, size)) || (packet->twcc && !inside(packet->twcc, 2, size))) return -1;
    memcpy(out, packet->data, (size_t)size);
    put16(out + 2, (uint32_t)number & 0xFFFF);
    put32(out + 4, timestamp);
    put32(out + 8, leg->ssrc);
    if (newest) {
        leg->top = number;
        leg->timestamp_top = timestamp;
        leg->top_at = packet->at;
    }
    if (packet->picture_at) {
        uint32_t picture = (uint32_t)((uint64_t)packet->picture + (uint64_t)leg->picture_shift) & 0x7FFF;
        if (packet->wide) put16(out + packet->picture_at, 0x8000 | picture);
        else out[packet->picture_at] = picture & 0x7F;
        if (newest) leg->picture_top = picture;
    }
    if (packet->tl0_at) {
        out[packet->tl0_at] = (uint8_t)((uint64_t)packet->tl0 + (uint64_t)leg->tl0_shift);
        if (newest) leg->tl0_top = out[packet->tl0_at];
    }
    leg->packets++;
    leg->bytes += (unsigned)size;
    return (int)(number & 0xFFFF);
}

/* SRTP (RFC 3711 3.3.1, RFC 7714 8) */

int srtp_open(Srtp *srtp, const uint8_t *key, int key_size, const uint8_t *salt, int sends) {
    const EVP_CIPHER *kind = key_size == 16 ? EVP_aes_128_gcm() : key_size == 32 ? EVP_aes_256_gcm() : NULL;
    memset(srtp, 0, sizeof *srtp);
    if (!kind || !(srtp->cipher = EVP_CIPHER_CTX_new())) return -1;
    if (EVP_CipherInit_ex(srtp->cipher, kind, NULL, key, NULL, sends) != 1) {
        srtp_close(srtp);
        return -1;
    }
    memcpy(srtp->salt, salt, SALT);
    return 0;
}

void srtp_close(Srtp *srtp) {
    EVP_CIPHER_CTX_free(srtp->cipher);
    free(srtp->streams);
    memset(srtp, 0, sizeof *srtp);
}

/* Where the stream is in the table, or would be. */
static int place_of(const Stream *streams, int size, uint32_t ssrc) {
    int at = (int)(ssrc * 2654435761u >> 16) & (size - 1);
    while (streams[at].used && streams[at].ssrc != ssrc) at = (at + 1) & (size - 1);
    return at;
}

static Stream *stream_known(const Srtp *srtp, uint32_t ssrc) {
    Stream *stream = srtp->size ? &srtp->streams[place_of(srtp->streams, srtp->size, ssrc)] : NULL;
    return stream && stream->used ? stream : NULL;
}

/* NULL when there are too many, or no memory. */
static Stream *stream_of(Srtp *srtp, uint32_t ssrc) {
    Stream *stream = stream_known(srtp, ssrc);
    if (stream || srtp->count == MAX_STREAMS) return stream;
    if (2 * srtp->count >= srtp->size) {
        int size = srtp->size ? 2 * srtp->size : 16;
        Stream *fresh = calloc((size_t)size, sizeof *fresh);
        if (!fresh) return NULL;
        for (int i = 0; i < srtp->size; i++)
            if (srtp->streams[i].used) fresh[place_of(fresh, size, srtp->streams[i].ssrc)] = srtp->streams[i];
        free(srtp->streams);
        srtp->streams = fresh;
        srtp->size = size;
    }
    stream = &srtp->streams[place_of(srtp->streams, srtp->size, ssrc)];
    *stream = (Stream){.ssrc = ssrc, .used = 1, .top = -1};
    srtp->count++;
    return stream;
}

/* The packet index of a sequence number (RFC 3711 3.3.1); -1 when it was used, or is too old to know. `stream` may be
   NULL: its first packet. */
static int64_t index_of(const Stream *stream, uint16_t sequence) {
    if (!stream || stream->top < 0) return sequence;
    int64_t index = stream->top + (int16_t)(uint16_t)(sequence - (uint16_t)stream->top);
    if (index < 0 || stream->top - index >= WINDOW) return -1;
    return index <= stream->top && stream->seen[index % WINDOW / 64] >> (index % 64) & 1 ? -1 : index;
}

static void index_use(Stream *stream, int64_t index) {
    if (index > stream->top) {
        int64_t from = index - stream->top > WINDOW ? index - WINDOW : stream->top;
        for (int64_t i = from + 1; i < index; i++) stream->seen[i % WINDOW / 64] &= ~(1ull << (i % 64));
        stream->top = index;
    }
    stream->seen[index % WINDOW / 64] |= 1ull << (index % 64);
}

/* Bytes before the payload; -1 when there are more than the packet has. */
static int head_of(const uint8_t *packet, int size) {
    if (size < 12) return -1;
    int head = 12 + 4 * (packet[0] & 15);
    if (packet[0] & 0x10) head = head + 4 > size ? size + 1 : head + 4 + 4 * get16(packet + head + 2);
    return head > size ? -1 : head;
}

/* RFC 7714 8.1 */
static void iv_of(const Srtp *srtp, const uint8_t *packet, int64_t index, uint8_t *iv) {
    memset(iv, 0, SALT);
    put32(iv + 2, get32(packet + 8));
    put32(iv + 6, (uint32_t)(index >> 16));
    put16(iv + 10, (uint32_t)index & 0xFFFF);
    for (int i = 0; i < SALT; i++) iv[i] ^= srtp->salt[i];
}

int srtp_protect(Srtp *srtp, uint8_t *packet, int size) {
    uint8_t iv[SALT];
    int head = head_of(packet, size), n;
    if (!srtp->cipher || size > MAX_PACKET || head < 0) return -1;
    Stream *stream = stream_of(srtp, get32(packet + 8));
    int64_t index = stream ? index_of(stream, get16(packet + 2)) : -1;
    if (index < 0) return -1;
    index_use(stream, index);
    iv_of(srtp, packet, index, iv);
    if (EVP_EncryptInit_ex(srtp->cipher, NULL, NULL, NULL, iv) != 1 ||
        EVP_EncryptUpdate(srtp->cipher, NULL, &n, packet, head) != 1 ||
        (size > head && EVP_EncryptUpdate(srtp->cipher, packet + head, &n, packet + head, size - head) != 1) ||
        EVP_EncryptFinal_ex(srtp->cipher, packet + size, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(srtp->cipher, EVP_CTRL_AEAD_GET_TAG, TAG, packet + size) != 1)
        return -1;
    return size + TAG;
}

int srtp_unprotect(Srtp *srtp, uint8_t *packet, int size) {
    uint8_t iv[SALT];
    int plain = size - TAG, head = head_of(packet, plain), n;
    if (!srtp->cipher || size > ROOM || head < 0) return -1;
    Stream *stream = stream_known(srtp, get32(packet + 8));
    int64_t index = index_of(stream, get16(packet + 2));
    if (index < 0) return -1;
    iv_of(srtp, packet, index, iv);
    if (EVP_DecryptInit_ex(srtp->cipher, NULL, NULL, NULL, iv) != 1 ||
        EVP_CIPHER_CTX_ctrl(srtp->cipher, EVP_CTRL_AEAD_SET_TAG, TAG, packet + plain) != 1 ||
        EVP_DecryptUpdate(srtp->cipher, NULL, &n, packet, head) != 1 ||
        (plain > head && EVP_DecryptUpdate(srtp->cipher, packet + head, &n, packet + head, plain - head) != 1) ||
        EVP_DecryptFinal_ex(srtp->cipher, packet + plain, &n) != 1)
        return -1;
    if (!stream && !(stream = stream_of(srtp, get32(packet + 8)))) return -1;  /* only now it is known to be theirs */
    index_use(stream, index);
    return plain;
}

/* Sending (outbox.py) */

int outbox_open(Outbox *box, int fd) {
    int value = 0;
    socklen_t size = sizeof value;
    memset(box, 0, sizeof *box);
    box->fd = fd;
    box->batch = 1;
    box->segments = getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &value, &size) == 0;
    return (box->packets = malloc(PACKETS * sizeof *box->packets)) ? 0 : -1;
}

void outbox_close(Outbox *box) {
    free(box->packets);
    box->packets = NULL;
    box->fd = -1;
    box->count = box->lanes = 0;
}

uint8_t *outbox_room(Outbox *box) { return box->packets[box->count]; }

static int same(const Address *a, const Address *b) { return a->size == b->size && !memcmp(&a->to, &b->to, a->size); }

void outbox_add(Outbox *box, int size, const Address *to, int *lane, uint32_t *batch) {
    int at = lane && batch && *batch == box->batch ? *lane : 0, slot = box->count;
    while (at < box->lanes && !same(&box->lane[at].address, to)) at++;
    if (at == box->lanes) {
        box->lane[at] = (Lane){*to, slot, slot};
        box->lanes++;
    } else {
        box->next[box->lane[at].last] = slot;
        box->lane[at].last = slot;
    }
    box->next[slot] = -1;
    box->sizes[slot] = size;
    box->count++;
    if (lane && batch) {
        *lane = at;
        *batch = box->batch;
    }
    if (!box->holding || box->count == PACKETS || box->lanes == LANES) outbox_flush(box);
}

/* Packets of one message, each by itself: the kernel did not take them together. */
static void send_apart(Outbox *box, struct msghdr *message) {
    for (size_t i = 0; i < message->msg_iovlen; i++)
        if (sendto(box->fd, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len, MSG_DONTWAIT | MSG_NOSIGNAL,
                   message->msg_name, message->msg_namelen) < 0)
            box->dropped++;
}

void outbox_flush(Outbox *box) {
    struct mmsghdr messages[PACKETS];
    struct iovec vectors[PACKETS];
    union {
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr align;
    } cuts[PACKETS];
    int count = 0, used = 0;
    for (int l = 0; l < box->lanes; l++) {
        for (int slot = box->lane[l].first; slot >= 0;) {
            struct msghdr *m = &messages[count].msg_hdr;
            int run = 0, size = box->sizes[slot];
            *m = (struct msghdr){.msg_name = &box->lane[l].address.to, .msg_namelen = box->lane[l].address.size};
            m->msg_iov = &vectors[used];
            while (slot >= 0 && box->sizes[slot] == size && run < (box->segments ? MAX_RUN : 1)) {
                vectors[used++] = (struct iovec){box->packets[slot], (size_t)size};
                slot = box->next[slot];
                run++;
            }
            m->msg_iovlen = (size_t)run;
            if (run > 1) {
                uint16_t cut = (uint16_t)size;
                m->msg_control = cuts[count].bytes;
                m->msg_controllen = sizeof cuts[count].bytes;
                struct cmsghdr *c = CMSG_FIRSTHDR(m);
                c->cmsg_level = IPPROTO_UDP;
                c->cmsg_type = UDP_SEGMENT;
                c->cmsg_len = CMSG_LEN(sizeof cut);
                memcpy(CMSG_DATA(c), &cut, sizeof cut);
            }
            count++;
        }
    }
    for (int done = 0; done < count;) {
        int n = box->fd < 0 ? -1 : sendmmsg(box->fd, messages + done, (unsigned)(count - done), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) {
            done += n;
            continue;
        }
        struct msghdr *m = &messages[done++].msg_hdr;
        if (box->fd < 0 || m->msg_iovlen == 1 || errno == EAGAIN || errno == EWOULDBLOCK) {
            box->dropped += m->msg_iovlen;
        } else {
            if (errno == EIO) box->segments = 0;
            send_apart(box, m);
        }
    }
    box->count = box->lanes = 0;
    box->batch++;
}
