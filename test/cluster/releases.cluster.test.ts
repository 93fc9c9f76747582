// Releases beside each other, one that cannot be registered, and what an uninstall leaves.

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CALLS_OF_A_CLAIM } from "../support/assessors.ts";
import { submit } from "../support/claims.ts";
import { expectApproved } from "../support/kills.ts";
import { kubectl, kubectlWithInput } from "./support/commands.ts";
import { namespaceOf } from "./support/namespaces.ts";
import { Release } from "./support/release.ts";
import { useSharedRelease, useSystem } from "./support/system.ts";
import { whySkipped } from "./support/why-skipped.ts";

/** All that is in a namespace, but for what comes and goes by itself. */
async function objectsIn(namespace: string): Promise<string[]> {
  const at = `--namespace=${namespace}`;
  const kinds = (await kubectl("api-resources", "--namespaced", "--verbs=list,delete", "--output=name"))
    .trim()
    .split("\n")
    .filter((kind) => !kind.startsWith("events"));
  const objects = await kubectl("get", kinds.join(","), at, "--output=name", "--ignore-not-found");
  return objects.trim().split("\n").sort();
}

describe.skipIf(whySkipped())("a second release in the namespace", () => {
  const first = useSharedRelease();
  const second = useSystem(() =>
    Release.install({
      namespace: first().release.namespace,
      name: "claims",
      values: ["telemetry.enabled=false"],
    }),
  );

  it("has its own agents, Restate and model, and the first knows nothing of it", async () => {
    const registered = await first().registered();
    await expectApproved(second(), await submit(second()));
    expect(await second().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM, repeated: 0 });
    expect(await first().simulator.counts()).toMatchObject({ total: 0 });
    expect(await first().registered()).toEqual(registered);
    await expectApproved(first(), await submit(first()));
    expect(await second().simulator.counts()).toMatchObject({ total: CALLS_OF_A_CLAIM });
  });

  it("leaves nothing when it is uninstalled but the volume that it names", async () => {
    const { release } = second();
    const ofSecond = (name: string) => /\/(data-)?claims(-|$)|\.claims\.v/.test(name);
    const named = async () => (await objectsIn(release.namespace)).filter(ofSecond);
    expect((await named()).length).toBeGreaterThan(20);
    const said = await release.uninstall();
    await expect
      .poll(named, { timeout: 60_000, interval: 1000 })
      .toEqual(["persistentvolumeclaim/data-claims-restate-0"]);
    expect(said).not.toContain("Error");
    // It did not take the first's with it.
    await expectApproved(first(), await submit(first(), 2900), 2900);
  });
});

describe.skipIf(whySkipped())("a release whose agents cannot be registered", () => {
  it("fails its installation, with the reason", async () => {
    const namespace = await namespaceOf("refused");
    // Restate signs with a key that is not the certificate's.
    const { privateKey } = generateKeyPairSync("ed25519");
    const identity = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "mismatched", namespace },
      type: "kubernetes.io/tls",
      stringData: {
        "tls.key": privateKey.export({ type: "pkcs8", format: "pem" }),
        "tls.crt": CERTIFICATE,
      },
    };
    await kubectlWithInput(JSON.stringify(identity), "apply", "--filename=-");
    const installed = Release.install({
      namespace,
      values: ["telemetry.enabled=false", "identity.existingSecret=mismatched", "jobs.timeoutSeconds=10"],
    });
    await expect(installed).rejects.toThrow(
      /✖ http:\/\/holdfast-fraud-[^ ]*: not ready within 10 s\. Restate says: .*401[\s\S]*INSTALLATION FAILED/,
    );
    await new Release(namespace).uninstall();
  });
});

// Of an ed25519 key that exists nowhere any more; valid until 2126.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBOjCB7aADAgECAhQ7Ho4NV9jGlkXwY0FAXIBWMGJM2DAFBgMrZXAwEjEQMA4G
A1UEAwwHcmVzdGF0ZTAgFw0yNjExMjUwNDQyNDZaGA8yMTI2MTEwMTA0NDI0Nlow
EjEQMA4GA1UEAwwHcmVzdGF0ZTAqMAUGAytlcAMhAFLFC7AwcJyk9IvWIIbh8ln/
eQtP2XOLFAGy2qYn+6oNo1MwUTAdBgNVHQ4EFgQU7XhRcU+0CHY0uT2mhQiUqMqB
jbowHwYDVR0jBBgwFoAU7XhRcU+0CHY0uT2mhQiUqMqBjbowDwYDVR0TAQH/BAUw
AwEB/zAFBgMrZXADQQCsJDKnz7Y+Cy5hmE07FqnOZVrnCmU+DRRG3xl46mxoP8Ax
FAezOmrAeR6pdvs8LqQ0Q+6GykOIS29g2vpdj3wD
-----END CERTIFICATE-----
`;
