// What the tests do in the shop, through the public API or the page.
import { randomUUID } from 'node:crypto';
import { type Page, expect } from '@playwright/test';

/** Carries out a command that must succeed. */
export async function command(url: string, name: string, body: unknown): Promise<{ position: number }> {
  const answer = await fetch(`${url}/api/v1/commands/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** A product with pieces in stock. */
export async function stocked(url: string, sku: string, name: string, quantity: number): Promise<void> {
  await command(url, 'RegisterProduct', { sku, name, unit_price: { amount: 1250, currency: 'EUR' } });
  await command(url, 'ReceiveStock', { sku, quantity });
}

/** Places an order as a program would; its id. */
export async function placed(url: string, sku: string, customer: string): Promise<string> {
  const order_id = randomUUID();
  const lines = [{ sku, quantity: 1 }];
  await command(url, 'PlaceOrder', { order_id, customer, lines, card: '4242424242424242' });
  return order_id;
}

/** Places an order of one piece with the form of the page. */
export async function orderByHand(page: Page, product: string, customer: string): Promise<void> {
  await page.getByRole('button', { name: `One ${product} more` }).click();
  await page.getByRole('textbox', { name: 'Customer' }).fill(customer);
  await page.getByRole('button', { name: /^Place the order/ }).click();
  await expect(page).toHaveURL(/\/shop\/orders$/);
}

/** Starts the built-in stream of orders. */
export async function traffic(url: string, rate: number): Promise<void> {
  const body = new URLSearchParams({ rate: String(rate) });
  const answer = await fetch(`${url}/api/fn/operator/start_traffic`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`traffic: ${answer.status} ${await answer.text()}`);
}
