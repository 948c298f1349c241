/** Entry of the emulator process: one listener, one trial at a time, told what to do over IPC. */
import os from 'node:os';
import { loadSite } from '../../server/site/load-site.ts';
import type { Site } from '../../server/site/site.ts';
import { Emulator } from './emulator.ts';
import type { Replies, Request, Reply } from './messages.ts';

// The browser wakes up at every byte we deliver and would take the CPU while the next packet is due. Only root may ask.
try {
  os.setPriority(os.constants.priority.PRIORITY_HIGHEST);
} catch {
  // The record of lateness says what it cost.
}

let emulator: Emulator | undefined;
let site: Site | undefined;

async function handle(request: Request): Promise<Replies[keyof Replies]> {
  if (request.kind === 'start') {
    site = await loadSite(request.site);
    emulator = new Emulator(request.certificate);
    return { port: await emulator.listen(request.port) };
  }
  if (emulator === undefined || site === undefined) throw new Error(`"${request.kind}" before "start"`);
  switch (request.kind) {
    case 'begin':
      emulator.begin({ site, ...request.trial });
      return undefined;
    case 'settled':
      return emulator.settled(request.quietMs, request.limitMs);
    case 'end':
      return emulator.end();
    case 'stop':
      await emulator.stop();
      // Let the reply leave before the channel closes.
      setImmediate(() => process.disconnect());
      return undefined;
  }
}

process.on('message', (request: Request) => {
  handle(request).then(
    (value) => reply({ id: request.id, ok: true, value }),
    (error: unknown) => reply({ id: request.id, ok: false, message: String(error) }),
  );
});

function reply(message: Reply): void {
  process.send?.(message);
}

// Ctrl-C reaches the whole process group; the runner decides when we end.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
