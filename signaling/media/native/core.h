/* What is done with every packet without Python: SRTP both ways, numbers shifted, one system call for a batch.
   Decides nothing; every size is checked here. The Python it mirrors: forward.py, link.py, inbox.py, outbox.py. */
#ifndef HEJIE_CORE_H
#define HEJIE_CORE_H

#include <openssl/evp.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    MAX_PACKET = 1356,  /* plain, as in link.py: what libsrtp takes */
    TAG = 16,
    SALT = 12,
    ROOM = 1500,      /* of one datagram */
    PACKETS = 256,    /* in a batch */
    LANES = 64,       /* addresses in a batch */
    MAX_RUN = 40,     /* packets the kernel cuts from one call: together below 65507 bytes */
    MAX_STREAMS = 512, /* SSRCs of one subscriber */
    WINDOW = 1024,    /* numbers remembered per SSRC */
};

/* A received packet, as packet.py made it ready. Offsets are 0 where absent. */
typedef struct {
    const uint8_t *data;
    int size, twcc, picture_at, wide, picture, tl0_at, tl0;
    int64_t extended, timestamp;
    double at;
} Packet;

/* Fields of rtp.Layout and rtp.Vp8, in their order. */
enum { LAYOUT = 11, VP8 = 6 };
/* rtp.scan; 0 for a malformed header. */
int scan_header(const uint8_t *data, int size, int *layout);
/* rtp.vp8; 0 for an empty or cut payload. */
int scan_vp8(const uint8_t *data, int size, int at, int end, int *found);

/* The numbers of one leg: shifts from the source's to ours, our newest ones. */
typedef struct {
    long long first, shift, timestamp_shift, picture_shift, tl0_shift;
    long long top, timestamp_top, picture_top, tl0_top;
    double top_at;
    unsigned long long packets, bytes;
    unsigned int ssrc;
} Numbers;

/* Writes the packet with this leg's numbers to `out` (ROOM bytes); the sequence number, -1 when it does not fit. */
int numbers_write(Numbers *leg, const Packet *packet, uint8_t *out);

/* AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714), one direction. An index is never used twice, nor taken twice. */
typedef struct {
    uint32_t ssrc;
    int used;
    int64_t top;
    uint64_t seen[WINDOW / 64];
} Stream;

typedef struct {
    EVP_CIPHER_CTX *cipher;
    uint8_t salt[SALT];
    Stream *streams; /* open addressing */
    int count, size;
} Srtp;

int srtp_open(Srtp *srtp, const uint8_t *key, int key_size, const uint8_t *salt, int sends);
void srtp_close(Srtp *srtp);
/* In place; `packet` has ROOM bytes. The new size, -1 when it cannot be protected. */
int srtp_protect(Srtp *srtp, uint8_t *packet, int size);
/* In place; the plain size, -1 when it is not authentic, was there before, is too old, or of one stream too many. What is
   refused is worth nothing and changes nothing. */
int srtp_unprotect(Srtp *srtp, uint8_t *packet, int size);

typedef struct {
    struct sockaddr_storage to;
    socklen_t size;
} Address;

typedef struct {
    Address address;
    int first, last;
} Lane;

/* What one read batch makes us send, in order for each address. */
typedef struct {
    int fd, holding, segments, count, lanes;
    uint32_t batch;
    unsigned long long dropped;
    uint8_t (*packets)[ROOM];
    int sizes[PACKETS], next[PACKETS];
    Lane lane[LANES];
} Outbox;

int outbox_open(Outbox *box, int fd);
void outbox_close(Outbox *box);
/* Where the next packet may be written: ROOM bytes. */
uint8_t *outbox_room(Outbox *box);
/* The packet just written there goes to `to`; sent at once unless the box is holding. `lane` and `batch` are the
   caller's memory of where that address stood, NULL for none. */
void outbox_add(Outbox *box, int size, const Address *to, int *lane, uint32_t *batch);
void outbox_flush(Outbox *box);

#endif
