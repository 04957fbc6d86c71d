"""Azure CLI without the start that takes it longer than most commands.

    azure-warm.py SOCKET

loads the libraries that Azure CLI uses, prints "ready" and waits. Each connection
brings one command's arguments, environment, folder and streams. A process of its
own, forked from this one, runs Azure CLI for it and answers with the exit code.
Nothing of azure.cli is loaded before that: it reads its settings as it is loaded.
All ends with standard input.
"""

import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback

LIBRARIES = (
    "argcomplete", "azure.core", "azure.mgmt.core", "azure.core.pipeline.policies", "cryptography.x509",
    "cryptography.hazmat.primitives.asymmetric.rsa", "cryptography.hazmat.primitives.serialization.pkcs12",
    "http.server", "humanfriendly", "jmespath", "jwt", "knack.commands", "knack.help", "msal", "msal_extensions",
    "msrest", "msrestazure.azure_exceptions", "OpenSSL.crypto", "requests", "yaml",
)


def load():
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # another version of Azure CLI does without it


def end_with(connection):
    """Ends this process when whoever asked for it is gone."""
    connection.recv(1)
    os._exit(1)


def command(connection):
    _, streams, _, _ = socket.recv_fds(connection, 1, 3)
    asked = json.loads(connection.makefile().readline())
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["az", *asked["arguments"]]
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    code = 0
    try:
        runpy.run_module("azure.cli", run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(b"%d\n" % code)
    os._exit(code)


def serve(path):
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            command(connection)
        connection.close()


serve(sys.argv[1])
