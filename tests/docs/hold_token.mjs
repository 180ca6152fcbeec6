// What docs/reading.md promises of its token.mjs, which the test puts beside this file.
import assert from "node:assert/strict";
import { holdToken } from "./token.mjs";

const START = 1_800_000_000;
let now = START;
Date.now = () => now * 1000;

const publish = () => ({ access_token: `token-${now}`, refresh_at: now + 1800, expires_at: now + 3600 });
let stored = publish();
let reads = 0;
let isDown = false;
const current = holdToken(async () => {
  reads += 1;
  if (isDown) throw new Error("the store is down");
  return stored;
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

const first = await Promise.all(Array.from({ length: 100 }, () => current()));
assert.equal(reads, 1, "many callers at once read once");
assert.ok(first.every((document) => document.access_token === `token-${START}`));

now = START + 1800;
stored = publish();
await current();
assert.equal(reads, 1, "nothing is read before the rotation is due");

now = START + 2200;
assert.equal((await current()).access_token, `token-${START}`, "nobody waits for a reading while the old one is good");
await settle();
assert.equal((await current()).access_token, `token-${START + 1800}`, "the next caller has the new one");
assert.equal(reads, 2);

isDown = true;
now = START + 5000;
for (let each = 0; each < 10; each += 1) {
  assert.equal((await current()).access_token, `token-${START + 1800}`, "an outage takes nothing away");
  await settle();
}
assert.equal(reads, 3, "a store that is out is asked once a minute");

now = START + 5400;
await assert.rejects(current, /the store is down/, "an expired token is never handed out");
isDown = false;
await assert.rejects(current, /the token has expired/, "not even where the store still holds it");
stored = publish();
assert.equal((await current()).access_token, `token-${START + 5400}`);
