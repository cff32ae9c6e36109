"""Writes small array files by NumPy and the Python library, for ArrayFilesTests and the fuzzers.

    python3 Tests/Tools/array_files.py Tests/Golden/array_files.txt Fuzzing/Corpus

Each line of the golden file: name, shape, values in row-major order, the file in base64. Of an
archive: name/member. The corpus has the same files.
"""

import base64
import gzip
import io
import os
import struct
import sys
import zipfile

import numpy as np

lines = []
files = {}


def record(name, members, data):
    files[name] = data
    for member, array in members:
        array = np.asarray(array)
        shape = "x".join(map(str, array.shape)) or "-"
        values = " ".join(repr(float(v)) for v in array.flatten()) or "-"
        label = f"{name}/{member}" if member else name
        lines.append(f"{label}\t{shape}\t{values}\t{base64.b64encode(data).decode()}")


def idx(array, code):
    head = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def packed(data):
    return gzip.compress(data, mtime=0)


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version, allow_pickle=False)
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """A pipe: zipfile writes data descriptors into one."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, part):
        self.data += bytes(part)
        return len(part)


pixels = np.array([[[0, 1], [2, 255]], [[16, 17], [128, 254]], [[7, 9], [11, 13]]], np.uint8)
labels = np.array([3, 0, 9], np.uint8)
reals = np.array([[0.5, -1.25, 3e-5], [1e10, -0.0, 2.0]], np.float64)

for code, kind in [(8, "u1"), (9, "i1"), (11, "i2"), (12, "i4"), (13, "f4"), (14, "f8")]:
    array = pixels.astype(kind) if kind != "i1" else (pixels // 2).astype("i1") - 60
    if kind[0] == "f":
        array = array / array.dtype.type(4) - array.dtype.type(3)
    record(f"{kind}.idx", [("", array)], idx(array, code))
record("labels.idx", [("", labels)], idx(labels, 8))
record("pixels.idx.gz", [("", pixels)], packed(idx(pixels, 8)))
data = idx(pixels, 8)
record("two-parts.idx.gz", [("", pixels)], packed(data[:9]) + packed(data[9:]))

for kind in ["?", "u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", "<i4", ">i4", "<u8", "<i8", "<f2"]:
    array = (pixels // 128 if kind == "?" else pixels // 2).astype(kind)
    if kind in ["i1", "<i2", ">i2", "<i4", ">i4", "<i8"]:
        array = (array.astype(int) - 60).astype(kind)
    if kind == "<f2":
        array = array * np.float16(0.25) - np.float16(1)
        array[0, 0, 0] = np.float16(6e-8)
    name = array.dtype.str.replace("<", "little-").replace(">", "big-").replace("|", "")
    record(f"{name}.npy", [("", array)], npy(array))
record("f8.npy", [("", reals.astype(np.float32))], npy(reals))
record("big-f4.npy", [("", reals.astype(np.float32))], npy(reals.astype(">f4")))
record("number.npy", [("", np.float32(2.5))], npy(np.array(2.5, np.float32)))
record("empty.npy", [("", np.zeros((0, 3), np.float32))], npy(np.zeros((0, 3), np.float32)))
record("version-2.npy", [("", labels)], npy(labels, (2, 0)))
record("version-3.npy", [("", labels)], npy(labels, (3, 0)))
record("packed.npy.gz", [("", labels)], packed(npy(labels)))
fortran = np.asfortranarray(np.arange(24).reshape(4, 2, 3).astype(np.uint8))
record("fortran.npy", [("", fortran)], npy(fortran))
matrix = np.asfortranarray(reals.astype(np.float32))
record("fortran-f4.npy", [("", matrix)], npy(matrix))

members = [("x_train", pixels), ("y_train", labels), ("reals", reals.astype(np.float32))]
for name, save in [("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)]:
    out = io.BytesIO()
    save(out, **dict(members))
    record(name, members, out.getvalue())
pipe = Unseekable()
with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, array in members:
        archive.writestr(zipfile.ZipInfo(name + ".npy"), npy(array), zipfile.ZIP_DEFLATED)
record("descriptors.npz", members, pipe.data)
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as archive:
    archive.writestr(zipfile.ZipInfo("x.npy"), npy(labels))
    archive.comment = b"PK\x05\x06 is no end"
record("comment.npz", [("x", labels)], out.getvalue())

with open(sys.argv[1], "w", encoding="ascii") as golden:
    golden.write("# Files that NumPy wrote, with what is in them; made by Tests/Tools/array_files.py\n")
    golden.write("\n".join(lines) + "\n")
for name, data in files.items():
    folder = os.path.join(sys.argv[2], "IDX" if ".idx" in name else "NPZ")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
