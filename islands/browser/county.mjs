// A small demonstration county on a free port, a browser, and the checks every page must pass.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const PASSWORD = "fadu-demo";

/** Listens there and stops again: the port, or nothing where somebody else listens. 0 is any. */
async function tried(wanted) {
  const server = createServer();
  const port = await new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(wanted, "127.0.0.1", () => resolve(server.address().port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A port that is free, and the next one with it: the terminal of supervision listens there. */
async function freePort() {
  for (let n = 0; n < 50; n++) {
    const port = await tried(0);
    if (port && await tried(port + 1)) return port;
  }
  throw new Error("no two ports beside each other are free");
}

export async function openCounty() {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "fadu-browser-"));
  const program = process.env.FADU_BIN ?? "target/debug/fadu";
  const folder = join(data, "county");
  const args = ["demo", "--data", folder, "--scale", "0.02", "--port", String(port)];
  let server;
  const start = () => new Promise((resolve, reject) => {
    server = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    server.stdout.on("data", (text) => String(text).includes("serving") && resolve());
    server.on("exit", (code) => reject(new Error(`fadu stopped with ${code}`)));
  });
  const stop = () => new Promise((resolve) => {
    server.on("exit", resolve);
    server.kill("SIGTERM");
  });
  await start();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const base = `http://127.0.0.1:${port}`;
  // The terminal of supervision stands beside, on the next port.
  const terminal = `http://127.0.0.1:${port + 1}`;
  return {
    base,
    folder,
    program,
    /** The demonstration goes on at a later moment: its clock is where its record says. */
    async later(ms) {
      await stop();
      const path = join(folder, "demo.json");
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ended_ms: ms }));
      await start();
    },
    terminal,
    /** A signed-in page, or an anonymous one; phone width when asked; at the terminal of supervision when asked. */
    async visit({ person, phone = false, script = true, at = base } = {}) {
      const context = await browser.newContext({
        javaScriptEnabled: script,
        viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
        locale: "zh-CN",
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15000);
      page.base = at;
      page.faults = [];
      page.on("pageerror", (error) => page.faults.push(String(error)));
      // A form with a mistake answers 422 and a refused act 409, which the browser also writes to its console.
      page.on("console", (line) => line.type() === "error" && !/\b(409|422)\b/.test(line.text()) && page.faults.push(line.text()));
      if (person) {
        await page.goto(`${at}/sign-in`);
        await page.fill("#username", person);
        await page.fill("#password", PASSWORD);
        await page.click("main form button[type=submit]");
        await page.waitForLoadState();
        assert.ok(!page.url().endsWith("/sign-in"), `${person} could not sign in`);
      }
      return page;
    },
    async close() {
      await browser.close();
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Looks at the page as axe and as a narrow screen do; nothing serious may be left. */
export async function inspect(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
  assert.deepEqual(serious, [], `${name} (${page.url()})`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 1, `${name} is ${overflow}px wider than the screen`);
  assert.deepEqual(page.faults, [], `${name} writes errors to the console`);
  if (process.env.FADU_SHOTS) {
    await page.screenshot({ path: join(process.env.FADU_SHOTS, `${name}.png`), fullPage: true });
  }
}
