/* core.c under random packets, legs, keys and addresses: `fuzz SEED COUNT`. Built with ASan and UBSan by test_fuzz.py.

   Beside memory errors it looks at what must hold: what is protected decrypts to what went in, no index is used twice,
   what is written differs from the packet only where it may, and every datagram arrives, once, or is counted. */
#define _GNU_SOURCE
#include "../../../../signaling/media/native/core.c"

#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

static uint64_t state;
static uint32_t any(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16) % below;
}
static void must(int held, const char *what) {
    if (held) return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}
static int odd(int size) { return (int)any(8) ? (int)any((uint32_t)size + 4) : (int)any(1u << 20) - (1 << 19); }

static void numbers(void) {
    int size = any(10) ? (int)any(MAX_PACKET + 40) : (int)any(20);
    uint8_t *data = malloc((size_t)size + 1), *out = malloc(ROOM);
    Packet packet = {.data = data, .size = size, .twcc = odd(size), .picture_at = odd(size), .tl0_at = odd(size),
                     .wide = (int)any(2), .picture = (int)any(0x8000), .tl0 = (int)any(256), .at = any(1000),
                     .extended = (int64_t)(state >> any(60)), .timestamp = (int64_t)(state >> any(60))};
    Numbers leg = {.shift = (long long)state >> any(63), .timestamp_shift = (long long)state >> any(63), .top = (long long)any(1u << 30),
                   .picture_shift = (long long)state >> any(63), .tl0_shift = (long long)state >> any(63), .ssrc = any(0xFFFFFFFF)};
    for (int i = 0; i < size; i++) data[i] = (uint8_t)any(256);
    int sequence = numbers_write(&leg, &packet, out);
    must(sequence < 0 ? leg.packets == 0 : leg.packets == 1 && leg.bytes == (unsigned)size, "counted");
    if (sequence >= 0) {
        must(get16(out + 2) == sequence && get32(out + 8) == leg.ssrc, "numbers written");
        for (int i = 12; i < size; i++) {
            int may = (packet.picture_at && i >= packet.picture_at && i <= packet.picture_at + packet.wide) || (packet.tl0_at && i == packet.tl0_at);
            must(may || out[i] == data[i], "nothing else changed");
        }
    }
    free(data);
    free(out);
}

static void decrypts(const uint8_t *key, int key_size, const uint8_t *salt, int64_t index, const uint8_t *plain, int size, const uint8_t *made) {
    uint8_t iv[SALT] = {0}, back[ROOM];
    int n, head = 12 + 4 * (plain[0] & 15);
    if (plain[0] & 0x10) head += 4 + 4 * get16(plain + head + 2);
    put32(iv + 2, get32(plain + 8));
    put32(iv + 6, (uint32_t)(index >> 16));
    put16(iv + 10, (uint32_t)index & 0xFFFF);
    for (int i = 0; i < SALT; i++) iv[i] ^= salt[i];
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    EVP_DecryptInit_ex(c, key_size == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm(), NULL, key, iv);
    EVP_DecryptUpdate(c, NULL, &n, made, head);
    if (size > head) EVP_DecryptUpdate(c, back + head, &n, made + head, size - head);
    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, (void *)(made + size));
    must(EVP_DecryptFinal_ex(c, back + head, &n) == 1, "the tag is genuine");
    must(!memcmp(plain, made, (size_t)head) && !memcmp(plain + head, back + head, (size_t)(size - head)), "the packet comes back");
    EVP_CIPHER_CTX_free(c);
}

static void reading(void) {
    int size = (int)any(any(2) ? 40 : 1400), layout[LAYOUT], found[VP8];
    uint8_t *data = malloc((size_t)size + !size);
    for (int i = 0; i < size; i++) data[i] = (uint8_t)any(256);
    if (size > 16 && any(2)) data[0] = 0x90, data[12] = 0xBE, data[13] = 0xDE, data[14] = 0, data[15] = (uint8_t)any(12);
    if (scan_header(data, size, layout)) {
        must(layout[0] >= 12 && layout[0] <= layout[1] && layout[1] <= size, "the payload lies in the packet");
        for (int i = 2; i < LAYOUT; i++) must(layout[i] >= 0 && layout[i] < size, "elements lie in the packet");
        must(layout[4] + layout[5] <= size && layout[6] + layout[7] <= size && layout[8] + layout[9] <= size, "whole");
        scan_vp8(data, size, layout[0], layout[1], found);
    }
    if (scan_vp8(data, size, odd(size), odd(size), found)) must(found[1] < size && found[4] < size, "offsets lie in the packet");
    free(data);
}

/* The other side: spoilt packets are refused without a trace, the genuine one is taken once. */
static void arrives(Srtp *far, const uint8_t *plain, int size, const uint8_t *made) {
    uint8_t spoilt[ROOM], whole[ROOM];
    int cut = (int)any((uint32_t)(size + TAG));
    memcpy(spoilt, made, (size_t)(size + TAG));
    if (any(2)) spoilt[cut] ^= (uint8_t)(1u << any(8)), cut = size + TAG;
    must(srtp_unprotect(far, spoilt, cut) < 0, "spoilt");
    memcpy(whole, made, (size_t)(size + TAG));
    must(srtp_unprotect(far, whole, size + TAG) == size && !memcmp(whole, plain, (size_t)size), "what was sent arrives");
    memcpy(whole, made, (size_t)(size + TAG));
    must(srtp_unprotect(far, whole, size + TAG) < 0, "once");
}

