"""The YAML language server of editors, run for real: a conversation in its protocol over standard input and output."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

_PATIENCE = 60


@dataclass
class Editor:
    """What an editor does: opens files and asks about places in them, counted from 0."""

    to: IO[bytes]
    heard: queue.Queue[dict[str, Any]]
    settings: Mapping[str, Any]
    last: int = 0
    diagnostics: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def start(self, folder: Path) -> None:
        workspace = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
        completion = {"completionItem": {"snippetSupport": False, "documentationFormat": ["markdown"]}}
        hover = {"contentFormat": ["markdown"]}
        self.ask(
            "initialize",
            processId=None,
            rootUri=folder.as_uri(),
            workspaceFolders=[{"uri": folder.as_uri(), "name": folder.name}],
            capabilities={"workspace": workspace, "textDocument": {"completion": completion, "hover": hover}},
        )
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings=self.settings)

    def open(self, *files: Path) -> list[list[dict[str, Any]]]:
        """What the server finds wrong in each of the files, which are opened at once: it takes its time with each."""
        for file in files:
            text = file.read_text(encoding="utf-8")
            document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
            self.diagnostics.pop(file.as_uri(), None)
            self.tell("textDocument/didOpen", textDocument=document)
        return [self._found(file.as_uri()) for file in files]

    def change(self, file: Path) -> list[dict[str, Any]]:
        """The same of a file that is open, after its text has changed."""
        document = {"uri": file.as_uri(), "version": 2}
        self.diagnostics.pop(file.as_uri(), None)
        text = file.read_text(encoding="utf-8")
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        return self._found(file.as_uri())

    def _found(self, uri: str) -> list[dict[str, Any]]:
        while uri not in self.diagnostics:
            self._hear()
        return self.diagnostics[uri]

    def at(self, method: str, file: Path, line: int, character: int) -> Any:
        place = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", textDocument={"uri": file.as_uri()}, position=place)

    def ask(self, method: str, **params: Any) -> Any:
        self.last += 1
        self._send({"id": self.last, "method": method, "params": params})
        while True:
            message = self._hear()
            if message.get("id") == self.last and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.to.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.to.flush()

    def _hear(self) -> dict[str, Any]:
        message = self.heard.get(timeout=_PATIENCE)
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method and "id" in message:
            self._send({"id": message["id"], "result": self._answer(method, message.get("params"))})
        return message

    def _answer(self, method: str, params: Any) -> Any:
        if method != "workspace/configuration":
            return None
        return [self.settings.get(item.get("section", "").strip("[]")) for item in params["items"]]


@contextmanager
def editor(command: list[str], folder: Path, settings: Mapping[str, Any]) -> Iterator[Editor]:
    """An editor with a folder open, and a server of its own that stops at the end."""
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
    assert server.stdin is not None and server.stdout is not None
    heard: queue.Queue[dict[str, Any]] = queue.Queue()
    reader = threading.Thread(target=_read, args=(server.stdout, heard), daemon=True)
    reader.start()
    try:
        one = Editor(server.stdin, heard, settings)
        one.start(folder)
        yield one
    finally:
        server.kill()
        server.wait()
        reader.join()
        server.stdin.close()
        server.stdout.close()


def _read(stream: IO[bytes], heard: queue.Queue[dict[str, Any]]) -> None:
    while header := stream.readline():
        if header.lower().startswith(b"content-length:"):
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            heard.put(json.loads(stream.read(length)))
