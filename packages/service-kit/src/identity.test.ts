import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { identityKeys } from "./identity.ts";

// openssl req -x509 -newkey ed25519; its public key in base58 was reckoned by another program.
const ED25519 = `-----BEGIN CERTIFICATE-----
MIIBOjCB7aADAgECAhQT5lHHqOL3CY+MQLQWWJmEob9CQTAFBgMrZXAwEjEQMA4G
A1UEAwwHcmVzdGF0ZTAgFw0yNjExMjQxNzI1MDBaGA8yMTI2MTAzMTE3MjUwMFow
EjEQMA4GA1UEAwwHcmVzdGF0ZTAqMAUGAytlcAMhAFsVjW0eldNrqI5a0b2Ux3rP
boUSSjsTIkB5XHszRj1zo1MwUTAdBgNVHQ4EFgQUZZez7LYzWgQsPFh6qDwzCVnJ
F1YwHwYDVR0jBBgwFoAUZZez7LYzWgQsPFh6qDwzCVnJF1YwDwYDVR0TAQH/BAUw
AwEB/zAFBgMrZXADQQDhiPI9zsxXQy1DHj9WOuuq41QIYZPb+XElYaJnjdunU78e
dgmoUL2anN2UqDXUmXPCzYsQDDTggjTLbSBCQHcJ
-----END CERTIFICATE-----
`;
const ED25519_KEY = "publickeyv1_78ZANaxXGhLa1QWDrvBvwZXZMZh2kh72THKPsRnv8kDg";
const P256 = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIULQalBmE3TrgQxnqVxwS76OP/5zAwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHcmVzdGF0ZTAgFw0yNjExMjQxNzI1MDBaGA8yMTI2MTAzMTE3
MjUwMFowEjEQMA4GA1UEAwwHcmVzdGF0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABOJFyaFag867c+R1k7wMC7Y+2E+8n3PHK2Ysr7J00UM4GxBy/lJ72r4XgcMo
hCaoeWoOYBSQ56Gwkj2gjyo1RSGjUzBRMB0GA1UdDgQWBBT8/AvS1YLlT9JGJTmy
e6cacqzN3jAfBgNVHSMEGDAWgBT8/AvS1YLlT9JGJTmye6cacqzN3jAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDXhg8o1cmEpweR43X/Ir3KbDLs
BSPtZbWi+cIMk5MuDwIgOmZSj7wLVkpW1WbLTywjA7KIoFaVrAF4xRe4eCi0tKU=
-----END CERTIFICATE-----
`;

const folder = mkdtempSync(join(tmpdir(), "holdfast-identity-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(content: string): string {
  const file = join(folder, "tls.crt");
  writeFileSync(file, content);
  return file;
}

it("takes the key of a certificate, in Restate's form", () => {
  const file = fileOf(ED25519);
  expect(identityKeys({ RESTATE_IDENTITY_CERT_FILE: file })).toEqual([ED25519_KEY]);
  const both = { RESTATE_IDENTITY_CERT_FILE: file, RESTATE_IDENTITY_KEYS: ["publickeyv1_a"] };
  expect(identityKeys(both)).toEqual(["publickeyv1_a", ED25519_KEY]);
});

it("lets any server call without a key", () => {
  expect(identityKeys({})).toBeUndefined();
});

it.each([
  ["nonsense", "canary", /path of a certificate in PEM$/],
  ["another kind of key", P256, /must be an ed25519 key$/],
])("refuses %s, without quoting it", (_what, content, problem) => {
  expect(() => identityKeys({ RESTATE_IDENTITY_CERT_FILE: fileOf(content) })).toThrow(problem);
});

it("refuses a file that is not there", () => {
  const file = join(folder, "none");
  expect(() => identityKeys({ RESTATE_IDENTITY_CERT_FILE: file })).toThrow(/path of a certificate in PEM$/);
});
