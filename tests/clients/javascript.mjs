// One step of the story, with a client of JavaScript. Arguments: the client and the step. Its parameters are read as JSON.
// A body is Base64. The result is printed as JSON.
import { createRequire } from "node:module";
const require = createRequire(process.env.MOCKS3_NODE_MODULES + "/");
const [, , client, step] = process.argv;
const text = require("node:fs").readFileSync(0, "utf8");
const { key, data, bucket, first, last, source, target, prefix, size, keys, method, options } = JSON.parse(text);
const body = data === undefined ? undefined : Buffer.from(data, "base64");
const url = process.env.AWS_ENDPOINT_URL;
const PART = 5 << 20;

async function collected(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString("base64");
}

function awsSdk() {
  const s3 = require("@aws-sdk/client-s3");
  const { getSignedUrl } = require("@aws-sdk/s3-request-presigner");
  const made = new s3.S3Client(options);
  const at = { Bucket: bucket, Key: key };
  const send = (name, input) => made.send(new s3[name + "Command"](input));
  return {
    create: () => send("CreateBucket", { Bucket: key }),
    put: () => send("PutObject", { ...at, Body: body }),
    get: async () => collected((await send("GetObject", at)).Body),
    multipart: async () => {
      const upload = { ...at, UploadId: (await send("CreateMultipartUpload", { ...at, ChecksumAlgorithm: "CRC32" })).UploadId };
      const Parts = [];
      for (let from = 0; from < body.length; from += PART) {
        const PartNumber = Parts.length + 1;
        const Body = body.subarray(from, from + PART);
        const { ETag, ChecksumCRC32 } = await send("UploadPart", { ...upload, PartNumber, Body });
        Parts.push({ PartNumber, ETag, ChecksumCRC32 });
      }
      await send("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
    },
    pages: async () => {
      const found = [[], []];
      const input = { Bucket: bucket, Prefix: prefix, Delimiter: "/" };
      for await (const page of s3.paginateListObjectsV2({ client: made, pageSize: size }, input)) {
        found[0].push(...(page.Contents ?? []).map((each) => each.Key));
        found[1].push(...(page.CommonPrefixes ?? []).map((each) => each.Prefix));
      }
      return found;
    },
    read_range: async () => collected((await send("GetObject", { ...at, Range: `bytes=${first}-${last}` })).Body),
    copy: () => send("CopyObject", { Bucket: bucket, Key: target, CopySource: `${bucket}/${source}` }),
    presigned: () => getSignedUrl(made, new s3[method === "PUT" ? "PutObjectCommand" : "GetObjectCommand"](at)),
    form: async () => {
      const { createPresignedPost } = require("@aws-sdk/s3-presigned-post");
      const post = await createPresignedPost(made, { ...at });
      const form = new FormData();
      for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
      form.append("file", new Blob([body]));
      const answer = await fetch(post.url, { method: "POST", body: form });
      if (answer.status !== 204) throw new Error(await answer.text());
    },
    denied: () => send("GetObject", at).then(() => "not denied", (error) => error.message),
    delete_many: () => send("DeleteObjects", { Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  };
}

function minio() {
  const { hostname, port } = new URL(url);
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = process.env;
  const { Client } = require("minio");
  const made = new Client({
    endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey, region: "us-east-1", partSize: PART,
  });
  return {
    create: () => made.makeBucket(key),
    put: () => made.putObject(bucket, key, body),
    get: async () => collected(await made.getObject(bucket, key)),
    multipart: () => made.putObject(bucket, key, require("node:stream").Readable.from([body])),
    pages: async () => {
      const found = [[], []];
      for await (const each of made.listObjectsV2(bucket, prefix, false)) found[each.prefix ? 1 : 0].push(each.prefix ?? each.name);
      return found;
    },
    read_range: async () => collected(await made.getPartialObject(bucket, key, first, last - first + 1)),
    presigned: () => (method === "PUT" ? made.presignedPutObject(bucket, key) : made.presignedGetObject(bucket, key)),
    denied: () => made.getObject(bucket, key).then(() => "not denied", (error) => error.message),
    delete_many: () => made.removeObjects(bucket, keys),
  };
}

const found = await (client === "minio" ? minio() : awsSdk())[step]();
console.log(JSON.stringify(typeof found === "string" || Array.isArray(found) ? found : null));
