// The OpenAPI document: valid by a validator that is not ours, and true: what the server takes and answers is what it says.
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { orderByHand, placed, stocked } from '../support/shop.ts';
import { expect, open, test } from '../support/test.ts';

interface Example {
  summary: string;
  value: unknown;
  'x-parameters'?: Record<string, string>;
}
interface Content {
  schema?: object;
  examples?: Record<string, Example>;
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  schema: object;
  example?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  description: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; content?: Record<string, Content> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

async function documentOf(url: string): Promise<Document> {
  const answer = await fetch(`${url}/api/openapi.json`);
  expect(answer.headers.get('content-type')).toBe('application/json');
  return (await answer.json()) as Document;
}

/** What is wrong with a value by a schema of the document; nothing where it fits. */
function checker(document: Document): (schema: object, value: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const name of ['uint16', 'uint32', 'uint64']) {
    ajv.addFormat(name, { type: 'number', validate: (value: number) => Number.isInteger(value) && value >= 0 });
  }
  ajv.addSchema({ $id: 'document', components: document.components });
  return (schema, value) => {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components'));
    const validate = ajv.compile(absolute);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

function operationsOf(document: Document): { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

/** The request that an operation shows, with the example of its body that is asked for. */
function requestOf(url: string, path: string, method: string, operation: Operation, body?: Example): [string, RequestInit] {
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, example } of operation.parameters ?? []) {
    const value = body?.['x-parameters']?.[name] ?? example;
    if (value === undefined) continue;
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (place === 'query') query.set(name, String(value));
    // The same id for two commands would be one command.
    else if (!body) headers[name] = String(value);
  }
  if (body) headers['content-type'] = 'application/json';
  const address = `${url}${filled}${query.size > 0 ? `?${query}` : ''}`;
  return [address, { method, headers, ...(body ? { body: JSON.stringify(body.value) } : {}) }];
}

test('the document is valid OpenAPI 3.1', async ({ server }) => {
  const document = await documentOf(server.url);
  expect(document.openapi).toMatch(/^3\.1\./);
  const result = await new Validator().validate({ ...document });
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

test('everything in the document is described, and every example fits its schema', async ({ server }) => {
  const document = await documentOf(server.url);
  const mistakes = checker(document);
  const ids = new Set<string>();
  for (const { path, method, operation } of operationsOf(document)) {
    const where = `${method} ${path}`;
    expect.soft(operation.summary, where).not.toBe('');
    expect.soft(operation.description, where).not.toBe('');
    expect.soft(ids.has(operation.operationId), where).toBe(false);
    ids.add(operation.operationId);
    for (const parameter of operation.parameters ?? []) {
      const what = `${where}: ${parameter.name}`;
      expect.soft(parameter.description ?? '', what).not.toBe('');
      if (parameter.in === 'path') expect.soft(parameter.example, what).toBeDefined();
      if (parameter.example !== undefined) expect.soft(mistakes(parameter.schema, parameter.example), what).toEqual([]);
    }
    const bodies = Object.entries(operation.requestBody?.content ?? {});
    const answers = Object.values(operation.responses).flatMap(({ content }) => Object.entries(content ?? {}));
    for (const [kind, content] of [...bodies, ...answers]) {
      expect.soft(content.schema, `${where}: ${kind}`).toBeDefined();
      const examples = Object.values(content.examples ?? {});
      if (path !== '/api/openapi.json') expect.soft(examples.length, `${where}: ${kind}`).toBeGreaterThan(0);
      for (const { summary, value } of examples) {
        expect.soft(mistakes(content.schema ?? {}, value), `${where}: ${summary}`).toEqual([]);
      }
    }
  }
});

/** Examples name one command, operation and build, which were not made here or not under that id; and a socket is no request. */
function expectedOf(path: string, method: string): number[] {
  if (path.endsWith('/commands/{name}') && method === 'GET') return [404];
  if (path.includes('/operations/{id}')) return [404];
  // Whether the rebuild that was asked for above has switched by then, is a matter of time.
  if (path.endsWith('/switch-back') || path.endsWith('/forget-previous')) return [200, 202, 409];
  // No consumer has stopped at an event here.
  if (path.endsWith('/park')) return [409];
  if (path.endsWith('/connect')) return [400];
  return [200, 201, 202, 204];
}

test('the server takes every request that it shows, and answers as it says', async ({ server }) => {
  const document = await documentOf(server.url);
  const mistakes = checker(document);
  const operations = operationsOf(document);
  // What writes comes first, in the order of the document: later examples build on earlier ones.
  const inOrder = [...operations.filter((one) => one.operation.requestBody), ...operations.filter((one) => !one.operation.requestBody)];
  for (const { path, method, operation } of inOrder) {
    const bodies = Object.values(operation.requestBody?.content['application/json']?.examples ?? {});
    for (const body of bodies.length > 0 ? bodies : [undefined]) {
      const where = `${method} ${path} ${body?.summary ?? ''}`;
      const answer = await fetch(...requestOf(server.url, path, method, operation, body));
      const text = await answer.text();
      const expected = expectedOf(path, method);
      expect.soft(expected, `${where}: ${text}`).toContain(answer.status);
      const kind = answer.headers.get('content-type')?.split(';')[0] ?? '';
      expect.soft(operation.responses[answer.status], `${where}: ${answer.status}`).toBeDefined();
      if (answer.status === 204) continue;
      const said = operation.responses[answer.status]?.content?.[kind];
      expect.soft(said, `${where}: ${answer.status} ${kind}`).toBeDefined();
      const value = kind.endsWith('json') ? JSON.parse(text) : text;
      expect.soft(mistakes(said?.schema ?? {}, value), where).toEqual([]);
    }
  }
});

test('what the server answers once much has happened is what the document says', async ({ page, server }) => {
  const document = await documentOf(server.url);
  const mistakes = checker(document);
  await stocked(server.url, 'mug', 'Mug', 50);
  await open(page, '/shop/orders/new');
  await orderByHand(page, 'Mug', 'Ada Byron');
  const order = await placed(server.url, 'mug', 'Ada Byron');
  await expect.poll(async () => {
    const answer = await fetch(`${server.url}/api/v1/orders/${order}`);
    return ((await answer.json()) as { status?: string }).status;
  }).toBe('confirmed');
  const log = (await (await fetch(`${server.url}/api/v1/events?type=OrderPlaced`)).json()) as {
    events: { id: string; metadata: { causation_id: string } }[];
  };
  const first = log.events[0];
  for (const [path, shown] of [
    ['/api/v1/events', '/api/v1/events?limit=3'],
    ['/api/v1/events/{id}', `/api/v1/events/${first?.id}`],
    ['/api/v1/streams/{stream}', `/api/v1/streams/order-${order}?direction=backward&limit=2`],
    ['/api/v1/streams', '/api/v1/streams?limit=2'],
    ['/api/v1/commands/{name}', `/api/v1/commands/${first?.metadata.causation_id}`],
    ['/api/v1/orders', '/api/v1/orders?limit=1'],
    ['/api/v1/orders/{id}', `/api/v1/orders/${order}`],
    ['/api/v1/orders/search', '/api/v1/orders/search?q=mug'],
    ['/api/v1/inventory', '/api/v1/inventory'],
    ['/api/v1/sales', '/api/v1/sales?bucket=day'],
    ['/api/v1/consumers', '/api/v1/consumers'],
    ['/api/v1/events', '/api/v1/events?limit=1001'],
    ['/api/v1/events/{id}', `/api/v1/events/${order}`],
  ] as const) {
    const answer = await fetch(server.url + shown);
    const kind = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const said = document.paths[path]?.['get']?.responses[answer.status]?.content?.[kind];
    expect.soft(said, `${shown}: ${answer.status}`).toBeDefined();
    expect.soft(mistakes(said?.schema ?? {}, await answer.json()), shown).toEqual([]);
  }
});

test('the page of the API shows every operation, finds one, and copies a request', async ({ page, server, mistakes, context }) => {
  const document = await documentOf(server.url);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, '/api');
  const lines = page.locator('details.operation');
  await expect(lines).toHaveCount(operationsOf(document).length);

  await page.getByRole('textbox', { name: 'Filter the operations' }).pressSequentially('append several');
  await expect(page).toHaveURL(/\/api\?q=append%20several$/);
  await expect(page.getByText('1 operation', { exact: true })).toBeVisible();
  await expect(lines.filter({ visible: true })).toHaveCount(1);
  await page.getByText('Append to several streams at once').click();
  await page.getByRole('button', { name: 'Copy the request' }).filter({ visible: true }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`curl '${server.url}/api/v1/append'`);
  expect(copied).toContain('"stream": "transfer-1"');

  // A link to one operation opens it.
  const linked = await context.newPage();
  await linked.goto('/api#events_head');
  await expect(linked.locator('html[data-alive]')).toBeAttached();
  await expect(linked.locator('#events_head')).toBeVisible();
  expect(mistakes).toEqual([]);
});

test('the page of the API is of use without script', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/api?q=head');
  const head = page.locator('details.operation').filter({ hasText: '/head' });
  await expect(head).toBeVisible();
  await head.locator('> summary').click();
  await expect(head.getByText(`curl '${server.url}/api/v1/head'`)).toBeVisible();
  await context.close();
});
