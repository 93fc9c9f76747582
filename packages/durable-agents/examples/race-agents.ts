import { DurableContext, DurableRunner } from "@holdfast/durable-agents";
import { raceAgents } from "@holdfast/durable-agents/remote-agents";
import { Agent } from "@openai/agents-core";
import * as restate from "@restatedev/restate-sdk";

type Question = { question: string };
const handbookContract = restate.iface.service("Handbook", { run: restate.iface.json<Question, string>() });
const archiveContract = restate.iface.service("Archive", { run: restate.iface.json<Question, string>() });

const clerk = new Agent({
  name: "Handbook clerk",
  instructions: "You answer questions on insurance from the handbook.",
  model: "gpt-5-mini",
});
const handbook = restate.implement(handbookContract, {
  handlers: {
    run: async (ctx, { question }) => (await new DurableRunner(ctx).run(clerk, question)).finalOutput ?? "",
  },
});

const archivist = new Agent({
  name: "Archivist",
  instructions: "You answer questions on insurance from old files.",
  model: "gpt-5-mini",
});
const archive = restate.implement(archiveContract, {
  handlers: {
    run: async (ctx, { question }) => {
      await DurableContext.from(ctx).sleep({ hours: 1 }, "the file is brought up");
      return (await new DurableRunner(ctx).run(archivist, question)).finalOutput ?? "";
    },
  },
});

const research = restate.service({
  name: "Research",
  handlers: {
    ask: async (ctx: restate.Context, input: Question) => {
      const durable = DurableContext.from(ctx);
      return raceAgents(durable, {
        handbook: durable.client(handbookContract).run(input),
        archive: durable.client(archiveContract).run(input),
      });
    },
  },
});

restate.serve({ services: [research, handbook, archive] }); // at port 9080, or PORT
