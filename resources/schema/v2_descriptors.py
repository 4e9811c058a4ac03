"""Collects the serialized descriptors of generated Python modules without importing them.

usage: v2_descriptors.py SITE_PACKAGES OUT.desc

Writes a google.protobuf.FileDescriptorSet of every AddSerializedFile(b'...') literal below the given folder.
"""
import ast
import pathlib
import sys


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def literals(path):
    text = path.read_text(encoding="utf-8")
    if "AddSerializedFile" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
            if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, bytes):
                yield node.args[0].value


def main():
    root, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = {data for path in sorted(root.rglob("*_pb2.py")) for data in literals(path)}
    if not files:
        sys.exit(f"{root}: no generated descriptors found; is the package xds-protos installed there?")
    out.write_bytes(b"".join(b"\x0a" + varint(len(data)) + data for data in sorted(files)))


if __name__ == "__main__":
    main()
