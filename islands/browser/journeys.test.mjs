// One journey per kind of person, in a real browser, on a real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect, openCounty } from "./county.mjs";
import { APPLICANT, complete, fill, look, says, submitted } from "./hands.mjs";

let county;
before(async () => { county = await openCounty(); }, { timeout: 120000 });
after(async () => { await county?.close(); });

test("anyone reads the public pages, at the desk and on a phone", async () => {
  for (const phone of [false, true]) {
    const page = await county.visit({ phone });
    const size = phone ? "phone" : "wide";
    for (const [path, name] of [
      ["/", "home"], ["/items", "items"], ["/track", "track"], ["/powers", "powers"], ["/statutes", "statutes"],
      ["/report?year=2025", "report"], ["/figures", "figures"], ["/figures/svc.cases?as_of=2025-12-31", "figure"], ["/sign-in", "signin"],
    ]) {
      await look(page, path, `${size}-${name}`);
    }
    await page.goto(`${county.base}/powers`);
    await page.click("main a[href^='/powers/4']");
    await inspect(page, `${size}-power`);
  }
});

test("a citizen applies on a phone, corrects a mistake, and follows the case", async () => {
  const page = await county.visit({ phone: true });
  await page.goto(`${county.base}/items?q=${encodeURIComponent("个体工商户")}`);
  await page.click("main a[href^='/items/']");
  await inspect(page, "citizen-item");
  await page.click("a[href$='/apply']");
  await fill(page, { ...APPLICANT, applicant_number: "429997199001010010" });
  await inspect(page, "citizen-form");
  await page.click("main form button[type=submit]");
  await page.waitForLoadState();
  assert.match(await page.textContent("main"), /证件号码不对|校验位/);
  assert.equal(await page.inputValue("#applicant_name"), APPLICANT.applicant_name, "what was typed is kept");
  await inspect(page, "citizen-mistake");
  // Whoever leaves the mistake for another page comes back to what was typed.
  const form = page.url();
  await page.goto(`${county.base}/items`);
  await page.goto(form);
  assert.equal(await page.inputValue("#applicant_name"), APPLICANT.applicant_name, "a mistake does not end the draft");
  await fill(page, { applicant_number: complete("42999719900101001") });
  await page.click("main form button[type=submit]");
  await submitted(page);
  await inspect(page, "citizen-submitted");
  await page.click("main a.button");
  await inspect(page, "citizen-receipt");
  await page.goBack();
  await page.click("main a.button-plain");
  await inspect(page, "citizen-track");
});

test("a firm's agent applies signed in", async () => {
  const page = await county.visit({ person: "firm" });
  await page.goto(`${county.base}/items?q=${encodeURIComponent("公司设立登记")}`);
  await page.click("main a[href^='/items/']");
  await page.click("a[href$='/apply']");
  await fill(page, { ...APPLICANT, applicant_number: complete("42999719900101002") });
  // The session ends on the way: the case is not filed under nobody, and nothing typed is lost.
  await page.context().clearCookies({ name: "fadu" });
  await page.click("main form button[type=submit]");
  await page.waitForURL(/sign-in/);
  await page.locator("form:has(input[name=demo][value=firm]) button").click();
  await page.waitForURL(/\/apply$/);
  assert.equal(await page.inputValue("#applicant_name"), APPLICANT.applicant_name, "what was typed is kept");
  await fill(page, {});
  await page.click("main form button[type=submit]");
  await submitted(page);
  await inspect(page, "firm-submitted");
});

