// One journey per kind of person, in a real browser, on a real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";

let county;
before(async () => { county = await openCounty(); }, { timeout: 120000 });
after(async () => { await county?.close(); });

test("anyone reads the public pages", async () => {
  for (const phone of [false, true]) {
    const page = await county.visit({ phone });
    const look = async (path, name) => {
      const answer = await page.goto(county.base + path);
      assert.equal(answer.status(), 200, path);
      await inspect(page, `${phone ? "phone" : "desk"}-${name}`);
    };
    await look("/", "home");
    await look("/items", "items");
    await look("/track", "track");
    await look("/powers", "powers");
    await look("/statutes", "statutes");
    await look("/report?year=2025", "report");
    await look("/figures/svc.cases?as_of=2025-12-31", "figure");
    await look("/sign-in", "signin");
  }
});
