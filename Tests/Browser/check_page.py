#!/usr/bin/env python3
"""Uses the page of `neardup serve` as a person would, in Debian's chromium without a screen.

usage: check_page.py BINARY [SCREENSHOTS]

Speaks WebDriver with chromedriver; needs nothing but Python's standard library. Exits with 1 at the first thing that is
not as it should be.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
TAB, CONTROL, ENTER = "\ue004", "\ue009", "\ue007"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def request(method, url, body=None, timeout=60):
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    sent = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(sent, timeout=timeout) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {url}: {error.code} {error.read().decode()[:500]}")


def wait(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = condition()
            if found:
                return found
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.1)
    raise SystemExit(f"waited {seconds} s for {what}")


class Browser:
    """A window of chromium."""

    def __init__(self, driver, width, height):
        options = {
            "binary": shutil.which("chromium"),
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     f"--window-size={width},{height}"],
        }
        always = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        if width < 600:
            options["mobileEmulation"] = {
                "deviceMetrics": {"width": width, "height": height, "pixelRatio": 2, "touch": True}
            }
        made = request("POST", f"{driver}/session", {"capabilities": {"alwaysMatch": always}})
        self.url = f"{driver}/session/{made['value']['sessionId']}"

    def do(self, method, path, body=None):
        return request(method, f"{self.url}/{path}", body if method == "GET" or body is not None else {})["value"]

    def go(self, url):
        self.do("POST", "url", {"url": url})

    def run(self, script, *arguments):
        return self.do("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.do("POST", "element", {"using": "css selector", "value": selector})[ELEMENT]

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).textContent", selector)

    def click(self, selector):
        self.do("POST", f"element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.do("POST", f"element/{self.find(selector)}/value", {"text": text})

    def keys(self, *keys):
        """Presses keys wherever the focus is; those of one argument together."""
        steps = []
        for chord in keys:
            steps += [{"type": "keyDown", "value": key} for key in chord]
            steps += [{"type": "keyUp", "value": key} for key in reversed(chord)]
        self.do("POST", "actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    def focus(self):
        return self.run("return document.activeElement.id || document.activeElement.tagName")

    def complaints(self):
        """What the console says, the content security policy's refusals among it."""
        return [entry["message"] for entry in self.do("POST", "se/log", {"type": "browser"})]

    def shoot(self, folder, name):
        if folder:
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(base64.b64decode(self.do("GET", "screenshot")))

    def close(self):
        request("DELETE", self.url)


def expect(condition, message):
    if not condition:
        raise SystemExit(f"not as it should be: {message}")


def read(name):
    with open(os.path.join(ROOT, "Data", name), encoding="utf-8") as file:
        return file.read()


def answered(browser, word):
    wait(f"the verdict {word}", lambda: browser.text("#verdict").lower().startswith(word))


def check_desktop(browser, page, folder, scratch):
    browser.go(page)
    wait("the index's figures", lambda: "74 documents" in browser.text("#index"))
    wait("rates", lambda: "checks/s" in browser.text("#index"))
    expect(browser.complaints() == [], "the console has complaints")

    # With the keyboard alone: skip link, text, check.
    browser.keys([TAB])
    browser.keys([ENTER])
    browser.keys([TAB])
    expect(browser.focus() in ("text", "check"), f"the keyboard leads to {browser.focus()}")
    incoming = read("incoming.txt")
    browser.run("document.querySelector('#text').focus()")
    browser.run("document.execCommand('insertText', false, arguments[0])", incoming)
    browser.keys([CONTROL, ENTER])
    answered(browser, "revised")
    expect(browser.focus() == "result", f"the focus is at {browser.focus()}, not at the answer")
    expect("humming-collars" in browser.text("#matches"), "the match is not named")
    expect("Jaccard 0.6" in browser.text("#matches"), "there are no figures")
    marked = browser.run("return [...document.querySelectorAll('mark')].map((mark) => mark.textContent).join('')")
    expect(len(marked) > 500, "nothing is marked")
    expect(marked in incoming or all(part in incoming for part in marked.split("\n")), "what is marked is not the text")
    expect(browser.text("#shown") == incoming, "the text that is shown is not the text that was sent")
    browser.shoot(folder, "desktop")

    # What nobody has, with markup in it, which must stay text.
    browser.click("#clear")
    browser.type("#text", "<img src=x onerror=alert(1)> Not a line of this was ever printed anywhere before today.")
    browser.click("#check")
    answered(browser, "unique")
    expect(browser.run("return document.querySelectorAll('#result img').length") == 0, "markup came alive")

    # Files: a page, JSON with a hostile id, an empty one.
    def choose(name, content):
        path = os.path.join(scratch, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        browser.type("#file", path)

    choose("page.html", "<html><body><nav>Home</nav><p>" + incoming.replace("\n", "<br>") + "</p></body></html>")
    answered(browser, "revised")
    first = json.loads(read("incoming.jsonl").split("\n")[0])
    choose("document.json", json.dumps({"id": "<b>x</b>", "text": first["text"]}))
    answered(browser, "exact")
    expect(browser.run("return document.querySelectorAll('mark').length") > 0, "nothing is marked in JSON's text")
    choose("bad.json", "{")
    answered(browser, "not checked")
    expect("not valid JSON" in browser.text("#verdict"), "the problem is not told")
    choose("empty.txt", " … ")
    answered(browser, "empty")
    # The refused requests are noted by the browser; the policy's refusals would be too.
    refused = [line for line in browser.complaints() if "400" not in line]
    expect(refused == [], f"the console has complaints: {refused}")


def check_phone(browser, page, folder):
    browser.go(page)
    browser.run("document.querySelector('#text').value = arguments[0]", read("incoming.txt"))
    browser.click("#check")
    answered(browser, "revised")
    wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(wide <= 0, f"the page is {wide} pixels wider than the phone")
    small = browser.run(
        "return [...document.querySelectorAll('button, .button')].filter((b) => b.offsetHeight < 40).length"
    )
    expect(small == 0, "there are buttons too small for a finger")
    browser.shoot(folder, "phone")


def main():
    binary = os.path.abspath(sys.argv[1])
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    scratch = tempfile.mkdtemp(prefix="neardup-page-")
    running = []
    try:
        index = os.path.join(scratch, "index")
        subprocess.run([binary, "index", "--quiet", "--index", index, os.path.join(ROOT, "Data/crawl.jsonl")], check=True)
        port, driver_port = free_port(), free_port()
        log = open(os.path.join(scratch, "log"), "w")
        running.append(subprocess.Popen([binary, "serve", "--index", index, "--port", str(port)], stderr=log))
        running.append(subprocess.Popen(["chromedriver", f"--port={driver_port}"], stdout=log, stderr=log))
        page, driver = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{driver_port}"
        wait("the service", lambda: urllib.request.urlopen(page + "readyz").status == 200)
        wait("chromedriver", lambda: request("GET", f"{driver}/status")["value"]["ready"])
        for width, height in ((1280, 900), (390, 844)):
            browser = Browser(driver, width, height)
            try:
                if width > 600:
                    check_desktop(browser, page, folder, scratch)
                else:
                    check_phone(browser, page, folder)
            finally:
                browser.close()
        running[0].terminate()
        expect(running[0].wait(30) == 0, "the service did not end in good order")
        print("the page is as it should be")
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
