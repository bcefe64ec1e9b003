// A server of one's own: on a free port, in a folder of its own, as a direct child in its own process group.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** How long a server may take to answer. Catching up with a long log after a kill is part of it. */
const START_MS = 20_000;
/** The server promises to stop within 10 s. */
const STOP_MS = 12_000;

export class Server {
  readonly url: string;
  /** The server's working folder; its data is in `data` there. Removed by `remove`. */
  readonly folder: string;
  /** All that the server wrote, over all its starts. */
  output = '';

  readonly #port: number;
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: readonly string[]) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.folder = folder;
    this.#options = options;
  }

  /** A running server on empty data; `options` are further arguments of `highwater serve`. */
  static async start(options: readonly string[] = []): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(join(tmpdir(), 'highwater-')), options);
    await server.restart();
    return server;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the server (again) on the same port and the same data, and waits until it answers. */
  async restart(): Promise<void> {
    if (this.isRunning) throw new Error('the server is running already');
    const address = `127.0.0.1:${this.#port}`;
    const arguments_ = ['serve', '--listen', address, '--database', 'sqlite:data', ...this.#options];
    const child = spawn(program(), arguments_, {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    child.on('error', (error) => (this.output += `${error}\n`));
    await this.#answers();
  }

  /** kill -9: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', STOP_MS);
  }

  /** SIGTERM, as an operator stops it; fails where the server does not keep its promise to be gone in time. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM', STOP_MS);
  }

  /** What `highwater verify` says of the data; throws where a read model is not what a fresh fold gives. */
  verify(): string {
    const { status, stdout, stderr } = spawnSync(program(), ['verify', '--database', 'sqlite:data'], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`verify ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Ends the server, however it stands, and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline) {
      if (!this.isRunning) throw new Error(`the server ended before it answered:\n${this.output}`);
      const healthy = await fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
      if (healthy) return;
      await sleep(20);
    }
    throw new Error(`the server did not answer within ${START_MS} ms:\n${this.output}`);
  }

  async #end(signal: NodeJS.Signals, withinMs: number): Promise<void> {
    const child = this.#child;
    if (!child?.pid || !this.isRunning) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    process.kill(-child.pid, signal);
    const late = sleep(withinMs, 'late', { ref: false });
    if ((await Promise.race([gone, late])) === 'late') {
      process.kill(-child.pid, 'SIGKILL');
      throw new Error(`the server had not ended ${withinMs} ms after ${signal}:\n${this.output}`);
    }
  }
}

/** The server's program: the one that `cargo xtask test` names, else what was built last for release. */
function program(): string {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
  const path = process.env.HIGHWATER_BIN ?? join(root, 'target/release/highwater');
  if (!existsSync(path)) throw new Error(`${path} is not there: \`cargo xtask build\` makes it`);
  return path;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
