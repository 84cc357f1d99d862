/* The Python side of core.c: `Numbers`, `forward`, `scan`, `vp8`. Their words are in numbers.py, forward.py and rtp.py. */
#include "receiving.h"
#include "sending.h"

#include <stddef.h>
#include <structmember.h>

static PyObject *s_data, *s_extended, *s_timestamp, *s_payload, *s_twcc, *s_vp8, *s_at, *s_slots, *s_send_rtp;

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
        {&s_vp8, "vp8"}, {&s_at, "at"}, {&s_slots, "slots"}, {&s_send_rtp, "send_rtp"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!(*names[i].place = PyUnicode_InternFromString(names[i].name))) return NULL;
    if (sending_names() < 0) return NULL;
    PyObject *module = PyModule_Create(&definition);
    PyTypeObject *types[] = {&NumbersType, &OutboxType, &OutletType, &InboxType, &InletType};
    for (size_t i = 0; module && i < sizeof types / sizeof *types; i++)
        if (PyModule_AddType(module, types[i]) < 0) Py_CLEAR(module);
    return module;
}
