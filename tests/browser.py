"""A headless Chromium for tests, driven over its debugging pipe: no driver, no open port.

Protocol: JSON messages ended by a zero byte, commands on file descriptor 3, answers on 4
(https://chromedevtools.github.io/devtools-protocol/).
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 120.0  # seconds; WebGL drawn by a busy processor starts slowly
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # containers run as root
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu-rasterization",  # without a graphics card: the page by the processor,
    "--disable-gpu-compositing",
    "--use-angle=swiftshader",  # ... and WebGL too
    "--enable-unsafe-swiftshader",
    "--force-prefers-reduced-motion",  # pages begin at rest: drawing in software is slow
    "--window-size=1100,760",
)


def find() -> str | None:
    """The program, or None where there is none; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of one Chromium; a context manager.

    Attributes
    ----------
    requests : addresses that the page asked for.
    complaints : errors of the console, exceptions, refusals by the policy.
    """

    def __init__(self, program: str):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.unread, self.count, self.session = b"", 0, None
        commands, self.write_end = os.pipe()
        self.read_end, answers = os.pipe()
        # The shell puts the two ends where Chromium looks for them, and becomes Chromium.
        arguments = [program, *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash", *arguments],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)

    def __enter__(self) -> "Browser":
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_exception: object) -> None:
        self.process.terminate()
        self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        self.profile.cleanup()

    def call(self, method: str, **parameters: object) -> dict:
        """Give a command and wait for its answer; events on the way are noted."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            answer = self._next(until)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _next(self, until: float) -> dict:
        while b"\0" not in self.unread:
            if not select.select([self.read_end], [], [], max(until - time.monotonic(), 0.0))[0]:
                raise TimeoutError(f"Chromium said nothing for {PATIENCE:g} s")
            data = os.read(self.read_end, 1 << 20)
            if not data:
                raise RuntimeError("Chromium ended")
            self.unread += data
        answer, self.unread = self.unread.split(b"\0", 1)
        return json.loads(answer)

    def _note(self, event: dict) -> None:
        method, told = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"]))
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(told["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and told["type"] == "error":
            self.complaints.append(json.dumps(told["args"]))

    def open(self, path: Path) -> None:
        """Load a file and wait until its scripts have run."""
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait("document.readyState === 'complete'")

    def evaluate(self, expression: str) -> object:
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Until a JavaScript condition holds."""
        until = time.monotonic() + PATIENCE
        while not self.evaluate(condition):
            if time.monotonic() > until:
                raise TimeoutError(condition)
            time.sleep(0.05)

    def click(self, x: float, y: float) -> None:
        """The left button, at a place of the window."""
        self.drag(x, y, x, y)

    def drag(self, x: float, y: float, end_x: float, end_y: float) -> None:
        """Press the left button at one place and let it go at another."""
        button = {"button": "left", "buttons": 1, "clickCount": 1}
        self._mouse("mouseMoved", x, y)
        self._mouse("mousePressed", x, y, **button)
        if (x, y) != (end_x, end_y):
            self._mouse("mouseMoved", end_x, end_y, **button)
        self._mouse("mouseReleased", end_x, end_y, **button)

    def _mouse(self, kind: str, x: float, y: float, **state: object) -> None:
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **state)

    def press(self, key: str) -> None:
        """A key, for what has the focus."""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def picture(self, **area: float) -> bytes:
        """PNG of the window, or of an area (x, y, width, height)."""
        options = {"clip": {"scale": 1, **area}, "captureBeyondViewport": True} if area else {}
        return base64.b64decode(
            self.call("Page.captureScreenshot", format="png", **options)["data"]
        )
