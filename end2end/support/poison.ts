// An event that no server would take: written into the log itself, while no server has it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Server } from './server.ts';

const APPEND = `
import json, os, sqlite3, sys
file, stream, kind, schema_version, data = sys.argv[1:]
log = sqlite3.connect(file)
with log:
    position, recorded_at = log.execute("SELECT max(position) + 1, max(recorded_at) FROM events").fetchone()
    (stream_id,) = log.execute("SELECT id FROM streams WHERE name = ?", (stream,)).fetchone()
    (version,) = log.execute("SELECT max(version) + 1 FROM events WHERE stream_id = ?", (stream_id,)).fetchone()
    name = (stream.split("-")[0], kind)
    log.execute("INSERT INTO kinds (category, type) VALUES (?, ?) ON CONFLICT DO NOTHING", name)
    (kind_id,) = log.execute("SELECT id FROM kinds WHERE category = ? AND type = ?", name).fetchone()
    row = (position, os.urandom(16), stream_id, version, kind_id, int(schema_version), recorded_at, None, None, data, None)
    log.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
log.close()
print(position)
`;

/** Appends an event of a version that only a program of the future knows to a stream that is there; its place in the log. */
export function appendOfTheFuture(server: Server, stream: string, type: string, data: unknown): number {
  if (server.isRunning) throw new Error('the server has the log');
  const file = join(server.folder, 'data/log.db');
  const { status, stdout, stderr } = spawnSync('python3', ['-c', APPEND, file, stream, type, '2', JSON.stringify(data)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the event was not written: ${stderr}`);
  return Number(stdout);
}
