// @ts-nocheck -- a script over the built code
// One server of server.mjs in a process of its own, so that its CPU time is its own: 'lab', 'bare' or 'floor'.
import { Buffer } from 'node:buffer';
import http2 from 'node:http2';
import net from 'node:net';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { Duplex } from 'node:stream';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import tls from 'node:tls';

const dist = path.join(import.meta.dirname, '../../dist');
const { PushServer } = await import(path.join(dist, 'server/push-server.js'));
const { findStrategyPreset } = await import(path.join(dist, 'server/strategies/presets.js'));
const { MAX_CHUNK_BYTES } = await import(path.join(dist, 'server/scheduler/scheduler.js'));

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
    origins: [],
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

/** node:http2 on node:tls, every response queued at once: node decides what goes when. */
function startBare(terms) {
  const server = http2.createSecureServer(tlsOptions(terms));
  answer(server, terms, (responses) => {
    for (const { stream, body } of responses) {
      stream.respond(headersOf(body));
      stream.end(body);
    }
  });
  return server;
}

/**
 * The least that a server costs which sees the client's frames and chooses every chunk: node:http2 behind a duplex that
 * does nothing, one chunk under way at a time.
 */
function startFloor(terms) {
  const server = http2.createServer();
  answer(server, terms, (responses) => {
    const sendNext = (index) => {
      if (index === responses.length) return;
      const { stream, body } = responses[index];
      stream.respond(headersOf(body));
      const sendFrom = (offset) => {
        const end = offset + MAX_CHUNK_BYTES;
        const isLast = end >= body.length;
        stream.write(body.subarray(offset, end), (error) => {
          if (error || isLast) sendNext(index + 1);
          else sendFrom(end);
        });
        if (isLast) stream.end();
      };
      sendFrom(0);
    };
    sendNext(0);
  });
  const secureServer = tls.createServer({ ...tlsOptions(terms), ALPNProtocols: ['h2'] });
  secureServer.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    server.emit('connection', new Passage(socket));
  });
  return net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    secureServer.emit('connection', socket);
  });
}

/** A duplex that hands everything on. */
class Passage extends Duplex {
  #inner;

  constructor(inner) {
    super({ allowHalfOpen: true });
    this.#inner = inner;
    inner.on('data', (bytes) => this.push(bytes));
    inner.on('end', () => this.push(null));
    inner.on('close', () => this.destroy());
    this.on('error', () => undefined);
  }

  _read() {
    // The bench's requests fit any buffer.
  }

  _write(chunk, encoding, callback) {
    this.#inner.write(chunk, encoding, callback);
  }

  _writev(chunks, callback) {
    this.#inner.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback);
  }

  _final(callback) {
    this.#inner.end(callback);
  }

  _destroy(error, callback) {
    this.#inner.destroy();
    callback(error);
  }
}

function tlsOptions({ certificate }) {
  return { key: certificate.keyPem, cert: certificate.certPem, minVersion: 'TLSv1.3' };
}

/** The page, then the pushes, all promised before anything else is sent. */
function answer(server, { pageBytes, pushes, pushBytes }, send) {
  const bodies = new Map(pathsOf(pushes).map((name) => [name, Buffer.alloc(pushBytes, name)]));
  const page = Buffer.alloc(pageBytes, '/');
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    const responses = [{ stream, body: page }];
    for (const [name, body] of bodies) {
      stream.pushStream({ ':scheme': 'https', ':path': name }, (error, push) => {
        if (error) return;
        push.on('error', () => undefined);
        responses.push({ stream: push, body });
      });
    }
    // Callbacks of pushStream run on the next tick.
    setImmediate(() => send(responses));
  });
}

function headersOf(body) {
  return { ':status': 200, ...HEADERS, 'content-length': body.length };
}

function pathsOf(pushes) {
  return Array.from({ length: pushes }, (_, index) => `/${index}.css`);
}

const START = { lab: startLab, bare: startBare, floor: startFloor };

process.on('message', (message) => {
  if (message.start !== undefined) {
    const server = START[message.kind](message.start);
    server.listen(0, '127.0.0.1', 1024, () => process.send({ port: server.address().port }));
  } else {
    const { user, system } = process.cpuUsage();
    process.send({ cpuMs: (user + system) / 1000 });
  }
});
