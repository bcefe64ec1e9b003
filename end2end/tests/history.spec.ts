// The order's history: a slider through what happened to it, with what each event changed.
import { type Page } from '@playwright/test';
import { command, placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

/** An order that the fulfilment has taken to its fourth event, confirmed. */
async function confirmed(url: string): Promise<string> {
  await stocked(url, 'mug', 'Mug', 50);
  const order = await placed(url, 'mug', 'Ada Byron');
  await expect(async () => {
    const answer = await fetch(`${url}/api/v1/orders/${order}`);
    expect(((await answer.json()) as { status?: string }).status).toBe('confirmed');
  }).toPass();
  return order;
}

const slider = (page: Page) => page.getByRole('slider', { name: 'Version of the order' });
const state = (page: Page) => page.getByRole('table', { name: /^The order before and after/ });
const status = (page: Page) => state(page).getByRole('row', { name: /^status/ });

test('the slider goes through the history, and the URL with it', async ({ page, server, mistakes }) => {
  const order = await confirmed(server.url);
  await open(page, `/shop/orders/${order}`);
  await expect(slider(page)).toHaveValue('4');
  await expect(page.getByText('As it is')).toBeVisible();
  await expect(status(page)).toHaveText(/paid\s*confirmed/);

  await slider(page).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/\?version=2$/);
  await expect(page.getByText('As it was', { exact: true })).toBeVisible();
  await expect(page.getByText('2 changes since')).toBeVisible();
  await expect(status(page)).toHaveText(/placed\s*reserved/);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^version 2 of 4, OrderReserved: status placed → reserved$/);
  await expect(slider(page)).toBeFocused();

  await page.getByRole('link', { name: 'One event earlier' }).click();
  await expect(page).toHaveURL(/\?version=1$/);
  await expect(status(page)).toHaveText(/—\s*placed/);
  await page.reload();
  await expect(page.locator('html[data-alive]')).toBeAttached({ timeout: 30_000 });
  await expect(slider(page)).toHaveValue('1');
  await page.getByRole('link', { name: 'Back to now' }).click();
  await expect(page).toHaveURL(new RegExp(`${order}$`));
  await expect(slider(page)).toHaveValue('4');
  await page.goBack();
  await expect(slider(page)).toHaveValue('1');
  expect(mistakes).toEqual([]);
});

test('at the end it follows what happens, and elsewhere it stays and says so', async ({ page, context, server }) => {
  const order = await confirmed(server.url);
  await open(page, `/shop/orders/${order}`);
  const past = await context.newPage();
  await open(past, `/shop/orders/${order}?version=3`);
  await expect(past.getByText('1 change since')).toBeVisible();
  await command(server.url, 'ShipOrder', { order_id: order });
  await expect(slider(page)).toHaveValue('5');
  await expect(status(page)).toHaveText(/confirmed\s*shipped/);
  await expect(past.getByText('2 changes since')).toBeVisible();
  await expect(slider(past)).toHaveValue('3');
  await expect(slider(past)).toHaveAttribute('max', '5');
  await expect(status(past)).toHaveText(/reserved\s*paid/);
});

test('without script links and a form do the same', async ({ browser, server }) => {
  const order = await confirmed(server.url);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto(`/shop/orders/${order}?version=1`);
  await expect(page.getByText('3 changes since')).toBeVisible();
  await page.getByRole('link', { name: 'One event later' }).click();
  await expect(page).toHaveURL(/\?version=2$/);
  await expect(status(page)).toHaveText(/placed\s*reserved/);
  await slider(page).fill('3');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/\?version=3$/);
  await expect(status(page)).toHaveText(/reserved\s*paid/);
  await page.getByRole('link', { name: 'The order at version 4' }).click();
  await expect(page.getByText('As it is')).toBeVisible();
  await context.close();
});
