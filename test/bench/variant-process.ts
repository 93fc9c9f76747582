// The main file of a durable variant's own process: its runs behind a Restate endpoint, and nothing else, so that the
// processor and the memory it uses are the variant's.

import { createServer } from "node:http2";
import { createEndpointHandler, service } from "@restatedev/restate-sdk";
import { z } from "zod";
import { DURABLE, loadVariant } from "./variants/durable.ts";

const env = z
  .object({ VARIANT: z.enum(DURABLE), PORT: z.coerce.number(), SIMULATOR_URL: z.string() })
  .parse(process.env);

const variant = await loadVariant(env.VARIANT);
const runs = service({
  name: "Runs",
  handlers: { run: variant({}), overHttp: variant({ simulatorUrl: env.SIMULATOR_URL }) },
});

const server = createServer(createEndpointHandler({ services: [runs], logger: () => {} }));
server.listen(env.PORT, "127.0.0.1", () => console.log(`listening url=http://127.0.0.1:${env.PORT}`));
process.once("SIGTERM", () => process.exit(0));
