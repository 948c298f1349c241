// @ts-nocheck -- a script over the built code
// One server of server.mjs in a process of its own, so that its CPU time is its own: 'lab' or 'bare'.
import { Buffer } from 'node:buffer';
import http2 from 'node:http2';
import net from 'node:net';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

const dist = path.join(import.meta.dirname, '../../dist');
const { PushServer } = await import(path.join(dist, 'server/push-server.js'));
const { findStrategyPreset } = await import(path.join(dist, 'server/strategies/presets.js'));

const HEADERS = { 'content-type': 'text/css', 'cache-control': 'max-age=600' };

function startLab({ certificate, pageBytes, pushes, pushBytes }) {
  const resource = (name, bytes) => [
    name,
    {
      path: name,
      contentType: 'text/css',
      body: Buffer.alloc(bytes, name),
      encodings: {},
      cacheControl: 'max-age=600',
      headers: {},
    },
  ];
  const site = {
    name: 'bench',
    folder: '/',
    entry: '/',
    hostname: 'bench.test',
    resources: new Map([
      resource('/', pageBytes),
      ...pathsOf(pushes).map((name) => resource(name, pushBytes)),
    ]),
    critical: [],
    used: [],
    children: new Map(),
    missing: [],
    externals: [],
  };
  const strategy = { ...findStrategyPreset('after-html'), paths: pathsOf(pushes), children: {} };
  const server = new PushServer({ site, strategy, thinkMs: 0 }, certificate, {
    nowMs: () => performance.now(),
    log: () => undefined,
    delay: (delayMs, action) => {
      const timer = setTimeout(action, delayMs).unref();
      return () => clearTimeout(timer);
    },
  });
  let connections = 0;
  return net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    server.accept({
      id: ++connections,
      socket,
      handedOverBytes: () => socket.bytesWritten,
      cwndBytes: () => Infinity,
    });
  });
}

function startBare({ certificate, pageBytes, pushes, pushBytes }) {
  const bodies = new Map(pathsOf(pushes).map((name) => [name, Buffer.alloc(pushBytes, name)]));
  const page = Buffer.alloc(pageBytes, '/');
  const server = http2.createSecureServer({
    key: certificate.keyPem,
    cert: certificate.certPem,
    minVersion: 'TLSv1.3',
  });
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    const promised = [];
    for (const name of bodies.keys()) {
      stream.pushStream({ ':path': name }, (error, push) => {
        if (error) return;
        push.on('error', () => undefined);
        promised.push([push, bodies.get(name)]);
      });
    }
    // Callbacks of pushStream run on the next tick.
    setImmediate(() => {
      stream.respond({ ':status': 200, ...HEADERS, 'content-length': page.length });
      stream.end(page);
      for (const [push, body] of promised) {
        push.respond({ ':status': 200, ...HEADERS, 'content-length': body.length });
        push.end(body);
      }
    });
  });
  return server;
}

function pathsOf(pushes) {
  return Array.from({ length: pushes }, (_, index) => `/${index}.css`);
}

process.on('message', (message) => {
  if (message.start !== undefined) {
    const server = message.kind === 'lab' ? startLab(message.start) : startBare(message.start);
    server.listen(0, '127.0.0.1', 1024, () => process.send({ port: server.address().port }));
  } else {
    const { user, system } = process.cpuUsage();
    process.send({ cpuMs: (user + system) / 1000 });
  }
});
