# SPDX-License-Identifier: Apache-2.0
"""A page opened in a browser without a screen: Chromium, or, where the
distribution has none, the same engine inside Qt, on a virtual screen.

`open_page(path)` gives what the page's console said and what `PROBE` saw.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, List, Optional

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-dev-shm-usage",
         "--window-size=1100,2000"]

# Runs in the page, after moving the pointer over the first strip.
PROBE = """(() => {
    const strip = document.querySelector('.strip svg');
    if (strip) {
        const box = strip.getBoundingClientRect();
        strip.dispatchEvent(new PointerEvent('pointermove', {
            clientX: box.left + box.width / 2, clientY: box.top + 40,
            bubbles: true}));
    }
    const drawn = Array.from(document.querySelectorAll('.strip .survivors'),
        path => path.getBBox().width);
    document.getElementById('theme').click();
    return JSON.stringify({
        strips: document.querySelectorAll('.strip svg').length,
        drawn: drawn,
        layers: document.querySelectorAll('.layer').length,
        headline: document.querySelector('h1').textContent,
        readout: document.getElementById('readout').textContent,
        wide: document.documentElement.scrollWidth
            > document.documentElement.clientWidth,
        theme: document.documentElement.dataset.theme || ''});
})()"""


@dataclass(frozen=True)
class Visit:
    errors: List[str]
    seen: Dict[str, Any]


def chromium() -> Optional[str]:
    """A Chromium that is no snap's launcher."""
    for name in ("chromium", "google-chrome", "chromium-browser"):
        path = shutil.which(name)
        if path and "snap" not in os.path.realpath(path):
            with open(path, "rb") as file:
                if b"snap" not in file.read(2000):
                    return path
    return None


def visit_by_chromium(program: str, page: Path) -> Visit:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in [*FLAGS, f"--user-data-dir={profile}"]:
            options.add_argument(flag)
        driver = webdriver.Chrome(
            options=options,
            service=Service(shutil.which("chromedriver")))
        try:
            driver.get(page.as_uri())
            seen = json.loads(driver.execute_script("return " + PROBE))
            errors = [entry["message"] for entry in driver.get_log("browser")
                      if entry["level"] in ("SEVERE", "WARNING")]
        finally:
            driver.quit()
    return Visit(errors, seen)


def visit_by_qt(page: Path) -> Visit:
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, __file__, str(page)], check=True,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        timeout=90,
        env=dict(os.environ, QTWEBENGINE_DISABLE_SANDBOX="1",
                 QTWEBENGINE_CHROMIUM_FLAGS="--disable-gpu --no-sandbox"))
    return Visit(**json.loads(done.stdout))


def qt_main(page: str) -> None:
    """In a process of its own: prints a Visit as JSON."""
    from PyQt5.QtCore import QUrl
    from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineView
    from PyQt5.QtWidgets import QApplication

    class Page(QWebEnginePage):
        errors: List[str] = []

        def javaScriptConsoleMessage(self, level, message, line, source):
            if level != QWebEnginePage.InfoMessageLevel:
                self.errors.append(f"{source}:{line}: {message}")

    application = QApplication(["browser"])
    view = QWebEngineView()
    shown = Page(view)
    view.setPage(shown)
    view.resize(1100, 2000)

    def finish(seen):
        print(json.dumps(
            {"errors": shown.errors, "seen": json.loads(seen)}), flush=True)
        application.quit()

    view.loadFinished.connect(lambda _: shown.runJavaScript(PROBE, finish))
    view.load(QUrl.fromLocalFile(page))
    view.show()
    application.exec_()
    os._exit(0)  # the engine's helpers outlast an orderly end


def open_page(page: Path) -> Optional[Visit]:
    """Visits a page, or gives None where there is no browser."""
    program = chromium()
    if program and shutil.which("chromedriver"):
        return visit_by_chromium(program, page)
    if shutil.which("xvfb-run") and find_spec("PyQt5") \
            and find_spec("PyQt5.QtWebEngineWidgets"):
        return visit_by_qt(page)
    return None


if __name__ == "__main__":
    qt_main(sys.argv[1])
