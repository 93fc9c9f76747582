// A process that receives OTLP and only counts the spans.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { readSpans } from "@holdfast/testing/otlp-messages";

const SERVICE = "bench";

let traces: Buffer[] = [];

const server = createServer(async (request, response) => {
  const body = await buffer(request);
  if (request.method === "GET") {
    const spans = traces.flatMap((bytes) => readSpans(bytes, "protobuf"));
    traces = [];
    const ofAgent = spans.filter(({ resource }) => resource["service.name"] === SERVICE).length;
    response.end(JSON.stringify({ ofAgent, ofRestate: spans.length - ofAgent }));
    return;
  }
  if (request.url?.endsWith("/v1/traces")) traces.push(body);
  response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
});
server.listen(0, "127.0.0.1", () => {
  console.log(`listening url=http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => process.exit(0));
