// Amounts as people write them.

/** $3,000, or $3,000.50. */
export function dollars(amount: number): string {
  return amount.toLocaleString("en-US", {
    style: "currency",
    currency: "USD",
    ...(Number.isInteger(amount) && { maximumFractionDigits: 0 }),
  });
}
