/* SRTP and SRTCP with AEAD_AES_128_GCM (RFC 7714) for the load client; session keys come derived (RFC 3711 4.3). */
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

enum { KEY = 16, SALT = 12, TAG = 16, INDEX = 4 };

typedef struct {
    EVP_CIPHER_CTX *media, *control;
    uint8_t media_salt[SALT], control_salt[SALT];
    uint32_t control_index;
} Direction;

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
static void put16(uint8_t *at, uint32_t value) { at[0] = (uint8_t)(value >> 8); at[1] = (uint8_t)value; }
static void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16); put16(at + 2, value & 0xFFFF); }

/* `keys`: media key, media salt, control key, control salt. */
static void direction_open(Direction *d, const uint8_t *keys, int encrypt) {
    d->media = EVP_CIPHER_CTX_new();
    d->control = EVP_CIPHER_CTX_new();
    EVP_CipherInit_ex(d->media, EVP_aes_128_gcm(), NULL, keys, NULL, encrypt);
    memcpy(d->media_salt, keys + KEY, SALT);
    EVP_CipherInit_ex(d->control, EVP_aes_128_gcm(), NULL, keys + KEY + SALT, NULL, encrypt);
    memcpy(d->control_salt, keys + 2 * KEY + SALT, SALT);
}

/* RTP header with CSRCs and extension; 0 when it does not fit. */
static int header_size(const uint8_t *p, int size) {
    int at = 12 + 4 * (p[0] & 15);
    if (p[0] & 0x10) {
        if (at + 4 > size) return 0;
        at += 4 + 4 * get16(p + at + 2);
    }
    return at <= size ? at : 0;
}

static void media_iv(uint8_t *iv, const uint8_t *salt, uint32_t ssrc, uint32_t roc, uint16_t sequence) {
    memset(iv, 0, SALT);
    put32(iv + 2, ssrc);
    put32(iv + 6, roc);
    put16(iv + 10, sequence);
    for (int i = 0; i < SALT; i++) iv[i] ^= salt[i];
}

/* Encrypts in place; `p` has room for the tag. The new size. */
static int media_protect(Direction *d, uint8_t *p, int size, uint32_t roc) {
    uint8_t iv[SALT];
    int head = header_size(p, size), n;
    media_iv(iv, d->media_salt, get32(p + 8), roc, get16(p + 2));
    EVP_EncryptInit_ex(d->media, NULL, NULL, NULL, iv);
    EVP_EncryptUpdate(d->media, NULL, &n, p, head);
    EVP_EncryptUpdate(d->media, p + head, &n, p + head, size - head);
    EVP_EncryptFinal_ex(d->media, p + size, &n);
    EVP_CIPHER_CTX_ctrl(d->media, EVP_CTRL_AEAD_GET_TAG, TAG, p + size);
    return size + TAG;
}

/* Decrypts in place; the plain size, 0 when it is not genuine. */
static int media_unprotect(Direction *d, uint8_t *p, int size, uint32_t roc) {
    uint8_t iv[SALT];
    int head = header_size(p, size), n;
    if (!head || size < head + TAG) return 0;
    size -= TAG;
    media_iv(iv, d->media_salt, get32(p + 8), roc, get16(p + 2));
    EVP_DecryptInit_ex(d->media, NULL, NULL, NULL, iv);
    EVP_DecryptUpdate(d->media, NULL, &n, p, head);
    EVP_DecryptUpdate(d->media, p + head, &n, p + head, size - head);
    EVP_CIPHER_CTX_ctrl(d->media, EVP_CTRL_AEAD_SET_TAG, TAG, p + size);
    return EVP_DecryptFinal_ex(d->media, p + size, &n) > 0 ? size : 0;
}

static void control_iv(uint8_t *iv, const uint8_t *salt, uint32_t ssrc, uint32_t index) {
    memset(iv, 0, SALT);
    put32(iv + 2, ssrc);
    put32(iv + 8, index);
    for (int i = 0; i < SALT; i++) iv[i] ^= salt[i];
}

static int control_protect(Direction *d, uint8_t *p, int size) {
    uint8_t iv[SALT], trailer[INDEX];
    uint32_t index = ++d->control_index;
    int n;
    put32(trailer, index | 0x80000000u);
    control_iv(iv, d->control_salt, get32(p + 4), index);
    EVP_EncryptInit_ex(d->control, NULL, NULL, NULL, iv);
    EVP_EncryptUpdate(d->control, NULL, &n, p, 8);
    EVP_EncryptUpdate(d->control, NULL, &n, trailer, INDEX);
    EVP_EncryptUpdate(d->control, p + 8, &n, p + 8, size - 8);
    EVP_EncryptFinal_ex(d->control, p + size, &n);
    EVP_CIPHER_CTX_ctrl(d->control, EVP_CTRL_AEAD_GET_TAG, TAG, p + size);
    memcpy(p + size + TAG, trailer, INDEX);
    return size + TAG + INDEX;
}

static int control_unprotect(Direction *d, uint8_t *p, int size) {
    uint8_t iv[SALT];
    int n, plain = size - TAG - INDEX;
    if (plain < 8) return 0;
    control_iv(iv, d->control_salt, get32(p + 4), get32(p + size - INDEX) & 0x7FFFFFFFu);
    EVP_DecryptInit_ex(d->control, NULL, NULL, NULL, iv);
    EVP_DecryptUpdate(d->control, NULL, &n, p, 8);
    EVP_DecryptUpdate(d->control, NULL, &n, p + size - INDEX, INDEX);
    EVP_DecryptUpdate(d->control, p + 8, &n, p + 8, plain - 8);
    EVP_CIPHER_CTX_ctrl(d->control, EVP_CTRL_AEAD_SET_TAG, TAG, p + plain);
    return EVP_DecryptFinal_ex(d->control, p + plain, &n) > 0 ? plain : 0;
}
