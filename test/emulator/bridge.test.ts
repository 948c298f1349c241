import net from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bridge } from '../../lab/emulator/bridge.ts';
import { ByteSource } from '../../lab/emulator/byte-source.ts';
import type { Peer } from '../../lab/emulator/peer.ts';
import { Recorder } from '../../lab/emulator/recorder.ts';
import { WallClockDriver } from '../../lab/emulator/wall-clock-driver.ts';
import type { NetworkConditions } from '../../lab/network/conditions.ts';
import { Network } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import type { ServerTransport } from '../../server/server-task.ts';
import { FAST } from './support.ts';

const slowLink = { bandwidthBps: 1e6, queueLimitBytes: 64_000, lossRate: 0 };
const SLOW: NetworkConditions = { ...FAST, baseRttMs: 20, downlink: slowLink, uplink: slowLink };

/** Hands out the peer's end of each connection. */
class OpenPeer implements Peer {
  readonly isIdle = true;
  readonly sockets: Duplex[] = [];
  readonly transports: ServerTransport[] = [];

  accept(transport: ServerTransport): void {
    const { socket } = transport;
    socket.on('error', () => undefined);
    this.sockets.push(socket);
    this.transports.push(transport);
  }
}

describe('Bridge', () => {
  let driver: WallClockDriver;
  let listener: net.Server;
  let clients: net.Socket[];
  let open: Set<Bridge>;
  let ends: net.Socket[];

  beforeEach(() => {
    driver = new WallClockDriver();
    clients = [];
    ends = [];
    open = new Set();
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    for (const end of ends) end.destroy();
    listener.close();
    await driver.stop();
  });

  async function connect(conditions: NetworkConditions, peer: Peer): Promise<net.Socket> {
    const simulation = driver.restart();
    const network = new Network(simulation, { conditions, random: createRandom(1) });
    const recorder = new Recorder(() => driver.monotonicMs, 0);
    listener = net.createServer((socket) => {
      ends.push(socket);
      const bridge: Bridge = new Bridge(socket, { driver, network, recorder, peer, extraRttMs: 0 }, () =>
        open.delete(bridge),
      );
      open.add(bridge);
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as net.AddressInfo;
    const client = net.connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  }

  /** Nothing is scheduled any more once what was on the wire has arrived nowhere. */
  async function expectNothingLeft(): Promise<void> {
    await sleep(20);
    expect(open.size).toBe(0);
    expect(ends.every(({ destroyed }) => destroyed)).toBe(true);
    // A full queue drains in 64,000 B × 8 / 1 Mbit/s = 512 ms, and is then propagated in 10 ms.
    await expect.poll(() => driver.act(() => driver.simulation.nextDueMs), { timeout: 2000 }).toBeUndefined();
  }

  it('a client that resets in mid-flight leaves nothing behind: sockets, timers, queues', async () => {
    const peer = new ByteSource(5_000_000);
    const client = await connect(SLOW, peer);
    client.write('x');
    await new Promise((resolve) => client.once('data', resolve));
    expect(open.size).toBe(1);
    expect(peer.isIdle).toBe(false);
    client.resetAndDestroy();
    await expectNothingLeft();
    expect(peer.isIdle).toBe(true);
  });

  it('a peer that resets in mid-flight closes the client’s socket and leaves nothing behind', async () => {
    const peer = new OpenPeer();
    const client = await connect(SLOW, peer);
    const closed = new Promise((resolve) => client.once('close', resolve));
    await expect.poll(() => peer.sockets.length).toBe(1);
    peer.sockets[0]!.write(Buffer.alloc(2_000_000));
    await new Promise((resolve) => client.once('data', resolve));
    peer.sockets[0]!.destroy(new Error('reset'));
    await closed;
    await expectNothingLeft();
  });

  it('a peer that closes: what its kernel has taken still arrives, behind it the end, and nothing is left', async () => {
    const peer = new OpenPeer();
    const client = await connect(SLOW, peer);
    let received = 0;
    client.on('data', (data: Buffer) => (received += data.length));
    const closed = new Promise((resolve) => client.once('close', resolve));
    await expect.poll(() => peer.sockets.length).toBe(1);
    // 50,000 B × 8 / 1 Mbit/s = 400 ms on the way.
    peer.sockets[0]!.write(Buffer.alloc(50_000));
    peer.sockets[0]!.destroy();
    await closed;
    expect(received).toBe(50_000);
    await expectNothingLeft();
  });

  it('a client that resets before the handshake is over leaves nothing behind', async () => {
    const client = await connect(SLOW, new ByteSource(1000));
    await expect.poll(() => open.size).toBe(1);
    client.resetAndDestroy();
    await expectNothingLeft();
  });

  it('a client that does not read blocks its peer', async () => {
    const fast = { bandwidthBps: 2e9, queueLimitBytes: 4e6, lossRate: 0 };
    const peer = new OpenPeer();
    const client = await connect({ ...FAST, baseRttMs: 1, downlink: fast, uplink: fast }, peer);
    client.pause();
    await expect.poll(() => peer.sockets.length).toBe(1);
    const chunk = Buffer.alloc(65_536);
    let confirmedBytes = 0;
    const write = () => {
      if (confirmedBytes < 200e6)
        peer.sockets[0]!.write(chunk, () => {
          confirmedBytes += chunk.length;
          write();
        });
    };
    write();
    let before = -1;
    await expect
      .poll(
        () => {
          const stands = confirmedBytes === before;
          before = confirmedBytes;
          return stands && confirmedBytes > 0;
        },
        { interval: 100, timeout: 4000 },
      )
      .toBe(true);
    // At most 1 MB here, 4 MB in the modelled send buffer, and what loopback's own buffers hold.
    expect(peer.transports[0]!.handedOverBytes()).toBeLessThan(32e6);
    expect(ends[0]!.writableLength).toBeLessThan(8e6);
    let received = 0;
    client.on('data', (data: Buffer) => (received += data.length));
    client.resume();
    // It goes on where it stood.
    await expect.poll(() => received, { timeout: 4000 }).toBeGreaterThan(before);
  });

  it('a client that uploads faster than the uplink carries is read only as fast', async () => {
    const peer = new OpenPeer();
    const client = await connect(SLOW, peer);
    client.write(Buffer.alloc(30e6));
    await expect.poll(() => peer.sockets.length).toBe(1);
    peer.sockets[0]!.resume();
    await sleep(300);
    // 1 Mbit/s for 0.3 s are 40 kB; 1 MB and the chunk that went beyond it wait here.
    expect(ends[0]!.bytesRead).toBeLessThan(1.3e6);
    expect(ends[0]!.bytesRead).toBeGreaterThan(1e6);
  });
});
