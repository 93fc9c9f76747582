// Amounts as people write them.

const whole = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 0,
});
const exact = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** $3,000, or $3,000.50. */
export function dollars(amount: number): string {
  return Number.isInteger(amount) ? whole.format(amount) : exact.format(amount);
}
