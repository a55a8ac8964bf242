// Lighthouse on the pages named on stdin ({origin, pages, scores}); started by run.py. Exits 1 when one misses.
import { readFileSync } from "node:fs";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const { origin, pages, scores } = JSON.parse(readFileSync(0, "utf8"));
const categories = Object.keys(scores);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** What keeps a page from its score, one line each: the audit and the first element or address it names. */
function findings(report, category) {
  return report.categories[category].auditRefs
    .map(({ id, weight }) => ({ weight, ...report.audits[id] }))
    .filter(({ weight, score }) => weight > 0 && score !== null && score < 0.9)
    .map(({ id, displayValue, details }) => {
      const [first] = details?.items ?? [];
      return `    ${id} ${displayValue ?? ""} ${first?.node?.snippet ?? first?.url ?? first?.description ?? ""}`;
    });
}

/** Measure one page in a browser context of its own: an empty cache and this person's cookies. */
async function audit(browser, { name, path, cookies, bytes }) {
  const context = await browser.createBrowserContext();
  await context.setCookie(
    ...Object.entries(cookies).map(([key, value]) => ({ name: key, value, domain: new URL(origin).hostname })),
  );
  const page = await context.newPage();
  const { lhr } = await lighthouse(origin + path, { logLevel: "error", onlyCategories: categories }, undefined, page);
  await context.close();
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
  if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${name}: ${lhr.finalDisplayedUrl}`);
  const weight = lhr.audits["total-byte-weight"].numericValue;
  const problems = categories
    .filter((category) => Math.round(lhr.categories[category].score * 100) < scores[category])
    .flatMap((category) => [`  ${category} < ${scores[category]}`, ...findings(lhr, category)]);
  if (bytes && weight > bytes) problems.push(`  ${kilobytes(weight)} > ${kilobytes(bytes)}`);
  const marks = categories.map((category) => String(Math.round(lhr.categories[category].score * 100)).padStart(15));
  console.log([name.padEnd(9), ...marks, kilobytes(weight).padStart(12)].join(""));
  problems.forEach((line) => console.log(line));
  return problems.length === 0;
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  console.log(["".padEnd(9), ...categories.map((category) => category.padStart(15)), "weight".padStart(12)].join(""));
  let passed = true;
  for (const page of pages) passed = (await audit(browser, page)) && passed;
  process.exitCode = passed ? 0 : 1;
} finally {
  await browser.close();
}
