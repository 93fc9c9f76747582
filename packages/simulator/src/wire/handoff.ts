/** Handoffs come as tools: the Agents SDK names them `transfer_to_` and the agent. */
export function isHandoff(toolName: string): boolean {
  return toolName.startsWith("transfer_to_");
}
