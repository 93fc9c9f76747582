import { z } from "zod";
import { it } from "vitest";
import { decisionOf } from "./support/claims.ts";
import { useSystem } from "./system.ts";
const system = useSystem({});
it("x", async () => {
  await decisionOf(system(), "a");
  console.log(JSON.stringify(await system().server.query("select * from sys_invocation where target_service_name = 'EligibilityAgent'", z.any()), null, 1));
  const rows = await system().server.query("select j.* from sys_journal j join sys_invocation i on i.id=j.id where i.target_service_name = 'EligibilityAgent' order by j.index", z.any());
  for (const r of rows as any[]) { delete r.raw; console.log(JSON.stringify(r).slice(0,400)); }
  console.log(JSON.stringify(await system().server.query("select * from state", z.any())).slice(0,600));
});