test("a clerk receives at the window, and an officer, then the head, take the case on", async () => {
  const clerk = await county.visit({ person: "clerk" });
  await look(clerk, "/desk", "clerk-tasks");
  await look(clerk, `/desk/new-case?q=${encodeURIComponent("临时用地审批")}`, "clerk-find");
  await clerk.click("main a.row-link");
  await fill(clerk, { ...APPLICANT, applicant_number: complete("42999719900101003") });
  for (const box of await clerk.$$("main form input[name=materials]")) await box.check();
  await inspect(clerk, "clerk-form");
  await clerk.click("main form[method=post] button[type=submit]");
  await submitted(clerk);
  const matter = clerk.url().split("/").at(-2);

  const officer = await county.visit({ person: "officer" });
  await look(officer, "/desk", "officer-tasks");
  await look(officer, `/desk/cases/${matter}`, "officer-received");
  assert.match(await officer.textContent("main"), /模拟申请人甲/, "the competent organ reads what was written to it");
  await act(officer, matter, "Accept");
  // The session ends while a long form is being written: nothing of it is lost.
  const written = "申请材料相符，现场核查情况另附";
  const open = (name) => officer.evaluate((name) => document.querySelector(`#act-${name}`).setAttribute("open", ""), name);
  await open("Verify");
  await officer.fill("#act-Verify textarea[name=note]", written);
  await officer.context().clearCookies({ name: "fadu" });
  await officer.locator("#act-Verify button[type=submit]").click();
  await officer.waitForURL(/sign-in/);
  await inspect(officer, "officer-expired");
  await officer.locator("form:has(input[name=demo][value=officer]) button").click();
  await officer.waitForURL(new RegExp(`/desk/cases/${matter}$`));
  assert.equal(await officer.inputValue("#act-Verify textarea[name=note]"), written);
  await inspect(officer, "officer-draft");
  await act(officer, matter, "Verify", { checkers: "officer head", passed: "yes", note: "相符" });
  await inspect(officer, "officer-verified");

  const inspector = await county.visit({ person: "inspector" });
  await look(inspector, `/desk/cases/${matter}`, "inspector-case");
  assert.doesNotMatch(await inspector.textContent("main"), /模拟申请人甲/, "an inspector reads it masked");
  assert.equal(await inspector.locator("a[href*='/files/']").count(), 0, "scans stay closed where the fields are masked");
  await act(inspector, matter, "Consult", { reason: "核查群众反映" });
  assert.match(await inspector.textContent("main"), /批准文书/, "the field that is missing is named");
  await inspect(inspector, "inspector-consult");
  await act(inspector, matter, "Consult", { reason: "核查群众反映", authorisation: "模监〔2025〕3号" });
  assert.match(await inspector.textContent("main"), /模拟申请人甲/, "on a recorded reason the inspector reads on");
  assert.match(await inspector.textContent("main"), /调阅个人信息/);
  await inspect(inspector, "inspector-consulted");

  const head = await county.visit({ person: "head" });
  await look(head, "/desk", "head-tasks");
  await look(head, `/desk/cases/${matter}`, "head-case");
  assert.doesNotMatch(await head.textContent("main"), /调阅个人信息/, "whom inspectors look into is not told to the organ");
  await act(head, matter, "ConfirmCheck", { agrees: "yes" });
  await act(head, matter, "Decide", { granted: "yes" });
  assert.match(await head.textContent("main"), /准予/);
  await inspect(head, "head-decided");
});

/** Fills the form of one act on a case page and sends it. */
async function act(page, matter, name, answers = {}) {
  const form = page.locator(`form[action$="/acts/${name}"]`);
  await page.evaluate((action) => {
    document.querySelector(`form[action$="/acts/${action}"]`)?.closest("details")?.setAttribute("open", "");
  }, name);
  for (const [field, value] of Object.entries(answers)) {
    const choice = form.locator(`input[type=radio][name="${field}"][value="${value}"]`);
    if (await choice.count()) await choice.check();
    else if (await form.locator(`select[name="${field}"]`).count()) await form.locator(`select[name="${field}"]`).selectOption(value);
    else await form.locator(`[name="${field}"]`).first().fill(value);
  }
  await form.locator("button[type=submit]").first().click();
  await page.waitForLoadState();
  assert.ok(page.url().includes(`/desk/cases/${matter}`), page.url());
}

