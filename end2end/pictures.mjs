// Takes the README's pictures of a running server that is empty: `node pictures.mjs http://127.0.0.1:3000`.
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const url = process.argv[2];
const folder = new URL('../docs/pictures/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.HIGHWATER_CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});

/** A page that is alive, in a theme and at a size. */
async function open(path, colorScheme = 'light') {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(url + path);
  await page.locator('html[data-alive]').waitFor({ state: 'attached' });
  return page;
}

async function take(page, name) {
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.context().close();
}

const first = await open('/');
await first.getByRole('button', { name: 'Bring it to life' }).click();
await sleep(20_000);
await first.goto(`${url}/shop/orders/new`);
await first.locator('html[data-alive]').waitFor({ state: 'attached' });
await first.getByRole('button', { name: 'One Kettle more' }).click();
await first.getByRole('textbox', { name: 'Customer' }).fill('Nadia Okafor');
await first.getByRole('button', { name: /^Place the order/ }).click();
await first.waitForURL(/\/shop\/orders$/);
const mine = await first.getByRole('row', { name: /Nadia Okafor/ }).first().getByRole('link').first().getAttribute('href');
await first.context().close();
for (const [path, name, theme] of [['/', 'overview', 'light'], [mine, 'order-dark', 'dark']]) {
  const page = await open(path, theme);
  await sleep(3_000);
  await take(page, name);
}
const operator = await open('/consumers/sales');
await operator.getByRole('button', { name: 'Pause sales' }).click();
await sleep(12_000);
await operator.goto(`${url}/consumers`);
await sleep(3_000);
await take(operator, 'consumers');
await browser.close();
