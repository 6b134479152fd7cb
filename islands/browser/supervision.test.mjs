// The supervisor at the terminal apart from trading, and a citizen who computes a draw again from its public page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inspect, openCounty, PASSWORD } from "./county.mjs";

let county;
before(async () => { county = await openCounty(); }, { timeout: 180000 });
after(async () => { await county?.close(); });

/** Opens the form of an act, where it is folded away. */
async function form(page, name) {
  const found = page.locator(`form[action$='/acts/${name}']`);
  const folded = page.locator(`details:has(form[action$='/acts/${name}'])`);
  if (await folded.count() && !(await folded.first().evaluate((one) => one.open))) {
    await folded.first().locator("summary").click();
  }
  return found;
}

test("a supervisor works an alert to its disposition", async () => {
  const page = await county.visit({ person: "supervisor", at: county.terminal });
  await page.goto(`${county.terminal}/desk/alerts`);
  await inspect(page, "supervisor-alerts");
  await page.click("main tbody a.row-link");
  await inspect(page, "supervisor-alert");
  const address = page.url();
  const text = await page.textContent("main");
  assert.match(text, /依据/, "an alert names its article");

  // Confirmed before anybody was heard: the law says no, with its article.
  let dispose = await form(page, "Dispose");
  await dispose.locator("input[value=confirmed], select").first().evaluate((one) => { if (one.tagName === "SELECT") one.value = "confirmed"; else one.checked = true; });
  await dispose.locator("[name='ruling.reason']").fill("核对了档案（模拟）");
  await dispose.locator("[name='ruling.document']").fill("模监决1号");
  page.faults.length = 0;
  await dispose.locator("button[type=submit]").click();
  await page.waitForLoadState();
  assert.match(await page.textContent("main"), /SUP-01/);
  page.faults.length = 0;
  await inspect(page, "supervisor-refused");

  // Heard, and then disposed of with a date and a reason.
  await page.goto(address);
  const explain = await form(page, "RecordExplanation");
  await explain.locator("[name=digest]").fill("ab".repeat(32));
  await explain.locator("button[type=submit]").click();
  await page.waitForLoadState();
  dispose = await form(page, "Dispose");
  await dispose.locator("input[value=confirmed], select").first().evaluate((one) => { if (one.tagName === "SELECT") one.value = "confirmed"; else one.checked = true; });
  await dispose.locator("[name='ruling.reason']").fill("核对了档案，解释不能成立（模拟）");
  await dispose.locator("[name='ruling.document']").fill("模监决1号");
  await dispose.locator("button[type=submit]").click();
  await page.waitForLoadState();
  const done = await page.textContent("main");
  assert.match(done, /处理结果/);
  assert.match(done, /查实，依法处理/);
  await inspect(page, "supervisor-disposed");
});

test("the supervisor reads a campaign by sector, and a project of it", async () => {
  const page = await county.visit({ person: "supervisor", at: county.terminal });
  await page.goto(`${county.terminal}/desk/campaigns`);
  await inspect(page, "supervisor-campaigns");
  await page.click("main tbody tr:has-text('回头看') a.row-link");
  const rows = await page.$$eval("main table:first-of-type tbody tr", (all) => all.filter((row) => !row.textContent.includes("清单以外")).map((row) => Number(row.querySelector("td").textContent)));
  assert.equal(rows.reduce((sum, n) => sum + n, 0), 321, "the sectors sum to the list");
  await inspect(page, "supervisor-campaign");
  await page.locator("main a[href^='/desk/reviews/']").first().click();
  await inspect(page, "supervisor-review");
});

test("nobody of the county signs in at the terminal, and the public reads it", async () => {
  const page = await county.visit({ phone: true });
  await page.goto(county.terminal);
  await inspect(page, "terminal-public");
  await page.goto(`${county.terminal}/sign-in`);
  await page.fill("#username", "officer");
  await page.fill("#password", PASSWORD);
  await page.click("main form button[type=submit]");
  await page.waitForLoadState();
  assert.match(await page.textContent("main"), /账号或者密码不对/);
});

test("a citizen computes a draw again from its public page", async () => {
  const page = await county.visit();
  await page.goto(`${county.base}/draws`);
  await inspect(page, "citizen-draws");
  await page.click("main a[href^='/draws/']:not([href$='.sh'])");
  await inspect(page, "citizen-draw");
  const folder = mkdtempSync(join(tmpdir(), "fadu-draw-"));
  try {
    const save = async (link, name) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(link)]);
      const path = join(folder, name);
      await download.saveAs(path);
      return path;
    };
    const file = await save("main a[href$='/file']", "draw.json");
    const recipe = await save("main a[href='/draws/recipe.sh']", "recipe.sh");
    const shell = execFileSync("sh", [recipe, file], { encoding: "utf8" }).trim().split("\n");
    const program = process.env.FADU_BIN ?? "target/debug/fadu";
    const told = JSON.parse(execFileSync(program, ["draw", "verify", file, "--json"], { encoding: "utf8" }));
    assert.equal(told.valid, true);
    assert.deepEqual(shell, told.seats, "program and shell draw the same");
    assert.ok(readFileSync(file, "utf8").includes(told.seed) || told.seed.length === 64);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the public reads a random inspection and what was corrected", async () => {
  const page = await county.visit({ phone: true });
  await page.goto(`${county.base}/inspections`);
  await inspect(page, "citizen-inspections");
  await page.click("main a[href^='/inspections/']");
  assert.match(await page.textContent("main"), /复查合格/);
  await inspect(page, "citizen-inspection");
});
