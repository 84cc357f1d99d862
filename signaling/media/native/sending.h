/* The Python types of sending.c, which module.c uses. */
#ifndef HEJIE_SENDING_H
#define HEJIE_SENDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "core.h"

/* What one read batch makes us send. */
typedef struct {
    PyObject_HEAD
    Outbox box;
} OutboxObject;

/* Keys and address of one subscriber. */
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

extern PyTypeObject OutboxType, OutletType;

/* Interns the names of attributes; -1 with an exception. */
int sending_names(void);
/* Whether packets can leave: keys, an address and an open outbox. */
int outlet_ready(const OutletObject *self);
/* The number of the packet that leaves now, noted (Departures.note); -1 with an exception. */
long outlet_number(OutletObject *self, int size, double now);
/* Protects a copy and puts it on its way; 0 when it cannot be. */
int outlet_leave(OutletObject *self, const void *packet, int size);

#endif
