// Every page whose address needs no name, as somebody who may see it, wide and on a phone. The list is the table of doors.
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { openCounty } from "./county.mjs";
import { look } from "./hands.mjs";

/** Who looks at pages that only some posts see; the first of the row that has an account here. */
const POSTS = ["manager", "clerk", "officer", "head", "government", "inspector", "operator"];
/** Not pages: what programs ask for, keys and notes as text, a script, a document. */
const NO_PAGES = /^\/(metrics|ready|public\.key|checkpoint|api\/.*|draws\/recipe\.sh|licence\/revoked|health|cti\/commands)$|^\/open311|^\/wechat|\.(js|json|xml|atom|sh|svg)$/;

/** They stand at the terminal of supervision. */
const APART = /^\/desk\/(alerts|campaigns)/;

const table = readFileSync(new URL("../../web/tests/routes.tsv", import.meta.url), "utf8");
const pages = table.split("\n").map((line) => line.split("\t"))
  .filter(([method, address]) => method === "GET" && !address.includes("{") && !NO_PAGES.test(address))
  .map(([, address, who]) => [address, who === "anyone" ? null : who === "staff" || who === "none" ? "manager" : POSTS.find((post) => who.split(" ").includes(post)) ?? who.split(" ")[0]]);

let county;
before(async () => { county = await openCounty(); }, { timeout: 180000 });
after(async () => { await county?.close(); });

for (const phone of [false, true]) {
  test(`every page can be read ${phone ? "on a phone" : "at the desk"}`, { timeout: 300000 }, async (t) => {
    const visitors = new Map();
    for (const [address, person] of pages) {
      const who = APART.test(address) ? "supervisor" : person;
      if (!visitors.has(who)) {
        const at = who === "supervisor" ? county.terminal : undefined;
        visitors.set(who, await county.visit({ person: who ?? undefined, phone, at }));
      }
      const page = visitors.get(who);
      page.faults.length = 0;
      await t.test(address, () => look(page, address, `${phone ? "phone" : "wide"}${address.replaceAll("/", "-")}`));
    }
  });
}
