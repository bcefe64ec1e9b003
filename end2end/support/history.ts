// A log that is long enough for work on it to be seen, under load.
import { randomUUID } from 'node:crypto';
import { type Server } from './server.ts';
import { traffic } from './shop.ts';

/** Events of one request. */
const TOGETHER = 1_000;

/**
 * Makes the log at least so long, and lets orders come in from then on. What it is filled with concerns the order list alone: a
 * process would have to work on it for long.
 */
export async function grown(server: Server, events: number): Promise<void> {
  for (let appended = 0; appended < events; appended += TOGETHER) {
    const order_id = randomUUID();
    const event = { type: 'OrderConfirmed', data: { order_id } };
    const answer = await fetch(`${server.url}/api/v1/streams/order-${order_id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ expected: 'any', events: Array(TOGETHER).fill(event) }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
  await traffic(server.url, 200);
}
