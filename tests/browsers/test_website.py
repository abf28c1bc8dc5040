"""The static website endpoint, through real HTTP requests."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import httpx
import pytest
import requests
import urllib3

from mocks3 import mock_s3

HOST = "http://site.s3-website-us-east-1.amazonaws.com"
PAGE = (
    "<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n{items}"
    "<li>RequestId: {request_id}</li>\n<li>HostId: {host_id}</li>\n</ul>\n{more}<hr/>\n</body>\n</html>\n"
)
OBJECTS = {
    "index.html": b"home",
    "a.txt": b"a",
    "docs/index.html": b"docs",
    "404.html": b"nothing here",
    "sp ace/ü.html": b"odd",
}


@pytest.fixture
def aws():
    with mock_s3() as world:
        read = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::site/*",
        }
        reveal = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::site",
        }
        policy = {"Version": "2012-10-17", "Statement": [read, reveal]}
        world.account().create_bucket("site", policy=policy, public_access_block=None, objects=OBJECTS)
        configure(world)
        yield world


def configure(aws, **site):
    if "RedirectAllRequestsTo" not in site:
        site.setdefault("IndexDocument", {"Suffix": "index.html"})
    aws.client().put_bucket_website(Bucket="site", WebsiteConfiguration=site)


def ask(path="/", method="GET", host=HOST, **headers):
    return requests.request(method, host + path, headers=headers, allow_redirects=False, timeout=1)


def page(got, *lines, more=""):
    items = "".join(f"<li>{line}</li>\n" for line in lines)
    title = {403: "403 Forbidden", 404: "404 Not Found", 405: "405 Method Not Allowed", 302: "302 Found",
             400: "400 Bad Request", 412: "412 Precondition Failed"}[got.status_code]  # fmt: skip
    ids = {"request_id": got.headers["x-amz-request-id"], "host_id": got.headers["x-amz-id-2"]}
    return PAGE.format(title=title, items=items, more=more, **ids)


NO_KEY = ("Code: NoSuchKey", "Message: The specified key does not exist.")


def test_objects_and_index_documents(aws):
    for path, body in {
        "/": b"home",
        "": b"home",
        "/index.html": b"home",
        "/a.txt": b"a",
        "/docs/": b"docs",
        "/sp%20ace/%C3%BC.html": b"odd",
        "/a.txt?versionId=ignored&acl": b"a",
    }.items():
        got = ask(path)
        assert (got.status_code, got.content) == (200, body), path
    assert ask("/a.txt").headers["ETag"]
    assert {(call.operation, call.principal) for call in aws.calls[1:]} == {("GetObject", "anonymous")}


@pytest.mark.parametrize("host", [
    "http://site.s3-website.us-east-1.amazonaws.com", "http://site.s3-website-us-east-1.amazonaws.com:80",
])  # fmt: skip
def test_hosts(aws, host):
    assert ask("/a.txt", host=host).content == b"a"


def test_head_requests(aws):
    got = ask("/docs/", "HEAD")
    assert (got.status_code, got.content, got.headers["Content-Length"]) == (200, b"", "4")
    got = ask("/none", "HEAD")
    assert (got.status_code, got.content) == (404, b"")
    assert got.headers["x-amz-error-code"] == "NoSuchKey"


def test_conditional_and_range_requests(aws):
    etag = ask("/a.txt").headers["ETag"]
    got = ask("/a.txt", **{"If-None-Match": etag})
    assert (got.status_code, got.content) == (304, b"")
    assert ask("/index.html", Range="bytes=1-2").content == b"om"
    got = ask("/a.txt", **{"If-Match": '"other"'})
    assert got.status_code == 412
    assert "<li>Code: PreconditionFailed</li>" in got.text


def test_a_missing_page(aws):
    """R-91."""
    got = ask("/none.html")
    assert got.status_code == 404
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    assert got.headers["x-amz-error-code"] == "NoSuchKey"
    assert got.headers["x-amz-error-message"] == "The specified key does not exist."
    assert got.headers["x-amz-error-detail-Key"] == "none.html"
    assert got.text == page(got, *NO_KEY, "Key: none.html")


def test_a_missing_index_document(aws):
    aws.client().delete_object(Bucket="site", Key="index.html")
    got = ask("/")
    assert got.text == page(got, *NO_KEY, "Key: index.html")
    got = ask("/empty/")
    assert got.text == page(got, *NO_KEY, "Key: empty/index.html")


def test_text_is_escaped(aws):
    assert "<li>Key: &lt;b&gt;&amp;ü</li>" in ask("/%3Cb%3E&%C3%BC").text


def test_missing_keys_are_404_only_with_list_bucket(aws):
    """F-164."""
    read = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}
    policy = {"Version": "2012-10-17", "Statement": read}
    aws.client().put_bucket_policy(Bucket="site", Policy=json.dumps(policy))
    assert ask("/a.txt").content == b"a"
    for path in ("/none", "/none/"):
        got = ask(path)
        assert got.status_code == 403
        assert got.text == page(got, "Code: AccessDenied", "Message: Access Denied")
    assert ask("/docs").headers["Location"] == "/docs/"
    aws.client().delete_bucket_policy(Bucket="site")
    assert ask("/a.txt").status_code == 403


def test_a_bucket_that_everyone_may_list_shows_the_page_for_missing_keys(aws):
    """X-4."""
    client = aws.client()
    client.delete_bucket_policy(Bucket="site")
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    client.put_bucket_ownership_controls(Bucket="site", OwnershipControls=controls)
    assert ask("/none").status_code == 403
    client.put_bucket_acl(Bucket="site", ACL="public-read")
    assert ask("/none").status_code == 404
    assert ask("/a.txt").status_code == 403
    client.put_object_acl(Bucket="site", Key="404.html", ACL="public-read")
    rule = {
        "Condition": {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "old/"},
        "Redirect": {"ReplaceKeyPrefixWith": "new/"},
    }
    configure(aws, ErrorDocument={"Key": "404.html"}, RoutingRules=[rule])
    assert (ask("/none").status_code, ask("/none").content) == (404, b"nothing here")
    assert ask("/old/x").headers["Location"] == f"{HOST}/new/x"


def test_buckets_without_a_website(aws):
    got = ask("/", host="http://nowhere.s3-website-us-east-1.amazonaws.com")
    assert got.status_code == 404
    assert got.text == page(
        got, "Code: NoSuchBucket", "Message: The specified bucket does not exist", "BucketName: nowhere"
    )
    aws.client().delete_bucket_website(Bucket="site")
    got = ask("/")
    assert got.status_code == 404
    assert got.text == page(
        got,
        "Code: NoSuchWebsiteConfiguration",
        "Message: The specified bucket does not have a website configuration",
        "BucketName: site",
    )


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
def test_other_methods(aws, method):
    """R-91."""
    got = ask("/a.txt", method)
    assert got.status_code == 405
    message = "Message: The specified method is not allowed against this resource."
    assert got.text == page(
        got, "Code: MethodNotAllowed", message, f"Method: {method}", "ResourceType: OBJECT"
    )


def test_another_regions_endpoint(aws):
    got = ask("/", host="http://site.s3-website-eu-west-1.amazonaws.com")
    assert got.status_code == 400
    assert "<li>Code: IncorrectEndpoint</li>" in got.text
    assert "<li>Endpoint: site.s3-website-us-east-1.amazonaws.com</li>" in got.text


def test_the_endpoint_itself(aws):
    got = ask("/", host="http://s3-website-us-east-1.amazonaws.com")
    assert (got.status_code, got.headers["Location"]) == (301, "https://aws.amazon.com/s3/")


def test_a_folder_without_its_slash(aws):
    """R-92."""
    got = ask("/docs")
    assert (got.status_code, got.headers["Location"]) == (302, "/docs/")
    assert got.text == page(got, "Code: Found", "Message: Resource Found")
    assert requests.get(f"{HOST}/docs", timeout=1).content == b"docs"
    aws.client().put_object(Bucket="site", Key="docs", Body=b"a file")
    assert ask("/docs").content == b"a file"


def test_error_documents(aws):
    """R-91."""
    configure(aws, ErrorDocument={"Key": "404.html"})
    got = ask("/none", Range="bytes=0-1", **{"If-None-Match": "*"})
    assert (got.status_code, got.content) == (404, b"nothing here")
    assert got.headers["x-amz-error-code"] == "NoSuchKey"
    aws.client().delete_object(Bucket="site", Key="404.html")
    got = ask("/none")
    assert got.status_code == 404
    again = "".join(f"<li>{line}</li>\n" for line in (*NO_KEY, "Key: 404.html"))
    heading = "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>"
    assert got.text == page(got, *NO_KEY, "Key: none", more=f"{heading}\n<ul>\n{again}</ul>\n")


def test_redirect_all_requests(aws):
    configure(aws, RedirectAllRequestsTo={"HostName": "www.example.com", "Protocol": "https"})
    got = ask("/a%20b/c?d=e")
    assert (got.status_code, got.headers["Location"]) == (301, "https://www.example.com/a%20b/c?d=e")
    configure(aws, RedirectAllRequestsTo={"HostName": "www.example.com"})
    assert ask("/").headers["Location"] == "http://www.example.com/"


def test_website_redirect_location(aws):
    for where in ("/a.txt", "https://www.example.com/"):
        aws.client().put_object(Bucket="site", Key="moved", WebsiteRedirectLocation=where)
        got = ask("/moved")
        assert (got.status_code, got.headers["Location"], got.content) == (301, where, b"")
    rest = requests.get("https://site.s3.amazonaws.com/moved", timeout=1)
    assert (rest.status_code, rest.headers["x-amz-website-redirect-location"]) == (
        200,
        "https://www.example.com/",
    )


RULES = {
    "by prefix": (
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "docs/"}},
        "/old/x", 301, f"{HOST}/docs/x",
    ),
    "by prefix, to one key": (
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyWith": "gone.html"}},
        "/old/x", 301, f"{HOST}/gone.html",
    ),
    "by error": (
        {
            "Condition": {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "n"},
            "Redirect": {"HostName": "www.example.com", "Protocol": "https", "HttpRedirectCode": "307",
                         "ReplaceKeyPrefixWith": "report/"},
        },
        "/none", 307, "https://www.example.com/report/one",
    ),
    "always": ({"Redirect": {"HostName": "www.example.com"}}, "/a.txt", 301, "http://www.example.com/a.txt"),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_routing_rules(aws, name):
    """R-92."""
    rule, path, status, location = RULES[name]
    configure(aws, RoutingRules=[rule], ErrorDocument={"Key": "404.html"})
    got = ask(path)
    assert (got.status_code, got.headers["Location"], got.content) == (status, location, b"")
    assert got.headers["Content-Length"] == "0"


def test_rules_that_do_not_match(aws):
    rules = [rule for rule, *_ in RULES.values()][:3]
    configure(aws, RoutingRules=rules)
    assert ask("/a.txt").content == b"a"
    assert ask("/other").status_code == 404


def test_browsers_of_other_origins(aws):
    rule = {"AllowedOrigins": ["http://www.example.com"], "AllowedMethods": ["GET"]}
    aws.client().put_bucket_cors(Bucket="site", CORSConfiguration={"CORSRules": [rule]})
    got = ask("/a.txt", Origin="http://www.example.com")
    assert got.headers["Access-Control-Allow-Origin"] == "http://www.example.com"
    asking = {"Origin": "http://www.example.com", "Access-Control-Request-Method": "GET"}
    assert ask("/a.txt", "OPTIONS", **asking).status_code == 200
    got = ask("/a.txt", "OPTIONS", Origin="http://other", **{"Access-Control-Request-Method": "GET"})
    assert got.status_code == 403
    assert "<li>Code: AccessForbidden</li>" in got.text


def test_signatures_are_ignored(aws):
    """F-164."""
    got = ask("/a.txt", Authorization="AWS4-HMAC-SHA256 nonsense", **{"x-amz-security-token": "x"})
    assert got.content == b"a"


# The examples of the user guide, "Configuring advanced conditional redirects".

EXAMPLES = {
    "a renamed prefix": (
        {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "documents/"}},
        "/docs/page1.html", f"{HOST}/documents/page1.html",
    ),
    "a deleted folder": (
        {"Condition": {"KeyPrefixEquals": "images/"}, "Redirect": {"ReplaceKeyWith": "folderdeleted.html"}},
        "/images/x.png", f"{HOST}/folderdeleted.html",
    ),
    "an error": (
        {
            "Condition": {"HttpErrorCodeReturnedEquals": "404"},
            "Redirect": {"HostName": "ec2-11-22-333-44.compute-1.amazonaws.com",
                         "ReplaceKeyPrefixWith": "report-404/"},
        },
        "/ExamplePage.html", "http://ec2-11-22-333-44.compute-1.amazonaws.com/report-404/ExamplePage.html",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_user_guides_examples(aws, name):
    rule, path, location = EXAMPLES[name]
    configure(aws, RoutingRules=[rule], ErrorDocument={"Key": "404.html"})
    for method in ("GET", "HEAD"):
        got = ask(path, method)
        assert (got.status_code, got.headers["Location"]) == (301, location)


def test_the_first_matching_rule_comes_first(aws):
    aws.client().put_object(Bucket="site", Key="old/moved", WebsiteRedirectLocation="/elsewhere")
    by_prefix = {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "first/"}}
    again = {"Condition": {"KeyPrefixEquals": "old/m"}, "Redirect": {"ReplaceKeyPrefixWith": "second/"}}
    configure(aws, RoutingRules=[by_prefix, again])
    assert ask("/old/moved").headers["Location"] == f"{HOST}/first/moved"
    configure(aws, RoutingRules=[again, by_prefix])
    assert ask("/old/moved").headers["Location"] == f"{HOST}/second/oved"
    configure(aws)
    for method in ("GET", "HEAD"):
        assert ask("/old/moved", method).headers["Location"] == "/elsewhere"


def test_rules_for_any_error_and_keys_that_must_be_quoted(aws):
    rule = {"Condition": {"HttpErrorCodeReturnedEquals": "416"}, "Redirect": {"ReplaceKeyWith": "a b&c=d?ü"}}
    configure(aws, RoutingRules=[rule])
    got = ask("/a.txt", Range="bytes=9-")
    assert (got.status_code, got.headers["Location"]) == (301, f"{HOST}/a%20b&c=d%3F%C3%BC")
    configure(aws)
    got = ask("/a.txt", Range="bytes=9-")
    assert got.status_code == 416
    assert "<li>Code: InvalidRange</li>\n" in got.text
    assert got.headers["x-amz-error-detail-ActualObjectSize"] == "1"


def test_requester_pays_buckets_are_403(aws):
    """User guide, "Website endpoints": a Requester Pays bucket answers 403 Access Denied there."""
    aws.client().put_bucket_request_payment(Bucket="site", RequestPaymentConfiguration={"Payer": "Requester"})
    for headers in ({}, {"x-amz-request-payer": "requester"}):
        got = ask("/a.txt", **headers)
        assert got.status_code == 403
        assert got.text == page(got, "Code: AccessDenied", "Message: Access Denied")
    assert ask("/a.txt", "HEAD").content == b""


def test_a_path_that_is_not_utf_8(aws):
    got = ask("/%FF")
    assert got.status_code == 400
    assert got.text == page(got, "Code: InvalidURI", "Message: Couldn't parse the specified URI.", "URI: %FF")


@pytest.mark.parametrize("library", ["urllib3", "httpx", "urllib.request"])
def test_through_other_libraries(aws, library):
    configure(aws, ErrorDocument={"Key": "404.html"})
    assert READ[library](f"{HOST}/docs/") == (200, b"docs")
    assert READ[library](f"{HOST}/none") == (404, b"nothing here")


def by_urllib(url):
    try:
        with urllib.request.urlopen(url) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.status, error.read()


def by_urllib3(url):
    with urllib3.PoolManager() as pools:
        found = pools.request("GET", url)
        return found.status, found.data


def by_httpx(url):
    found = httpx.get(url)
    return found.status_code, found.content


READ = {"urllib3": by_urllib3, "httpx": by_httpx, "urllib.request": by_urllib}
