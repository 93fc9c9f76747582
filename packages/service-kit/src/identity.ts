// Reads the public keys of the Restate servers that may call, from settings or from a certificate.

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { base58 } from "@scure/base";
import { type ServiceEnv, SettingsError } from "./env.ts";

/**
 * The keys in Restate's form, `publickeyv1_…`; undefined when any server may call.
 *
 * A chart can render a public key only within a certificate, so one is taken as well. Nothing else in it counts.
 *
 * @throws SettingsError when the file cannot be read, or holds no certificate of an ed25519 key
 */
export function identityKeys(
  env: Pick<ServiceEnv, "RESTATE_IDENTITY_KEYS" | "RESTATE_IDENTITY_CERT_FILE">,
): string[] | undefined {
  const { RESTATE_IDENTITY_KEYS: keys = [], RESTATE_IDENTITY_CERT_FILE: file } = env;
  const all = file === undefined ? keys : [...keys, keyOf(file)];
  return all.length > 0 ? all : undefined;
}

function keyOf(file: string): string {
  let key: { readonly crv?: string; readonly x?: string };
  try {
    key = new X509Certificate(readFileSync(file)).publicKey.export({ format: "jwk" });
  } catch {
    throw new SettingsError(["RESTATE_IDENTITY_CERT_FILE: must be the path of a certificate in PEM"]);
  }
  if (key.crv !== "Ed25519" || key.x === undefined) {
    throw new SettingsError(["RESTATE_IDENTITY_CERT_FILE: the certificate's key must be an ed25519 key"]);
  }
  return `publickeyv1_${base58.encode(Buffer.from(key.x, "base64url"))}`;
}
