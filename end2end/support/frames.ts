// Changes what the server tells a page, so that a page can be seen in states that a test could only wait for.
import { type Page } from '@playwright/test';

/** A consumer as the pages know it; only what the tests change is named. */
export interface ConsumerRow {
  name: string;
  state: string;
  [field: string]: unknown;
}

interface Pulse {
  alerts: unknown[];
}

interface ServerFrame {
  type: string;
  delta?: { kind: string; consumers?: ConsumerRow[]; pulse?: Pulse };
}

export interface Changes {
  /** Changes each consumer before the page hears of it. */
  consumer?: (row: ConsumerRow) => ConsumerRow;
  /** The alerts that the page hears of. */
  alerts?: unknown[];
}

/** From the next page on, the live connection tells the consumers and the alerts changed. */
export async function changeFrames(page: Page, changes: Changes): Promise<void> {
  await page.routeWebSocket('**/live', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(changed(String(message), changes)));
  });
}

function changed(message: string, changes: Changes): string {
  const frame = JSON.parse(message) as ServerFrame;
  const { consumer, alerts } = changes;
  if (frame.delta?.consumers && consumer) frame.delta.consumers = frame.delta.consumers.map(consumer);
  if (frame.delta?.pulse && alerts) frame.delta.pulse.alerts = alerts;
  return JSON.stringify(frame);
}
