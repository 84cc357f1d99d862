/* The Python side of sending: `Outbox` and `Outlet`. Their words are in outbox.py. */
#include "sending.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>
#include <structmember.h>

static PyObject *s_next, *s_times, *s_sizes;

int sending_names(void) {
    s_next = PyUnicode_InternFromString("next");
    s_times = PyUnicode_InternFromString("times");
    s_sizes = PyUnicode_InternFromString("sizes");
    return s_next && s_times && s_sizes ? 0 : -1;
}

/* Outbox: what one read batch makes us send */

static PyObject *outbox_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *owner;
    int fd;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "O", &owner) || (fd = PyObject_AsFileDescriptor(owner)) < 0) return NULL;
    OutboxObject *self = (OutboxObject *)type->tp_alloc(type, 0);
    if (self && outbox_open(&self->box, fd) < 0) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}
static void outbox_dealloc(OutboxObject *self) {
    outbox_close(&self->box);
    Py_TYPE(self)->tp_free(self);
}
static PyObject *outbox_py_close(OutboxObject *self, PyObject *none) {
    (void)none;
    outbox_close(&self->box);
    Py_RETURN_NONE;
}

/* (host, port) or (host, port, ...) of IPv4 or IPv6; 0 with no exception set when it is none. */
static int address_of(PyObject *address, Address *out) {
    memset(out, 0, sizeof *out);
    if (!PyTuple_Check(address) || PyTuple_GET_SIZE(address) < 2) return 0;
    const char *host = PyUnicode_Check(PyTuple_GET_ITEM(address, 0)) ? PyUnicode_AsUTF8(PyTuple_GET_ITEM(address, 0)) : NULL;
    long port = PyLong_Check(PyTuple_GET_ITEM(address, 1)) ? PyLong_AsLong(PyTuple_GET_ITEM(address, 1)) : -1;
    PyErr_Clear();
    if (!host || port < 0 || port > 65535) return 0;
    struct sockaddr_in *four = (struct sockaddr_in *)&out->to;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&out->to;
    if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        out->size = sizeof *four;
    } else if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)port);
        out->size = sizeof *six;
    }
    return out->size > 0;
}

static PyObject *outbox_send(OutboxObject *self, PyObject *const *args, Py_ssize_t count) {
    Py_buffer data;
    Address to;
    if (count != 2) return PyErr_Format(PyExc_TypeError, "send(data, address)");
    if (PyObject_GetBuffer(args[0], &data, PyBUF_SIMPLE) < 0) return NULL;
    if (!self->box.packets || data.len > ROOM || !address_of(args[1], &to)) {
        self->box.dropped++;
    } else {
        memcpy(outbox_room(&self->box), data.buf, (size_t)data.len);
        outbox_add(&self->box, (int)data.len, &to, NULL, NULL);
    }
    PyBuffer_Release(&data);
    Py_RETURN_NONE;
}
static PyObject *outbox_hold(OutboxObject *self, PyObject *none) {
    (void)none;
    self->box.holding = 1;
    Py_RETURN_NONE;
}
static PyObject *outbox_py_flush(OutboxObject *self, PyObject *none) {
    (void)none;
    self->box.holding = 0;
    outbox_flush(&self->box);
    Py_RETURN_NONE;
}