test("asked once, a citizen supplements on a phone without an account, reads the notice and later withdraws", async () => {
  const page = await county.visit({ phone: true });
  await page.goto(`${county.base}/items?q=${encodeURIComponent("临时用地审批")}`);
  await page.click("main a[href^='/items/']");
  await page.click("a[href$='/apply']");
  await fill(page, { ...APPLICANT, applicant_number: complete("42999719900101004") });
  await page.click("main form button[type=submit]");
  await submitted(page);
  const matter = page.url().split("/").at(-2);
  await page.click("main a.button-plain");
  const progress = page.url();
  assert.match(progress, new RegExp(`/track/${matter}/`));

  const officer = await county.visit({ person: "officer" });
  await officer.goto(`${county.base}/desk/cases/${matter}`);
  await officer.evaluate(() => document.querySelector("#act-GiveNotice").setAttribute("open", ""));
  for (const box of await officer.$$("#act-GiveNotice input[name=missing]")) await box.check();
  await officer.locator("#act-GiveNotice button[type=submit]").click();
  await officer.waitForLoadState();

  await page.goto(progress);
  assert.match(await page.textContent("main"), /请您做：补正材料/);
  await inspect(page, "citizen-asked");
  await page.locator("#act-Supplement button[type=submit]").click();
  await page.waitForLoadState();
  assert.match(await page.textContent("main"), /有 \d+ 处需要改正/, "each paper that did not come is named");
  await inspect(page, "citizen-supplement-mistake");
  for (const input of await page.$$("#act-Supplement input[type=file]")) {
    await input.setInputFiles({ name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 sample") });
  }
  await page.locator("#act-Supplement button[type=submit]").click();
  await page.waitForURL(progress);
  assert.match(await page.textContent("main"), /补正材料/);
  assert.doesNotMatch(await page.textContent("main"), /请您做/);
  const notice = await page.request.get(await page.locator("table a[href*='/notices/']").last().evaluate((link) => link.href));
  assert.equal(notice.headers()["content-type"], "application/pdf");
  assert.match((await notice.body()).toString("latin1"), /\/ByteRange/, "the notice is sealed");
  await inspect(page, "citizen-supplemented");
  // A number without its code opens nothing.
  assert.equal((await page.request.get(`${county.base}/track/${matter}/AAAAAAAAAAAA`)).status(), 404);

  await page.evaluate(() => document.querySelector("#act-Withdraw").setAttribute("open", ""));
  await page.fill("#act-Withdraw textarea", "计划有变");
  await page.locator("#act-Withdraw button[type=submit]").click();
  await page.waitForURL(progress);
  assert.match(await page.textContent("main"), /已撤回|撤回申请/);
  await inspect(page, "citizen-withdrawn");
});

/** Goes to what the selector names by the keyboard alone. */
async function tabTo(page, selector) {
  for (let n = 0; n < 300; n += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`${selector} cannot be reached by the keyboard on ${page.url()}`);
}

/** Replaces what the focused field holds. */
async function type(page, text) {
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

test("a catalogue manager suspends an item and resumes it", async () => {
  const page = await county.visit({ person: "manager" });
  await look(page, `/desk/items?status=${encodeURIComponent("在用")}`, "manager-items");
  await page.click("main tbody a.row-link");
  await inspect(page, "manager-item");
  const item = new URL(page.url()).pathname;
  const act = async (name, reason) => {
    await page.locator(`#act-${name}`).evaluate((details) => details.setAttribute("open", ""));
    await page.fill(`#${name}-reason`, reason);
    await page.click(`form[action$='/acts/${name}'] button[type=submit]`);
    await page.waitForURL((url) => url.pathname === item);
  };
  await act("Suspend", "依据正在修改（模拟）");
  assert.match(await page.textContent("main"), /暂停/);
  const citizen = await county.visit({ phone: true });
  await look(citizen, item.replace("/desk", ""), "phone-item-suspended");
  assert.match(await citizen.textContent("main"), /暂时不能申请[\s\S]*依据正在修改/);
  await act("Resume", "依据核对完毕（模拟）");
  await citizen.reload();
  assert.doesNotMatch(await citizen.textContent("main"), /暂时不能申请/);
  for (const [path, name] of [["/desk/items/new", "manager-item-new"], ["/desk/items/quality", "manager-item-quality"], ["/desk/items/differences", "manager-item-differences"]]) {
    await look(page, path, name);
  }
  await look(page, `/desk/impact?statute=${encodeURIComponent("行政许可法")}&article=42`, "manager-impact");
});

test("by the keyboard alone a department revises an item, three review it, the keeper publishes it, the public compares", async () => {
  const officer = await county.visit({ person: "officer" });
  await look(officer, `/desk/items?status=${encodeURIComponent("在用")}`, "officer-items");
  await officer.keyboard.press("j");
  await officer.keyboard.press("Enter");
  await officer.waitForURL(/\/desk\/items\/[0-9A-Z]{13}$/);
  const item = new URL(officer.url()).pathname;
  await tabTo(officer, "#act-Complete summary");
  await officer.keyboard.press("Enter");
  await tabTo(officer, "#Complete-bases");
  const bases = await officer.inputValue("#Complete-bases");
  await type(officer, "设定依据：行政许可法#9999");
  await tabTo(officer, "form[action$='/acts/Complete'] button[type=submit]");
  await officer.keyboard.press("Enter");
  await says(officer, /#9999.*只有83条/, ".error-summary");
  await inspect(officer, "officer-item-mistake");
  await tabTo(officer, "#Complete-bases");
  await officer.keyboard.press("ControlOrMeta+a");
  await officer.keyboard.insertText(bases);
  await tabTo(officer, "#Complete-visits");
  await type(officer, "3");
  await tabTo(officer, "form[action$='/acts/Complete'] button[type=submit]");
  await officer.keyboard.press("Enter");
  // The draft beside the version in force.
  await says(officer, /这一稿与第1版的不同[\s\S]*到现场次数/);
  await tabTo(officer, "form[action$='/acts/Submit'] button[type=submit]");
  await officer.keyboard.press("Enter");
  await says(officer, /待部门审核/);
  await inspect(officer, "officer-item-submitted");

  for (const [person, act, shows] of [
    ["head", "Endorse", /待审改和依据审核/], ["reform", "ReviewReform", /待依据审核/], ["justice", "ReviewBasis", /待发布/],
  ]) {
    const page = await county.visit({ person });
    await look(page, item, `${person}-item`);
    await tabTo(page, `form[action$='/acts/${act}'] input[name=passed]`);
    await page.keyboard.press("Space");
    await tabTo(page, `#${act}-note`);
    await page.keyboard.insertText("核对一致（模拟）");
    await tabTo(page, `form[action$='/acts/${act}'] button[type=submit]`);
    await page.keyboard.press("Enter");
    await says(page, shows);
  }
  const manager = await county.visit({ person: "manager" });
  await look(manager, item, "manager-item-publish");
  await tabTo(manager, "form[action$='/acts/Publish'] button[type=submit]");
  await manager.keyboard.press("Enter");
  await says(manager, /第2版/);

  const citizen = await county.visit({ phone: true });
  const shown = item.replace("/desk", "");
  await look(citizen, shown, "phone-item-guides");
  await look(citizen, `${shown}/versions`, "phone-item-versions");
  await citizen.click("main table a[href*='/compare']");
  await citizen.waitForURL(/compare/);
  await says(citizen, /到现场次数[\s\S]*3次/);
  await inspect(citizen, "phone-item-compare");
  await look(citizen, `${shown}/guide`, "phone-item-guide");
  await look(citizen, "/rates", "phone-rates");
  const pdf = await citizen.request.get(`${county.base}${shown}/guide.pdf`);
  assert.equal(pdf.headers()["content-type"], "application/pdf");
});

test("a department drafts a power, the bureau reviews, the government approves, the public reads it", async () => {
  const officer = await county.visit({ person: "officer" });
  await look(officer, "/desk/powers", "officer-powers");
  await officer.click("a[href='/desk/powers/new']");
  await officer.waitForURL(/powers\/new$/);
  const draft = officer.locator("form[action$='/acts/Draft']");
  const write = async (answers) => {
    for (const [field, value] of Object.entries(answers)) await draft.locator(`[name="${field}"]`).first().fill(value);
  };
  await write({ code: "1", name: "模拟职权", bases: "行政许可法#12\n行政许可法#9999", responsibilities: "公示条件\n依法审查", flow: "受理\n决定", phone: "12345" });
  await draft.locator("button[type=submit]").click();
  await officer.waitForLoadState();
  const summary = await officer.textContent(".error-summary");
  assert.match(summary, /16位/);
  assert.match(summary, /#9999.*只有83条/);
  await inspect(officer, "officer-power-mistake");
  const code = "4299979990199900";
  await write({ code, bases: "行政许可法#12" });
  await draft.locator("button[type=submit]").click();
  await officer.waitForURL(/\/desk\/powers\/[0-9A-Z]{13}$/);
  const power = new URL(officer.url()).pathname;
  assert.match(await officer.textContent("main"), /待审核/);
  await inspect(officer, "officer-power");

  const phone = await county.visit({ person: "officer", phone: true });
  for (const [path, name] of [["/desk/powers", "phone-powers-desk"], ["/desk/powers/new", "phone-power-new"], [power, "phone-power-desk"]]) {
    await look(phone, path, name);
  }
  await phone.evaluate(() => document.querySelector("details.act").setAttribute("open", ""));
  await phone.fill("[name=code]", "4299979990199901");
  await phone.locator("form[action$='/acts/Draft'] button[type=submit]").click();
  await phone.waitForLoadState();
  assert.match(await phone.textContent(".error-summary"), /4299979990199900不能改/, "a power keeps its code");

  const step = async (person, name, answers, shows) => {
    const page = await county.visit({ person });
    // A manager's list is long with the hotline's orders: what is asked for stands under its own group.
    await page.goto(`${county.base}/desk`);
    await page.click('a[href="/desk?of=0"]');
    await look(page, "/desk?of=0", `${person}-power-tasks`);
    await page.click(`a[href="${power}"]`);
    await page.waitForURL((url) => url.pathname === power);
    const form = page.locator(`form[action$="/acts/${name}"]`);
    for (const [field, value] of Object.entries(answers)) {
      const choice = form.locator(`input[type=radio][name="${field}"][value="${value}"]`);
      if (await choice.count()) await choice.check();
      else if (await form.locator(`select[name="${field}"]`).count()) await form.locator(`select[name="${field}"]`).selectOption(value);
      else await form.locator(`[name="${field}"]`).fill(value);
    }
    await form.locator("button[type=submit]").click();
    await page.waitForLoadState();
    assert.match(await page.textContent("main"), shows);
    assert.match(await page.textContent("main"), /部门申报/, "its history in words");
    await inspect(page, `${person}-power-${name}`);
  };
  await step("manager", "Review", { passed: "yes", note: "依据与条文一致" }, /待批准/);
  await step("government", "Approve", {}, /待公开/);
  await step("manager", "Publish", {}, /在清单/);
  const citizen = await county.visit({ phone: true });
  await look(citizen, `/powers/${code}`, "phone-new-power");
  assert.match(await citizen.textContent("main"), /依法审查/);
});

test("those who oversee read boards, figures, ledger and proofs", async () => {
  for (const person of ["inspector", "government", "operator"]) {
    const page = await county.visit({ person });
    for (const [path, name] of [
      ["/oversight", "board"], ["/oversight/figures", "figures"], ["/oversight/ledger", "ledger"], ["/oversight/day", "day"], ["/oversight/entries/3", "entry"],
    ]) {
      await look(page, path, `${person}-${name}`);
    }
  }
  const operator = await county.visit({ person: "operator" });
  await look(operator, "/desk/accounts", "operator-accounts");
});
