"""A page in a real browser uses the server: a fetch across origins, and a form that uploads a file."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import subprocess
import threading

import boto3
import pytest
from botocore.config import Config

from mocks3 import MockAWS

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

PAGE = """<!doctype html><body><pre id="result">not finished</pre>
<iframe name="answer"></iframe>
<form id="upload" method="post" enctype="multipart/form-data" target="answer" action="POST_URL">FIELDS
<input type="file" name="file" id="file"></form>
<script>
const place = PLACES;
const show = async () => {
  const found = {};
  const headers = {"x-amz-meta-from": "browser"};
  found.put = (await fetch(place.put, {method: "PUT", body: "fetched", headers})).status;
  const got = await fetch(place.get);
  found.get = [got.status, await got.text(), got.headers.get("etag") !== null];
  found.forbidden = await fetch(place.forbidden).then(() => "read", (error) => error.constructor.name);
  const chosen = new DataTransfer();
  chosen.items.add(new File(["from a form"], "chosen.txt", {type: "text/plain"}));
  document.getElementById("file").files = chosen.files;
  const answered = new Promise((done) => { document.querySelector("iframe").onload = done; });
  document.getElementById("upload").submit();
  await answered;
  return found;
};
show().catch((error) => String(error)).then((found) => {
  document.getElementById("result").textContent = JSON.stringify(found);
});
</script>"""


class Page(http.server.BaseHTTPRequestHandler):
    """Serves one page."""

    def __init__(self, content: bytes, *args: object) -> None:
        self.content = content
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *args: object) -> None:
        """Print nothing."""


def page_of(s3, origin: str) -> bytes:
    """Return the page with URLs and a form that boto3 has made."""
    s3.put_bucket_cors(
        Bucket="data",
        CORSConfiguration={
            "CORSRules": [
                {
                    "AllowedOrigins": [origin],
                    "AllowedMethods": ["GET", "PUT"],
                    "AllowedHeaders": ["*"],
                    "ExposeHeaders": ["ETag"],
                }
            ]
        },
    )
    made = s3.generate_presigned_url
    put = {"Bucket": "data", "Key": "fetched", "Metadata": {"from": "browser"}}
    places = {
        "put": made("put_object", put),
        "get": made("get_object", {"Bucket": "data", "Key": "fetched"}),
        "forbidden": made("get_object", {"Bucket": "other", "Key": "k"}),
    }
    post = s3.generate_presigned_post(
        "data", "form/${filename}", {"success_action_status": "201"}, [{"success_action_status": "201"}]
    )
    fields = "".join(f'<input type="hidden" name="{n}" value="{v}">' for n, v in post["fields"].items())
    text = PAGE.replace("POST_URL", post["url"]).replace("FIELDS", fields)
    return text.replace("PLACES", json.dumps(places)).encode()


def test_a_page_fetches_and_uploads(tmp_path):
    aws = MockAWS()
    for name in ("data", "other"):
        aws.account().create_bucket(name, objects={"k": b"x"})
    with aws.serve() as server, http.server.ThreadingHTTPServer(("127.0.0.1", 0), None) as pages:
        config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
        s3 = boto3.session.Session().client("s3", config=config, **server.options("boto3"))
        origin = f"http://127.0.0.1:{pages.server_port}"
        pages.RequestHandlerClass = functools.partial(Page, page_of(s3, origin))
        thread = threading.Thread(target=pages.serve_forever)
        thread.start()
        try:
            found = subprocess.run(
                [
                    BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-proxy-server",
                    "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}", "--virtual-time-budget=20000",
                    "--dump-dom", origin,
                ],
                capture_output=True, text=True, timeout=240,
            )  # fmt: skip
        finally:
            pages.shutdown()
            thread.join()
        result = found.stdout.partition('id="result">')[2].partition("<")[0]
        assert json.loads(result) == {"put": 200, "get": [200, "fetched", True], "forbidden": "TypeError"}
        assert s3.head_object(Bucket="data", Key="fetched")["Metadata"] == {"from": "browser"}
        assert s3.get_object(Bucket="data", Key="form/chosen.txt")["Body"].read() == b"from a form"
    operations = [call.operation for call in aws.calls]
    assert operations.count("PostObject") == 1
