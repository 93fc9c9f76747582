import { DurableContext } from "@holdfast/durable-agents";
import * as restate from "@restatedev/restate-sdk";

// Another service, here in the same process: a call of it is durable wherever it runs.
const tariffContract = restate.iface.service("Tariffs", {
  base: restate.iface.json<{ vehicle: string }, number>(),
});
const tariffs = restate.implement(tariffContract, {
  handlers: { base: async (_ctx, { vehicle }) => (vehicle === "car" ? 400 : 250) },
});

// Stands for the API of a reinsurer; one of them is down.
async function askReinsurer(name: string): Promise<number> {
  console.log(`asked ${name}`);
  if (name === "Boreas") throw new Error("503 Service Unavailable");
  return name.length * 10;
}

const quotes = restate.service({
  name: "Quotes",
  handlers: {
    quote: async (ctx: restate.Context, { vehicle }: { vehicle: string }) => {
      const durable = DurableContext.from(ctx);
      const attempts = { maxRetryAttempts: 2, initialRetryInterval: 100 };
      const reinsurers = ["Atlas", "Boreas", "Ceres"].map((name) =>
        durable.run(`ask ${name}`, () => askReinsurer(name), attempts),
      );
      // Native promises: all four operations are under way at once.
      const [base, surcharges] = await Promise.all([
        durable.client(tariffContract).base({ vehicle }),
        Promise.allSettled(reinsurers),
      ]);
      const offered = surcharges.flatMap((offer) => (offer.status === "fulfilled" ? [offer.value] : []));

      // A person may confirm within a second; else the quote is provisional.
      const confirmation = durable.awakeable<string>();
      const confirmed = await Promise.race([
        confirmation.promise.then(() => true),
        durable.sleep({ seconds: 1 }, "time to confirm").then(() => false),
      ]);
      return { number: durable.rand.uuidv4().slice(0, 8), price: base + Math.min(...offered), confirmed };
    },
  },
});

restate.serve({ services: [quotes, tariffs] }); // at port 9080, or PORT
