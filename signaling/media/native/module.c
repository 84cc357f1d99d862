/* The Python side of core.c: `Numbers`, `Outbox`, `Outlet`, `forward`. Their words are in __init__.py and __init__.pyi. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "core.h"

static PyObject *s_data, *s_extended, *s_timestamp, *s_payload, *s_twcc, *s_vp8, *s_at, *s_slots, *s_send_rtp, *s_next, *s_times, *s_sizes;

/* Numbers: the base of Leg */

typedef struct {
    PyObject_HEAD
    Numbers n;
    PyObject *link, *outlet, *ring;
} NumbersObject;

static int numbers_traverse(NumbersObject *self, visitproc visit, void *arg) {
    Py_VISIT(self->link);
    Py_VISIT(self->outlet);
    Py_VISIT(self->ring);
    return 0;
}
static int numbers_clear(NumbersObject *self) {
    Py_CLEAR(self->link);
    Py_CLEAR(self->outlet);
    Py_CLEAR(self->ring);
    return 0;
}
static void numbers_dealloc(NumbersObject *self) {
    PyObject_GC_UnTrack(self);
    numbers_clear(self);
    Py_TYPE(self)->tp_free(self);
}

#define NUMBER(name, type) {#name, type, offsetof(NumbersObject, n.name), 0, NULL}
static PyMemberDef numbers_members[] = {
    NUMBER(first, T_LONGLONG), NUMBER(shift, T_LONGLONG), NUMBER(timestamp_shift, T_LONGLONG),
    NUMBER(picture_shift, T_LONGLONG), NUMBER(tl0_shift, T_LONGLONG), NUMBER(top, T_LONGLONG),
    NUMBER(timestamp_top, T_LONGLONG), NUMBER(picture_top, T_LONGLONG), NUMBER(tl0_top, T_LONGLONG),
    NUMBER(top_at, T_DOUBLE), NUMBER(packets, T_ULONGLONG), NUMBER(bytes, T_ULONGLONG), NUMBER(ssrc, T_UINT),
    {"link", T_OBJECT, offsetof(NumbersObject, link), 0, NULL},
    {"outlet", T_OBJECT, offsetof(NumbersObject, outlet), 0, NULL},
    {"ring", T_OBJECT, offsetof(NumbersObject, ring), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject NumbersType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Numbers",
    .tp_basicsize = sizeof(NumbersObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)numbers_dealloc,
    .tp_traverse = (traverseproc)numbers_traverse,
    .tp_clear = (inquiry)numbers_clear,
    .tp_members = numbers_members,
};

/* Outbox: what one read batch makes us send */

typedef struct {
    PyObject_HEAD
    Outbox box;
} OutboxObject;

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
static PyTypeObject OutboxType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Outbox",
    .tp_basicsize = sizeof(OutboxObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = outbox_new,
    .tp_dealloc = (destructor)outbox_dealloc,
    .tp_methods = outbox_methods,
    .tp_members = outbox_members,
};

/* Outlet: keys and address of one subscriber */

typedef struct {
    PyObject_HEAD
    Srtp srtp;
    OutboxObject *outbox;
    Address to;
    int lane;
    uint32_t batch;
    char wide;
    PyObject *departures;
    Py_buffer times, sizes;
} OutletObject;

/* key(key, salt): session key and salt of the sending direction; ValueError for sizes that are no AES-GCM. */
static PyObject *outlet_key(OutletObject *self, PyObject *args) {
    Py_buffer key, salt;
    if (!PyArg_ParseTuple(args, "y*y*", &key, &salt)) return NULL;
    srtp_close(&self->srtp);
    int ok = salt.len == SALT && (key.len == 16 || key.len == 32) && srtp_open(&self->srtp, key.buf, (int)key.len, salt.buf) == 0;
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

/* The number of the packet that leaves now, noted (Departures.note); -1 with an exception. */
static long outlet_number(OutletObject *self, int size, double now) {
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

static int outlet_ready(const OutletObject *self) { return self->srtp.cipher && self->outbox && self->outbox->box.packets; }

/* Protects a copy and puts it on its way; 0 when it cannot be. */
static int outlet_leave(OutletObject *self, const void *packet, int size) {
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
static PyTypeObject OutletType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "signaling.media.native._twin.Outlet",
    .tp_basicsize = sizeof(OutletObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)outlet_dealloc,
    .tp_methods = outlet_methods,
};

/* forward(packet, legs) */

static long long integer(PyObject *owner, PyObject *name) {
    PyObject *value = PyObject_GetAttr(owner, name);
    long long found = value ? PyLong_AsLongLong(value) : -1;
    Py_XDECREF(value);
    return found;
}

/* Fills `out` and `view` from a Packet; -1 with an exception. */
static int packet_read(PyObject *packet, Packet *out, Py_buffer *view) {
    PyObject *data = PyObject_GetAttr(packet, s_data), *vp8 = PyObject_GetAttr(packet, s_vp8), *at = PyObject_GetAttr(packet, s_at);
    int ok = data && vp8 && at && PyTuple_Check(vp8) && PyTuple_GET_SIZE(vp8) == 6;
    *out = (Packet){0};
    if (ok) {
        out->picture_at = (int)PyLong_AsLong(PyTuple_GET_ITEM(vp8, 1));
        out->picture = (int)PyLong_AsLong(PyTuple_GET_ITEM(vp8, 2));
        out->wide = PyTuple_GET_ITEM(vp8, 3) == Py_True;
        out->tl0_at = (int)PyLong_AsLong(PyTuple_GET_ITEM(vp8, 4));
        out->tl0 = (int)PyLong_AsLong(PyTuple_GET_ITEM(vp8, 5));
        out->at = PyFloat_AsDouble(at);
        out->extended = integer(packet, s_extended);
        out->timestamp = integer(packet, s_timestamp);
        out->twcc = (int)integer(packet, s_twcc);
        ok = !PyErr_Occurred() && PyObject_GetBuffer(data, view, PyBUF_SIMPLE) == 0;
    } else if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_TypeError, "not a packet");
    }
    Py_XDECREF(data);
    Py_XDECREF(vp8);
    Py_XDECREF(at);
    if (!ok) return -1;
    out->data = view->buf;
    out->size = view->len > MAX_PACKET ? MAX_PACKET + 1 : (int)view->len;
    return 0;
}

/* Keeps the packet in the leg's ring, as forward.py does. */
static int ring_keep(PyObject *ring, int sequence, PyObject *data, PyObject *payload, PyObject *twcc, PyObject *at) {
    PyObject *slots = PyObject_GetAttr(ring, s_slots);
    PyObject *sent = Py_BuildValue("(iOOOO)", sequence, data, payload, twcc, at);
    int failed = !slots || !sent || !PyList_Check(slots) || !PyList_GET_SIZE(slots);
    if (!failed) failed = PyList_SetItem(slots, sequence % PyList_GET_SIZE(slots), Py_NewRef(sent)) < 0;
    Py_XDECREF(slots);
    Py_XDECREF(sent);
    if (failed && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not a ring");
    return failed ? -1 : 0;
}

enum { OVERHEAD = 44 }; /* pace.py: what the pipe carries beside a packet */

typedef struct {
    PyObject *payload, *twcc, *at;
} Kept;

/* One leg's part. Whatever Python code runs in between, the packet lies on our own stack until it leaves. */
static int leg_write(NumbersObject *leg, OutletObject *outlet, const Packet *packet, const Kept *kept) {
    int fast = outlet && outlet->wide && outlet->departures && outlet_ready(outlet), failed = 0;
    int keeps = leg->ring && leg->ring != Py_None;
    uint8_t out[ROOM];
    int sequence = numbers_write(&leg->n, packet, out);
    if (sequence < 0) return 0;
    if (fast && packet->twcc) {
        long number = outlet_number(outlet, packet->size + OVERHEAD, packet->at);
        if (number < 0) return -1;
        out[packet->twcc] = (uint8_t)(number >> 8);
        out[packet->twcc + 1] = (uint8_t)number;
    }
    PyObject *data = keeps || !fast ? PyByteArray_FromStringAndSize((char *)out, packet->size) : NULL;
    if (!data && (keeps || !fast)) return -1;
    if (keeps) failed = ring_keep(leg->ring, sequence, data, kept->payload, kept->twcc, kept->at) < 0;
    if (!failed && fast) {
        outlet_leave(outlet, out, packet->size);
    } else if (!failed && leg->link) {
        PyObject *args[] = {leg->link, data, kept->twcc};
        PyObject *done = PyObject_VectorcallMethod(s_send_rtp, args, 3, NULL);
        failed = !done;
        Py_XDECREF(done);
    }
    Py_XDECREF(data);
    return failed ? -1 : 0;
}

static PyObject *forward(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    Packet packet;
    Py_buffer view;
    Kept kept;
    (void)module;
    if (count != 2 || !PyList_Check(args[1])) return PyErr_Format(PyExc_TypeError, "forward(packet, legs)");
    if (packet_read(args[0], &packet, &view) < 0) return NULL;
    kept.payload = PyObject_GetAttr(args[0], s_payload);
    kept.twcc = PyObject_GetAttr(args[0], s_twcc);
    kept.at = PyObject_GetAttr(args[0], s_at);
    int failed = !kept.payload || !kept.twcc || !kept.at;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(args[1]); i++) {
        PyObject *leg = Py_NewRef(PyList_GET_ITEM(args[1], i));
        if (!PyObject_TypeCheck(leg, &NumbersType)) {
            PyErr_SetString(PyExc_TypeError, "not a leg");
            failed = 1;
        } else if (packet.extended >= ((NumbersObject *)leg)->n.first) {
            NumbersObject *numbers = (NumbersObject *)leg;
            PyObject *outlet = numbers->outlet && Py_IS_TYPE(numbers->outlet, &OutletType) ? Py_NewRef(numbers->outlet) : NULL;
            failed = leg_write(numbers, (OutletObject *)outlet, &packet, &kept) < 0;
            Py_XDECREF(outlet);
        }
        Py_DECREF(leg);
    }
    Py_XDECREF(kept.payload);
    Py_XDECREF(kept.twcc);
    Py_XDECREF(kept.at);
    PyBuffer_Release(&view);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

/* scan(data), vp8(data, at, end): the named tuples of rtp.py, told by shapes(Layout, MALFORMED, Vp8, NO_VP8) */

static PyObject *shape_layout, *malformed, *shape_vp8, *no_vp8;

static PyObject *shapes(PyObject *module, PyObject *args) {
    PyObject *found[4], **places[] = {&shape_layout, &malformed, &shape_vp8, &no_vp8};
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOO", found, found + 1, found + 2, found + 3)) return NULL;
    for (int i = 0; i < 4; i += 2)
        if (!PyType_Check(found[i]) || !PyType_IsSubtype((PyTypeObject *)found[i], &PyTuple_Type))
            return PyErr_Format(PyExc_TypeError, "not a named tuple");
    for (int i = 0; i < 4; i++) Py_XSETREF(*places[i], Py_NewRef(found[i]));
    Py_RETURN_NONE;
}

/* A named tuple of integers; those with their bit set in `flags` are booleans. */
static PyObject *shaped(PyObject *shape, const int *values, int count, unsigned flags) {
    PyTypeObject *type = (PyTypeObject *)shape;
    PyObject *made = type->tp_alloc(type, count);
    for (int i = 0; made && i < count; i++) {
        PyObject *value = flags >> i & 1 ? PyBool_FromLong(values[i]) : PyLong_FromLong(values[i]);
        if (!value) Py_CLEAR(made);
        else PyTuple_SET_ITEM(made, i, value);
    }
    return made;
}

static PyObject *scan(PyObject *module, PyObject *data) {
    Py_buffer view;
    int layout[LAYOUT];
    (void)module;
    if (!shape_layout) return PyErr_Format(PyExc_RuntimeError, "no shapes");
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) return NULL;
    int good = view.len < 1 << 20 && scan_header(view.buf, (int)view.len, layout);
    PyBuffer_Release(&view);
    return good ? shaped(shape_layout, layout, LAYOUT, 0) : Py_NewRef(malformed);
}

static PyObject *vp8(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    Py_buffer view;
    int found[VP8];
    (void)module;
    if (count != 3 || !shape_vp8) return PyErr_Format(PyExc_TypeError, "vp8(data, at, end)");
    long at = PyLong_AsLong(args[1]), end = PyLong_AsLong(args[2]);
    if (PyErr_Occurred() || PyObject_GetBuffer(args[0], &view, PyBUF_SIMPLE) < 0) return NULL;
    int good = view.len < 1 << 20 && at >= 0 && end <= view.len && scan_vp8(view.buf, (int)view.len, (int)(at < end ? at : end), (int)end, found);
    PyBuffer_Release(&view);
    return good ? shaped(shape_vp8, found, VP8, 1u | 1u << 3) : Py_NewRef(no_vp8);
}

static PyMethodDef functions[] = {
    {"shapes", shapes, METH_VARARGS, NULL},
    {"scan", scan, METH_O, NULL},
    {"vp8", (PyCFunction)(void (*)(void))vp8, METH_FASTCALL, NULL},
    {"forward", (PyCFunction)(void (*)(void))forward, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_twin", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC PyInit__twin(void) {
    static const struct { PyObject **place; const char *name; } names[] = {
        {&s_data, "data"}, {&s_extended, "extended"}, {&s_timestamp, "timestamp"}, {&s_payload, "payload"}, {&s_twcc, "twcc"},
        {&s_vp8, "vp8"}, {&s_at, "at"}, {&s_slots, "slots"}, {&s_send_rtp, "send_rtp"}, {&s_next, "next"},
        {&s_times, "times"}, {&s_sizes, "sizes"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!(*names[i].place = PyUnicode_InternFromString(names[i].name))) return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (!module || PyModule_AddType(module, &NumbersType) < 0 || PyModule_AddType(module, &OutboxType) < 0 || PyModule_AddType(module, &OutletType) < 0) {
        Py_XDECREF(module);
        return NULL;
    }
    return module;
}
