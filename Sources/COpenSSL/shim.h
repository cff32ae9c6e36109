#ifndef AXTRAIN_COPENSSL_SHIM_H
#define AXTRAIN_COPENSSL_SHIM_H
#include <stddef.h>
/* Only what Files/Digest.swift calls, as declared in openssl/sha.h: one-shot SHA-256 (FIPS 180-4). */
unsigned char *SHA256(const unsigned char *data, size_t count, unsigned char *digest);
#endif
