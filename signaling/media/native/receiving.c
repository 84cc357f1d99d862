/* The Python side of receiving: `Inbox` and `Inlet`. Their words are in inbox.py. */
#define _GNU_SOURCE
#include "receiving.h"

#include "core.h"

#include <arpa/inet.h>
#include <string.h>

enum { BATCH = 64, LONGEST = 2048, KNOWN = 256 /* a power of two */ };

/* Inbox: what has come to a socket */

typedef struct {
    struct sockaddr_storage from;
    PyObject *told; /* (host, port) */
} Caller;

typedef struct {
    PyObject_HEAD
    int fd;
    uint8_t (*data)[LONGEST];
    Caller known[KNOWN];
} InboxObject;

static PyObject *inbox_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *owner;
    int fd;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "O", &owner) || (fd = PyObject_AsFileDescriptor(owner)) < 0) return NULL;
    InboxObject *self = (InboxObject *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->fd = fd;
    if (!(self->data = PyMem_Malloc(BATCH * sizeof *self->data))) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}
static void inbox_forget(InboxObject *self) {
    PyMem_Free(self->data);
    self->data = NULL;
    self->fd = -1;
    for (int i = 0; i < KNOWN; i++) Py_CLEAR(self->known[i].told);
}
static void inbox_dealloc(InboxObject *self) {
    inbox_forget(self);
    Py_TYPE(self)->tp_free(self);
}
static PyObject *inbox_close(InboxObject *self, PyObject *none) {
    (void)none;
    inbox_forget(self);
    Py_RETURN_NONE;
}

/* (host, port) as Python's own sockets tell it; the same tuple again while the caller is remembered. */
static PyObject *caller_of(InboxObject *self, const struct sockaddr_storage *from) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;
    int old = from->ss_family == AF_INET;
    uint32_t hash = old ? four->sin_addr.s_addr * 31u + four->sin_port : six->sin6_addr.s6_addr32[3] * 31u + six->sin6_port;
    Caller *place = &self->known[(hash * 2654435761u) >> 24];
    int same = place->told && place->from.ss_family == from->ss_family;
    const struct sockaddr_in *was4 = (const struct sockaddr_in *)&place->from;
    const struct sockaddr_in6 *was6 = (const struct sockaddr_in6 *)&place->from;
    if (same && old) same = was4->sin_port == four->sin_port && was4->sin_addr.s_addr == four->sin_addr.s_addr;
    else if (same) same = was6->sin6_port == six->sin6_port && !memcmp(&was6->sin6_addr, &six->sin6_addr, sizeof six->sin6_addr);
    if (same) return Py_NewRef(place->told);
    char host[INET6_ADDRSTRLEN];
    if (!inet_ntop(from->ss_family, old ? (const void *)&four->sin_addr : (const void *)&six->sin6_addr, host, sizeof host))
        return PyErr_SetFromErrno(PyExc_OSError);
    PyObject *told = Py_BuildValue("(si)", host, (int)ntohs(old ? four->sin_port : six->sin6_port));
    if (!told) return NULL;
    place->from = *from;
    Py_XSETREF(place->told, Py_NewRef(told));
    return told;
}

static PyObject *inbox_read(InboxObject *self, PyObject *none) {
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    struct sockaddr_storage from[BATCH];
    (void)none;
    if (!self->data) return PyList_New(0);
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){self->data[i], LONGEST};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(self->fd, messages, BATCH, MSG_DONTWAIT, NULL); /* an ICMP error of an earlier send is told once, here */
    PyObject *found = PyList_New(count < 0 ? 0 : count);
    for (int i = 0; found && i < count; i++) {
        PyObject *data = PyBytes_FromStringAndSize((char *)self->data[i], (Py_ssize_t)messages[i].msg_len);
        PyObject *caller = data ? caller_of(self, &from[i]) : NULL, *entry = caller ? PyTuple_Pack(2, data, caller) : NULL;
        Py_XDECREF(data);
        Py_XDECREF(caller);
        if (!entry) Py_CLEAR(found);
        else PyList_SET_ITEM(found, i, entry);
    }
    return found;
}

static PyMethodDef inbox_methods[] = {
    {"read", (PyCFunction)inbox_read, METH_NOARGS, NULL},
    {"close", (PyCFunction)inbox_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
PyTypeObject InboxType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Inbox",
    .tp_basicsize = sizeof(InboxObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = inbox_new,
    .tp_dealloc = (destructor)inbox_dealloc,
    .tp_methods = inbox_methods,
};

/* Inlet: the keys one browser sends with */

typedef struct {
    PyObject_HEAD
    Srtp srtp;
} InletObject;

static PyObject *inlet_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    Py_buffer key, salt;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "y*y*", &key, &salt)) return NULL;
    InletObject *self = (InletObject *)type->tp_alloc(type, 0);
    int ok = self && salt.len == SALT && (key.len == 16 || key.len == 32) && srtp_open(&self->srtp, key.buf, (int)key.len, salt.buf, 0) == 0;
    PyBuffer_Release(&key);
    PyBuffer_Release(&salt);
    if (ok) return (PyObject *)self;
    Py_XDECREF(self);
    return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "no key of AES-GCM");
}
static void inlet_dealloc(InletObject *self) {
    srtp_close(&self->srtp);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *inlet_unprotect(InletObject *self, PyObject *packet) {
    Py_buffer data;
    uint8_t room[ROOM];
    int size = -1;
    if (PyObject_GetBuffer(packet, &data, PyBUF_SIMPLE) < 0) return NULL;
    if (data.len <= ROOM) {
        memcpy(room, data.buf, (size_t)data.len);
        size = srtp_unprotect(&self->srtp, room, (int)data.len);
    }
    PyBuffer_Release(&data);
    if (size < 0) return PyErr_Format(PyExc_ValueError, "not authentic, or not new");
    return PyByteArray_FromStringAndSize((char *)room, size);
}

static PyMethodDef inlet_methods[] = {
    {"unprotect", (PyCFunction)inlet_unprotect, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
PyTypeObject InletType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Inlet",
    .tp_basicsize = sizeof(InletObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = inlet_new,
    .tp_dealloc = (destructor)inlet_dealloc,
    .tp_methods = inlet_methods,
};