/* One session: streams that jump, repeat and go back. */
static void protection(int packets) {
    uint8_t key[32], salt[SALT], *packet = malloc(ROOM), plain[ROOM];
    static uint8_t used[4][1 << 20];
    int key_size = any(2) ? 16 : 32;
    int64_t top[4] = {-1, -1, -1, -1}, next[4];
    Srtp srtp, far;
    memset(used, 0, sizeof used);
    for (int i = 0; i < 32; i++) key[i] = (uint8_t)any(256), salt[i % SALT] = (uint8_t)any(256);
    must(srtp_open(&srtp, key, 17, salt, 1) < 0 && !srtp.cipher, "no such key");
    must(srtp_open(&srtp, key, key_size, salt, 1) == 0 && srtp_open(&far, key, key_size, salt, 0) == 0, "a key");
    for (int s = 0; s < 4; s++) next[s] = any(0x8000);
    for (int i = 0; i < packets; i++) {
        int s = (int)any(4), size = any(20) ? 12 + (int)any(MAX_PACKET - 11) : (int)any(ROOM + 100);
        int64_t index = next[s] + (any(4) ? 1 : (int64_t)any(3000) - 1500);
        if (index < 0 || index >= 1 << 20 || size > ROOM) continue;
        for (int at = 0; at < size; at++) packet[at] = (uint8_t)any(256);
        if (any(4)) packet[0] &= 0xEF;
        if (size >= 12) put16(packet + 2, (uint32_t)index & 0xFFFF), put32(packet + 8, 7u + (uint32_t)s);
        memcpy(plain, packet, (size_t)size);
        int made = srtp_protect(&srtp, packet, size);
        if (made < 0) continue;
        must(made == size + TAG, "the size");
        must(!used[s][index] && index > top[s] - WINDOW, "no index twice");
        used[s][index] = 1;
        if (index > top[s]) top[s] = index;
        next[s] = top[s];
        decrypts(key, key_size, salt, index, plain, size, packet);
        arrives(&far, plain, size, packet);
    }
    for (uint32_t ssrc = 0; ssrc < MAX_STREAMS + 50; ssrc++) {
        uint8_t p[ROOM] = {0x80};
        put32(p + 8, ssrc * 7919);
        int made = srtp_protect(&srtp, p, 40);
        must(srtp.count <= MAX_STREAMS && (made > 0 || srtp.count == MAX_STREAMS), "streams are bounded");
        must(srtp_unprotect(&far, p, 40) < 0 && far.count <= 4, "what is not theirs takes no room");
        if (made > 0) must(srtp_unprotect(&far, p, made) < 0, "what was spoilt is spoilt");
    }
    srtp_close(&srtp);
    srtp_close(&far);
    free(packet);
}

static void sending(int packets) {
    int in[3], out = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20, sizes[] = {40, 1100, 1100, 1101, 1500};
    Address to[70];
    Outbox box;
    unsigned long long added = 0, got = 0;
    int lane[70] = {0};
    uint32_t batch[70] = {0};
    memset(to, 0, sizeof to);
    for (int i = 0; i < 70; i++) {
        struct sockaddr_in *a = (struct sockaddr_in *)&to[i].to;
        a->sin_family = AF_INET;
        a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to[i].size = sizeof *a;
        if (i < 3) {
            socklen_t length = sizeof *a;
            in[i] = socket(AF_INET, SOCK_DGRAM, 0);
            setsockopt(in[i], SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
            bind(in[i], (struct sockaddr *)a, sizeof *a);
            getsockname(in[i], (struct sockaddr *)a, &length);
        } /* the others have port 0: the kernel refuses them */
    }
    must(outbox_open(&box, out) == 0, "a box");
    for (int i = 0; i < packets; i++) {
        int far = any(4) == 0, which = far ? 3 + (int)any(67) : (int)any(3), size = sizes[any(5)];
        memset(outbox_room(&box), which, (size_t)size);
        outbox_add(&box, size, &to[which], any(2) ? &lane[which] : NULL, &batch[which]);
        added++;
        if (any(300) == 0) box.holding ^= 1;
        if (any(1000) == 0) outbox_flush(&box);
        for (int s = 0; s < 3; s++) {
            uint8_t data[ROOM + 1];
            for (ssize_t n; (n = recv(in[s], data, sizeof data, MSG_DONTWAIT)) >= 0; got++)
                must(n >= 40 && data[0] == s && data[n - 1] == s, "whole and at the right place");
        }
    }
    outbox_flush(&box);
    for (int s = 0; s < 3; s++) {
        uint8_t data[ROOM + 1];
        while (recv(in[s], data, sizeof data, MSG_DONTWAIT) >= 0) got++;
        close(in[s]);
    }
    must(added == got + box.dropped, "every datagram arrives or is counted");
    outbox_close(&box);
    outbox_flush(&box);
    close(out);
}

int main(int count, char **words) {
    long rounds = count > 2 ? atol(words[2]) : 1000;
    state = (count > 1 ? strtoull(words[1], NULL, 10) : 1) * 0x9E3779B97F4A7C15ull + 1;
    for (long i = 0; i < rounds; i++) {
        numbers();
        reading();
        if (i % 200 == 0) protection(400), sending(1500);
    }
    printf("%ld rounds\n", rounds);
    return 0;
}
