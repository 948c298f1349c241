import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { listenTogether } from '../../lab/emulator/listen-together.ts';
import { portError, portRefusal } from '../../lab/emulator/port-error.ts';

const [FIRST, SECOND] = ['127.0.0.1', '127.0.0.2'];

/** A machine that hands out ports from 5001 on; `taken` are in use on the second address. */
function machine(taken: readonly number[], code = 'EADDRINUSE') {
  let next = 5001;
  const open = new Set<string>();
  const listen = (wanted: number, address: string) => {
    const port = wanted === 0 ? next++ : wanted;
    if (address === SECOND && taken.includes(port))
      return Promise.reject(Object.assign(new Error(), { code, address, port }));
    const name = `${address}:${port}`;
    open.add(name);
    return Promise.resolve({ address: () => ({ port }), close: () => open.delete(name) });
  };
  return { open, listen };
}

describe('listenTogether', () => {
  it('looks for another port where the one the system picked is taken on a further address', async () => {
    const { open, listen } = machine([5001, 5002]);
    await listenTogether(0, [FIRST, SECOND], listen);
    expect([...open]).toEqual(['127.0.0.1:5003', '127.0.0.2:5003']);
  });

  it('gives up after eight, and holds none', async () => {
    const { open, listen } = machine(Array.from({ length: 20 }, (_, index) => 5001 + index));
    await expect(listenTogether(0, [FIRST, SECOND], listen)).rejects.toMatchObject({ port: 5008 });
    expect(open.size).toBe(0);
  });

  it('tries once where the port was asked for, and where nothing is said of its being taken', async () => {
    const wanted = machine([7000]);
    await expect(listenTogether(7000, [FIRST, SECOND], wanted.listen)).rejects.toMatchObject({ port: 7000 });
    expect(wanted.open.size).toBe(0);
    const missing = machine([5001], 'EADDRNOTAVAIL');
    await expect(listenTogether(0, [FIRST, SECOND], missing.listen)).rejects.toMatchObject({ port: 5001 });
  });
});

describe('a port that is taken on the second address', () => {
  it('is named with that address, and the first one is given back', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, SECOND, resolve));
    const { port } = other.address() as net.AddressInfo;
    const emulator = new Emulator();
    const error: unknown = await emulator.listen(port, [FIRST, SECOND]).catch((reason: unknown) => reason);
    expect(portRefusal(error)).toEqual({ code: 'EADDRINUSE', address: SECOND, port });
    other.close();
    expect(await emulator.listen(port, [FIRST, SECOND])).toBe(port);
    await emulator.stop();
  });

  it.each([
    [{ code: 'EADDRINUSE', port: 8443 }, 8443, 'port 8443 on 127.0.0.2 is in use by another program'],
    [{ code: 'EACCES', port: 443 }, 443, 'port 443 on 127.0.0.2 is not yours to use'],
    [
      { code: 'EADDRINUSE', port: 5008 },
      0,
      'no free port was found on 127.0.0.2: the last one tried, 5008, is in use by another program',
    ],
    [{ code: 'EADDRINUSE', port: 0 }, 0, 'no free port was found on 127.0.0.2'],
  ] as const)('%j, asked for %i', (refusal, wanted, message) => {
    const error = portError({ ...refusal, address: SECOND }, wanted);
    expect(error.message).toBe(message);
    expect(error.nextStep).toContain('--port');
    expect(error.nextStep?.includes('leave it out')).toBe(wanted !== 0);
  });

  it('another error is none of a port', () => {
    expect(portRefusal(new Error('no such site'))).toBeUndefined();
  });
});