static PyMethodDef outbox_methods[] = {
    {"send", (PyCFunction)(void (*)(void))outbox_send, METH_FASTCALL, NULL},
    {"hold", (PyCFunction)outbox_hold, METH_NOARGS, NULL},
    {"flush", (PyCFunction)outbox_py_flush, METH_NOARGS, NULL},
    {"close", (PyCFunction)outbox_py_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyMemberDef outbox_members[] = {{"dropped", T_ULONGLONG, offsetof(OutboxObject, box.dropped), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};
PyTypeObject OutboxType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Outbox",
    .tp_basicsize = sizeof(OutboxObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = outbox_new,
    .tp_dealloc = (destructor)outbox_dealloc,
    .tp_methods = outbox_methods,
    .tp_members = outbox_members,
};

/* Outlet: keys and address of one subscriber */

/* key(key, salt): session key and salt of the sending direction; ValueError for sizes that are no AES-GCM. */
static PyObject *outlet_key(OutletObject *self, PyObject *args) {
    Py_buffer key, salt;
    if (!PyArg_ParseTuple(args, "y*y*", &key, &salt)) return NULL;
    srtp_close(&self->srtp);
    int ok = salt.len == SALT && (key.len == 16 || key.len == 32) && srtp_open(&self->srtp, key.buf, (int)key.len, salt.buf, 1) == 0;
    PyBuffer_Release(&key);
    PyBuffer_Release(&salt);
    if (!ok) return PyErr_Format(PyExc_ValueError, "no key of AES-GCM");
    Py_RETURN_NONE;
}
static void outlet_release(OutletObject *self) {
    if (self->departures) {
        PyBuffer_Release(&self->times);
        PyBuffer_Release(&self->sizes);
        Py_CLEAR(self->departures);
    }
}
static void outlet_dealloc(OutletObject *self) {
    outlet_release(self);
    Py_CLEAR(self->outbox);
    srtp_close(&self->srtp);
    Py_TYPE(self)->tp_free(self);
}

/* aim(outbox, address): where packets go from now on; aim(None, None): nowhere. */
static PyObject *outlet_aim(OutletObject *self, PyObject *const *args, Py_ssize_t count) {
    Address to;
    if (count != 2) return PyErr_Format(PyExc_TypeError, "aim(outbox, address)");
    Py_CLEAR(self->outbox);
    if (Py_IS_TYPE(args[0], &OutboxType) && address_of(args[1], &to)) {
        self->outbox = (OutboxObject *)Py_NewRef(args[0]);
        self->to = to;
        self->batch = 0;
    }
    Py_RETURN_NONE;
}

/* pipe(departures, wide): where each packet is noted; from now on `forward` sends by itself, unless the pipe is not wide. */
static PyObject *outlet_pipe(OutletObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count != 2) return PyErr_Format(PyExc_TypeError, "pipe(departures, wide)");
    if (args[0] != self->departures) {
        PyObject *times = NULL, *sizes = NULL;
        int ok = 0;
        outlet_release(self);
        if ((times = PyObject_GetAttr(args[0], s_times)) && (sizes = PyObject_GetAttr(args[0], s_sizes)) &&
            PyObject_GetBuffer(times, &self->times, PyBUF_WRITABLE | PyBUF_FORMAT) == 0) {
            if (PyObject_GetBuffer(sizes, &self->sizes, PyBUF_WRITABLE | PyBUF_FORMAT) == 0) {
                Py_ssize_t n = self->times.len / 8;
                ok = n > 0 && !(n & (n - 1)) && self->times.len == 8 * n && self->sizes.len == 2 * n && self->times.itemsize == 8 && self->sizes.itemsize == 2;
                if (!ok) {
                    PyBuffer_Release(&self->sizes);
                    PyErr_SetString(PyExc_ValueError, "departures");
                }
            }
            if (!ok) PyBuffer_Release(&self->times);
        }
        Py_XDECREF(times);
        Py_XDECREF(sizes);
        if (!ok) return NULL;
        self->departures = Py_NewRef(args[0]);
    }
    self->wide = args[1] == Py_True;
    Py_RETURN_NONE;
}

long outlet_number(OutletObject *self, int size, double now) {
    PyObject *next = PyObject_GetAttr(self->departures, s_next), *after;
    long long number = next ? PyLong_AsLongLong(next) : -1;
    Py_XDECREF(next);
    if (number < 0 || !(after = PyLong_FromLongLong(number + 1))) return -1;
    int failed = PyObject_SetAttr(self->departures, s_next, after);
    Py_DECREF(after);
    if (failed) return -1;
    Py_ssize_t slot = (Py_ssize_t)(number & (self->times.len / 8 - 1));
    memcpy((char *)self->times.buf + 8 * slot, &now, 8);
    int16_t noted = (int16_t)size;
    memcpy((char *)self->sizes.buf + 2 * slot, &noted, 2);
    return (long)(number & 0xFFFF);
}

int outlet_ready(const OutletObject *self) { return self->srtp.cipher && self->outbox && self->outbox->box.packets; }

int outlet_leave(OutletObject *self, const void *packet, int size) {
    if (size > MAX_PACKET || !outlet_ready(self)) return 0;
    Outbox *box = &self->outbox->box;
    uint8_t *room = outbox_room(box);
    memcpy(room, packet, (size_t)size);
    if ((size = srtp_protect(&self->srtp, room, size)) < 0) return 0;
    outbox_add(box, size, &self->to, &self->lane, &self->batch);
    return 1;
}

static PyObject *outlet_send(OutletObject *self, PyObject *packet) {
    Py_buffer data;
    if (PyObject_GetBuffer(packet, &data, PyBUF_SIMPLE) < 0) return NULL;
    int sent = data.len <= MAX_PACKET && outlet_leave(self, data.buf, (int)data.len);
    PyBuffer_Release(&data);
    return PyBool_FromLong(sent);
}

static PyMethodDef outlet_methods[] = {
    {"key", (PyCFunction)outlet_key, METH_VARARGS, NULL},
    {"aim", (PyCFunction)(void (*)(void))outlet_aim, METH_FASTCALL, NULL},
    {"pipe", (PyCFunction)(void (*)(void))outlet_pipe, METH_FASTCALL, NULL},
    {"send", (PyCFunction)outlet_send, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
PyTypeObject OutletType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Outlet",
    .tp_basicsize = sizeof(OutletObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)outlet_dealloc,
    .tp_methods = outlet_methods,
};
