// helm test: submits a claim to the gateway, and prints its events until it ends or waits for a person.
const { GATEWAY_URL, GATEWAY_TOKEN } = process.env;
const headers = {
  "content-type": "application/json",
  ...(GATEWAY_TOKEN && { authorization: `Bearer ${GATEWAY_TOKEN}` }),
};
const claim = {
  date: "2024-10-01",
  category: "orthopedic",
  reason: "helm test",
  amount: 3000,
  placeOfService: "General Hospital",
};
const fail = (why) => {
  console.error(`✖ ${why}`);
  process.exit(1);
};
const submitted = await fetch(`${GATEWAY_URL}/api/claims`, {
  method: "POST",
  headers,
  body: JSON.stringify(claim),
});
if (submitted.status !== 202) fail(`the gateway answered a claim with ${submitted.status}`);
const path = submitted.headers.get("location");
const events = await fetch(`${GATEWAY_URL}${path}/events`, { headers, signal: AbortSignal.timeout(120_000) });
let told = "";
for await (const bytes of events.body) {
  told += new TextDecoder().decode(bytes);
  if (/^event: (decided|review_requested)$/m.test(told)) break;
}
const { status } = await (await fetch(`${GATEWAY_URL}${path}`, { headers })).json();
if (!["approved", "denied", "in_review"].includes(status)) fail(`the claim is ${status}`);
console.log(`The claim is ${status}.`);
process.exit(0);
