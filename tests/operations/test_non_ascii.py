"""Text beyond ASCII: in metadata, headers, keys, tags and listings, and what clients read back."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from mocks3.handles.mock_aws import MockAWS
from mocks3.lib import encoded_words

from .answers import client_with, refusal

TEXT = "ÄMÄZÕÑ S3"
MOJIBAKE = TEXT.encode().decode("latin-1")


def form(s3: Any, bucket: str, **fields: str) -> requests.Response:
    """Upload an object with a form. Its fields are UTF-8."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    made = s3.generate_presigned_post(bucket, "k", dict(named), [{name: named[name]} for name in named])
    return requests.post(made["url"], data=made["fields"], files={"file": ("f", b"x")}, timeout=1)


def presigned_put(s3: Any, bucket: str, **headers: str | bytes) -> requests.Response:
    """Upload an object with headers that are not signed, so that the text does not change the signature."""
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k"})
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.put(url, data=b"x", headers=sent, timeout=1)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("AMAZONS3", "AMAZONS3"),
        (TEXT, "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),
        ("Ä", "=?UTF-8?B?w4Q=?="),
        ("Äa", "=?UTF-8?B?w4Rh?="),
        ("Äab", "=?UTF-8?Q?=C3=84ab?="),
        ("日本語", "=?UTF-8?B?5pel5pys6Kqe?="),
        ("a=b_c?d é", "=?UTF-8?Q?a=3Db=5Fc=3Fd_=C3=A9?="),
        ("😀ab", "=?UTF-8?Q?=F0=9F=98=80ab?="),
    ],
)
def test_metadata_is_read_as_encoded_words(s3: Any, bucket: str, text: str, encoded: str) -> None:
    """R-86: Q if most characters are ASCII, otherwise B."""
    assert form(s3, bucket, x_amz_meta_a=text).status_code == 204
    for read in (s3.head_object, s3.get_object):
        assert read(Bucket=bucket, Key="k")["Metadata"] == {"a": encoded}


