/* The Python types of receiving.c, which module.c names. */
#ifndef HEJIE_RECEIVING_H
#define HEJIE_RECEIVING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern PyTypeObject InboxType, InletType;

#endif
