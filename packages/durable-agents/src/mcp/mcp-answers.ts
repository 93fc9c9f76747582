// The journaled forms of what an MCP server answers.

/** The tools of a server, version 1. Leaves out what no run reads: icons and the schemas of results. */
export interface WireMcpTools {
  readonly v: 1;
  readonly tools: readonly WireMcpTool[];
}

/** A tool as the protocol lists it. */
export type WireMcpTool = Readonly<Record<string, unknown>> & { readonly name: string };

/** The answer to a call of a tool, version 1: its result, or the error that the server answered with. */
export type WireMcpAnswer = WireMcpResult | { readonly v: 1; readonly error: string };

/** `structuredContent` and `meta` only where the agent asks for the whole result: they often repeat the content. */
export interface WireMcpResult {
  readonly v: 1;
  readonly content: readonly WireMcpContent[];
  readonly isError?: true;
  readonly structuredContent?: Record<string, unknown>;
  readonly meta?: Record<string, unknown>;
}

/** A text, an image, a resource …: an item of the protocol's content. */
export type WireMcpContent = Record<string, unknown> & { readonly type: string };