def test_the_metadata_of_the_user_guides_example(s3: Any, aws: MockAWS) -> None:
    """R-86: UTF-8 in a header is read as Latin-1 ("Working with object metadata")."""
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::open/*",
        },
    }
    aws.account().create_bucket("open", policy=policy, public_access_block=None)
    url = "https://open.s3.amazonaws.com/Key"
    requests.put(url, headers={"x-amz-meta-nonascii": TEXT.encode()}, timeout=1)
    assert (
        requests.head(url, timeout=1).headers["x-amz-meta-nonascii"]
        == "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="
    )
    requests.put(url, headers={"x-amz-meta-ascii": "AMAZONS3"}, timeout=1)
    assert requests.head(url, timeout=1).headers["x-amz-meta-ascii"] == "AMAZONS3"


def test_encoded_words_that_are_sent_are_decoded_first(s3: Any, bucket: str) -> None:
    """R-86: they are encoded anew when they are read."""
    sent = f"=?UTF-8?B?{base64.b64encode(TEXT.encode()).decode()}?="
    s3.put_object(Bucket=bucket, Key="k", Metadata={"a": sent, "b": "=?no word", "c": "=?UTF-8?Q?plain?="})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {
        "a": "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=",
        "b": "=?no word",
        "c": "plain",
    }


def test_metadata_goes_along_with_copies(s3: Any, bucket: str) -> None:
    """R-86."""
    form(s3, bucket, x_amz_meta_a=TEXT, Cache_Control="ÄM")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k")
    original, copied = (s3.head_object(Bucket=bucket, Key=key) for key in ("k", "copy"))
    assert copied["Metadata"] == original["Metadata"]
    assert copied["CacheControl"] == original["CacheControl"]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=300))
def test_a_text_is_the_same_after_encoding_and_decoding(text: str) -> None:
    words = encoded_words.encode(text).split(" ")
    assert all(len(word) <= 75 for word in words)
    assert encoded_words.decode(" ".join(words)) == text


SYSTEM = {
    "Cache_Control": "CacheControl",
    "Content_Disposition": "ContentDisposition",
    "Content_Type": "ContentType",
}


@pytest.mark.parametrize("header", SYSTEM)
def test_system_headers_are_sent_as_utf_8(s3: Any, bucket: str, header: str) -> None:
    """R-87: clients read the bytes as Latin-1."""
    assert form(s3, bucket, **{header: TEXT}).status_code == 204
    assert s3.head_object(Bucket=bucket, Key="k")[SYSTEM[header]] == MOJIBAKE
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert requests.get(url, timeout=1).headers[header.replace("_", "-")] == MOJIBAKE


def test_a_redirect_of_a_form(s3: Any, bucket: str) -> None:
    """R-87: the redirect of an object is sent back as UTF-8 too."""
    assert form(s3, bucket, x_amz_website_redirect_location="/ä日").status_code == 204
    found = s3.head_object(Bucket=bucket, Key="k")["WebsiteRedirectLocation"]
    assert found.encode("latin-1").decode() == "/ä日"


@pytest.mark.parametrize("name", ["é", "日本", "é日"])
def test_a_redirect_to_another_host(aws: MockAWS, name: str) -> None:
    """R-87: text of a configuration is sent as UTF-8."""
    aws.account().create_bucket("site")
    everything = {"RedirectAllRequestsTo": {"HostName": f"{name}.example"}}
    aws.client("s3").put_bucket_website(Bucket="site", WebsiteConfiguration=everything)
    url = "http://site.s3-website-us-east-1.amazonaws.com/k"
    assert location(url) == f"http://{name}.example/k"


def location(url: str, **form: Any) -> str:
    """Send a request, and return the header Location as its UTF-8. requests itself cannot read such a header."""
    pool = urllib3.PoolManager()
    found = pool.request("POST" if form else "GET", url, fields=form or None, redirect=False)
    text: str = found.headers["Location"]
    return text.encode("latin-1").decode()


@pytest.mark.parametrize("name", ["é", "日本"])
def test_a_redirect_after_a_form(s3: Any, bucket: str, name: str) -> None:
    """R-87: the fields of a form are UTF-8, and so is the redirect."""
    target = f"https://a.example/{name}"
    fields = {"success_action_redirect": target}
    made = s3.generate_presigned_post(bucket, "k", dict(fields), [fields])
    assert location(made["url"], **made["fields"], file=("f", b"x")).startswith(
        f"{target}?bucket={bucket}&key=k&"
    )


@pytest.mark.parametrize("name", ["é", "日本"])
def test_the_name_of_a_lifecycle_rule_in_a_header(s3: Any, bucket: str, name: str) -> None:
    """R-87: the rule that will abort an upload."""
    rule = {"ID": name, "Status": "Enabled", "Filter": {"Prefix": ""}}
    rules = [{**rule, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload["UploadId"])
    for found in (upload, listed):
        assert found["AbortRuleId"].encode("latin-1").decode() == name


def test_a_system_header_of_a_client(s3: Any, bucket: str) -> None:
    """R-87: boto3 sends UTF-8."""
    s3.put_object(Bucket=bucket, Key="k", CacheControl="ÄM")
    assert s3.get_object(Bucket=bucket, Key="k")["CacheControl"] == "Ã\x84M"


def test_system_headers_in_the_bytes_of_a_request(s3: Any, bucket: str) -> None:
    """R-87: they are sent back as they came."""
    presigned_put(s3, bucket, Cache_Control="ÄM".encode("latin-1"))
    assert s3.head_object(Bucket=bucket, Key="k")["CacheControl"] == "ÄM"
    presigned_put(s3, bucket, Cache_Control="ÄM".encode())
    assert s3.head_object(Bucket=bucket, Key="k")["CacheControl"] == "Ã\x84M"


def test_the_signature_of_version_4_covers_the_bytes_that_are_sent(s3: Any, bucket: str) -> None:
    """R-87: a client that signs and sends UTF-8 is accepted."""
    url = client_with(signature_version="s3v4").generate_presigned_url(
        "put_object", Params={"Bucket": bucket, "Key": "k", "CacheControl": "ÄM"}
    )
    assert (
        requests.put(url, data=b"x", headers={"Cache-Control": "ÄM".encode()}, timeout=1).status_code == 200
    )
    changed = {"Cache-Control": "ÖM".encode()}
    assert requests.put(url, data=b"x", headers=changed, timeout=1).status_code == 403


KEY = "ä/ö ü+&<日本>😀"
ENCODED = "%C3%A4/%C3%B6+%C3%BC%2B%26%3C%E6%97%A5%E6%9C%AC%3E%F0%9F%98%80"


def test_keys_prefixes_and_delimiters(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"x")
    for operation in (s3.list_objects, s3.list_objects_v2):
        found = operation(Bucket=bucket, Prefix="ä/", Delimiter="本", EncodingType="url")
        assert found["CommonPrefixes"] == [{"Prefix": "%C3%A4/%C3%B6+%C3%BC%2B%26%3C%E6%97%A5%E6%9C%AC"}]
        assert (found["Prefix"], found["Delimiter"]) == ("%C3%A4/", "%E6%9C%AC")
        assert operation(Bucket=bucket, EncodingType="url")["Contents"][0]["Key"] == ENCODED
        decoded = operation(Bucket=bucket, Prefix="ä/", Delimiter="本")  # boto3 asks for url and decodes it
        assert decoded["CommonPrefixes"] == [{"Prefix": "ä/ö ü+&<日本"}]
    assert s3.list_object_versions(Bucket=bucket)["Versions"][0]["Key"] == KEY
    assert refusal(s3.get_object, Bucket=bucket, Key=f"{KEY}!")["Key"] == f"{KEY}!"


def test_keys_in_a_listing_without_an_encoding(aws: MockAWS) -> None:
    """They are in the XML as UTF-8."""
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::open"}
    policy = {"Version": "2012-10-17", "Statement": everyone}
    aws.account().create_bucket("open", policy=policy, public_access_block=None, objects={KEY: b"x"})
    found = requests.get("https://open.s3.amazonaws.com/?prefix=%C3%A4", timeout=1).content.decode()
    assert "<Prefix>ä</Prefix>" in found
    assert "<Key>ä/ö ü+&amp;&lt;日本&gt;😀</Key>" in found


def test_tags_and_documents(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, Tagging="%C3%A4=%E6%97%A5+x&b=%2B")
    tags = [{"Key": "ä", "Value": "日 x"}, {"Key": "b", "Value": "+"}]
    assert s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"] == tags
    s3.put_object_tagging(Bucket=bucket, Key=KEY, Tagging={"TagSet": tags[:1]})
    assert s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"] == tags[:1]
    found = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": KEY}, {"Key": "日本"}]})
    assert [each["Key"] for each in found["Deleted"]] == [KEY, "日本"]


def test_a_key_in_a_form(s3: Any, bucket: str) -> None:
    made = s3.generate_presigned_post(
        bucket, "ä/${filename}", {"success_action_status": "201"}, [{"success_action_status": "201"}]
    )
    found = requests.post(made["url"], data=made["fields"], files={"file": ("日本.txt", b"x")}, timeout=1)
    assert "<Key>ä/日本.txt</Key>" in found.content.decode()
    assert found.headers["Location"].endswith("/%C3%A4%2F%E6%97%A5%E6%9C%AC.txt")
    assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"] == "ä/日本.txt"


def test_overrides_of_headers_in_a_presigned_query(s3: Any, bucket: str) -> None:
    """R-45: what Latin-1 has is accepted, the rest is not."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    def read(text: str) -> requests.Response:
        params = {"Bucket": bucket, "Key": "k", "ResponseCacheControl": text}
        return requests.get(s3.generate_presigned_url("get_object", Params=params), timeout=1)

    assert read("ÄM").status_code == 200
    refused = read("日本")
    assert refused.status_code == 400
    assert "<ArgumentValue>日本</ArgumentValue>" in refused.content.decode()


def test_metadata_that_the_query_carries(s3: Any, bucket: str, aws: MockAWS) -> None:
    """R-85, R-86: a presigned query is UTF-8."""
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    key = (
        aws.account()
        .create_user(
            "u",
            policies={
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
            },
        )
        .access_key
    )
    query = "x-amz-meta-a=%C3%84M%C3%84Z%C3%95%C3%91%20S3"
    sent = AWSRequest("PUT", f"https://s3.us-east-1.amazonaws.com/{bucket}/k?{query}")
    S3SigV4QueryAuth(Credentials(key.id, key.secret), "s3", "us-east-1", expires=60).add_auth(sent)
    assert requests.put(sent.url, data=b"x", timeout=1).status_code == 200
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"] == {
        "a": "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="
    }
