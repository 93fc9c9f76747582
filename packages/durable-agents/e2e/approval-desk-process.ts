// The approval desk as a process of its own, which a test can kill. What happens is a line, since the two share no
// memory.

import { createServer } from "node:http2";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import { deskModels, deskServices } from "./approval-desk.ts";

const services = deskServices(
  {
    effect: (_invocation, effect) => console.log(`effect ${effect}`),
    request: (_invocation, { id, tool, arguments: args }) =>
      console.log(`request ${tool} ${JSON.stringify(args)} id=${id}`),
  },
  deskModels((agent) => console.log(`model ${agent}`)),
);

const server = createServer(createEndpointHandler({ services, logger: () => {} }));
server.listen(Number(process.env.PORT), "127.0.0.1", () =>
  console.log(`listening url=http://127.0.0.1:${process.env.PORT}`),
);
process.once("SIGTERM", () => process.exit(0));
