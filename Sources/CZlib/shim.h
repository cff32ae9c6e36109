#ifndef AXTRAIN_CZLIB_SHIM_H
#define AXTRAIN_CZLIB_SHIM_H
#include <zlib.h>
#endif
