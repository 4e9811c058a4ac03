"""Collects the comments of the .proto files from the docstrings of generated Python classes, without importing them.

usage: documentation.py SITE_PACKAGES/envoy_data_plane OUT.json

Keys are "package.OuterInner" for messages and enums, "package.OuterInner.field" for fields and values.
"""
import ast
import inspect
import json
import pathlib
import sys


def text_of(node):
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return inspect.cleandoc(node.value.value)
    return None


def field_name(node):
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    return target.id.rstrip("_") if isinstance(target, ast.Name) else None


def class_docs(package, node, docs):
    own = ast.get_docstring(node)
    if own:
        docs[f"{package}.{node.name}"] = own.split("\n\nOneofs:\n")[0]
    for before, after in zip(node.body, node.body[1:]):
        name, text = field_name(before), text_of(after)
        if name and text:
            docs[f"{package}.{node.name}.{name}"] = text


def main():
    root, docs = pathlib.Path(sys.argv[1]), {}
    for path in sorted(root.rglob("__init__.py")):
        package = ".".join(path.parent.relative_to(root).parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                class_docs(package, node, docs)
    if not docs:
        sys.exit(f"{root}: no documentation found; is the package envoy-data-plane installed there?")
    pathlib.Path(sys.argv[2]).write_text(json.dumps(docs, indent=0, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
