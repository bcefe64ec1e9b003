// The past of the read models: a slider that takes a page through the log, with what differs from now.
import { type Page } from '@playwright/test';
import { command, placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

/** The last position of the log, once every consumer is there. */
async function settled(url: string): Promise<number> {
  let head = 0;
  await expect(async () => {
    const answer = await fetch(`${url}/api/v1/consumers`);
    const list = (await answer.json()) as { head: number; consumers: { position: number }[] };
    head = list.head;
    expect(list.consumers.every((consumer) => consumer.position === head)).toBe(true);
  }).toPass();
  return head;
}

/** A shop with one order, placed at the third position and shipped at the last. */
async function shipped(url: string): Promise<{ order: string; head: number }> {
  await stocked(url, 'mug', 'Mug', 50);
  const order = await placed(url, 'mug', 'Ada Byron');
  await expect(async () => {
    const answer = await fetch(`${url}/api/v1/orders/${order}`);
    expect(((await answer.json()) as { status?: string }).status).toBe('confirmed');
  }).toPass();
  await command(url, 'ShipOrder', { order_id: order });
  return { order, head: await settled(url) };
}

const slider = (page: Page) => page.getByRole('slider', { name: 'Position of the log' });
const asItWas = (page: Page) => page.getByRole('status').filter({ hasText: 'As it was' });
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });

test('the slider takes the order list through the log, and the URL with it', async ({ page, server, mistakes }) => {
  const { head } = await shipped(server.url);
  await open(page, '/shop/orders');
  await expect(slider(page)).toHaveValue(String(head));
  await expect(asItWas(page)).toHaveCount(0);

  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(page).toHaveURL(/\?as_of=1$/);
  await expect(asItWas(page)).toContainText('no rows');
  await expect(page.getByText('No order had been placed by then.')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/\?as_of=3$/);
  await expect(row(page, 'Ada Byron')).toContainText('Placed');
  await expect(row(page, 'Ada Byron')).toContainText('now shipped');
  await expect(asItWas(page)).toContainText('its one row differs from now');
  await expect(slider(page)).toBeFocused();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', new RegExp(`^#3 of #${head}, \\d{4}-\\d\\d-\\d\\d .* UTC$`));

  await page.reload();
  await expect(page.locator('html[data-alive]')).toBeAttached({ timeout: 30_000 });
  await expect(slider(page)).toHaveValue('3');
  await expect(row(page, 'Ada Byron')).toContainText('now shipped');
  await page.getByRole('link', { name: 'Back to now' }).click();
  await expect(page).toHaveURL(/\/shop\/orders$/);
  await expect(slider(page)).toHaveValue(String(head));
  await expect(row(page, 'Ada Byron')).toContainText('Shipped');
  await expect(row(page, 'Ada Byron')).not.toContainText('now');
  expect(mistakes).toEqual([]);
});

test('a moment that one knows is typed, as a position or as a time', async ({ page, server, mistakes }) => {
  const { head } = await shipped(server.url);
  const answer = await fetch(`${server.url}/api/v1/events?after=2&limit=1`);
  const { events } = (await answer.json()) as { events: { recorded_at: string }[] };
  const field = page.getByRole('textbox', { name: 'Position or time' });
  await open(page, '/shop/orders');
  await field.fill(events[0]?.recorded_at ?? '');
  await page.keyboard.press('Enter');
  await expect(asItWas(page)).toContainText('its one row differs from now');
  await expect(page).toHaveURL(/\?as_of=\d{4}-/);
  await expect(slider(page)).toHaveValue('3');
  await field.fill('1');
  await page.getByRole('button', { name: 'Go there' }).click();
  await expect(page).toHaveURL(/\?as_of=1$/);
  await expect(page.getByText('No order had been placed by then.')).toBeVisible();
  await field.fill('yesterday');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('`as_of` is `yesterday`');
  await expect(slider(page)).toHaveValue(String(head));
  await field.fill('');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/shop\/orders$/);
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(mistakes).toEqual([]);
});

test('the past keeps still while the shop goes on, and has no forms', async ({ page, server, mistakes }) => {
  const { head } = await shipped(server.url);
  await open(page, '/shop/stock?as_of=2');
  await expect(row(page, 'Mug')).toContainText('50');
  await expect(page.getByRole('button', { name: /Register|Receive/ })).toHaveCount(0);
  await command(server.url, 'ReceiveStock', { sku: 'mug', quantity: 7 });
  await expect(slider(page)).toHaveAttribute('max', String(head + 1));
  await expect(slider(page)).toHaveValue('2');
  await expect(row(page, 'Mug')).toContainText('50');
  await expect(asItWas(page)).toContainText('its one row differs from now');

  await page.getByRole('link', { name: 'One event earlier' }).click();
  await expect(page).toHaveURL(/\?as_of=1$/);
  await expect(row(page, 'Mug')).toContainText('+56');
  await page.getByRole('link', { name: 'Back to now' }).click();
  await expect(page.getByRole('button', { name: 'Register a product' })).toBeVisible();
  await expect(row(page, 'Mug')).toContainText('56');
  expect(mistakes).toEqual([]);
});

test('sales and searches go with it', async ({ page, server, mistakes }) => {
  const { head } = await shipped(server.url);
  await command(server.url, 'PlaceOrder', {
    order_id: crypto.randomUUID(), customer: 'Grace Hopper', lines: [{ sku: 'mug', quantity: 2 }], card: '4242424242424242',
  });
  await settled(server.url);
  await open(page, `/shop/sales?by=day&as_of=${head}`);
  await expect(asItWas(page)).toContainText('its one row differs from now');
  await expect(page.getByRole('cell', { name: /€12\.50/ })).toContainText('+€25.00');
  await page.getByRole('link', { name: 'By hour' }).click();
  await expect(page).toHaveURL(new RegExp(`as_of=${head}`));
  await open(page, `/shop/orders?q=mug&as_of=${head}`);
  await expect(row(page, 'Ada Byron')).toBeVisible();
  await expect(row(page, 'Grace Hopper')).toHaveCount(0);
  expect(mistakes).toEqual([]);
});

test('without script a form does the same', async ({ browser, server }) => {
  await shipped(server.url);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/shop/orders?customer=Ada+Byron');
  await slider(page).fill('3');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/customer=Ada\+Byron&as_of=3$/);
  await expect(row(page, 'Ada Byron')).toContainText('now shipped');
  await page.getByRole('link', { name: 'One event earlier' }).click();
  await expect(page.getByText('No order matched the filter then.')).toBeVisible();
  await page.getByRole('link', { name: 'Back to now' }).click();
  await expect(page).toHaveURL(/\?customer=Ada/);
  await expect(row(page, 'Ada Byron')).not.toContainText('now');
  await context.close();
});
