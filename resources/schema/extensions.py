"""Asks a running Envoy for its extension registry.

usage: extensions.py ENVOY OUT.json

Starts the program with nothing but an admin address, reads node.extensions of /config_dump, stops it.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

BOOTSTRAP = "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}"


def admin_address(process, path, deadline):
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    sys.exit("Envoy did not open its admin address")


def main():
    with tempfile.TemporaryDirectory() as folder:
        address = pathlib.Path(folder) / "address"
        process = subprocess.Popen(
            [sys.argv[1], "--config-yaml", BOOTSTRAP, "--admin-address-path", str(address), "-l", "off",
             "--disable-hot-restart"], stdin=subprocess.DEVNULL)
        try:
            where = admin_address(process, address, time.monotonic() + 30)
            with urllib.request.urlopen(f"http://{where}/config_dump", timeout=30) as answer:
                dump = json.load(answer)
        finally:
            process.terminate()
            process.wait()
    bootstrap = next(c["bootstrap"] for c in dump["configs"] if "bootstrap" in c)
    pathlib.Path(sys.argv[2]).write_text(json.dumps(bootstrap["node"]["extensions"], indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
