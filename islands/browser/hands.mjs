// What people do at a page: fill in, send, look.
import assert from "node:assert/strict";
import { inspect } from "./county.mjs";

// Their numbers exist nowhere: no county has this region's code.
export const APPLICANT = { applicant_name: "模拟申请人甲", applicant_phone: "19900000001" };

/** The last digit that makes a citizen number right (GB 11643). */
export function complete(first17) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return first17 + "10X98765432"[sum % 11];
}

/** The last character that makes a credit code right (GB 32100). */
export function completeFirm(first17) {
  const characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const sum = [...first17].reduce((total, character, i) => total + 3 ** i % 31 * characters.indexOf(character), 0);
  return first17 + characters[(31 - sum % 31) % 31];
}

export async function look(page, path, name) {
  const answer = await page.goto(page.base + path);
  assert.equal(answer.status(), 200, path);
  await inspect(page, name);
}

/** Fills every field that the form asks for; choices take their first answer. */
export async function fill(page, answers) {
  const number = complete("42999719900101009");
  for (const [id, value] of Object.entries(answers)) await page.fill(`#${id}`, value);
  await page.evaluate((number) => {
    for (const field of document.querySelectorAll("main form [required], main form [aria-required=true], main form input[type=radio]")) {
      if (field.type === "radio") {
        if (![...document.getElementsByName(field.name)].some((other) => other.checked)) field.checked = true;
      } else if (field.tagName === "SELECT") {
        if (!field.value) field.value = [...field.options].find((option) => option.value)?.value ?? "";
      } else if (!field.value) {
        const kind = field.inputMode === "decimal" ? "number" : field.maxLength === 18 ? "id" : field.type;
        field.value = { number: "120.5", id: number, date: "2025-12-01", tel: "19900000001" }[kind] ?? "模拟填写";
      }
    }
  }, number);
}

/** Waits until the page that an act leads to says this. */
export async function says(page, words, where = "main") {
  await page.locator(where).filter({ hasText: words }).waitFor();
}

export async function submitted(page) {
  await page.waitForLoadState();
  const errors = await page.locator("main .error-summary").allTextContents();
  assert.match(page.url(), /\/submitted(\/|$)/, errors.join(" "));
}
