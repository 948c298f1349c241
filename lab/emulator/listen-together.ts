/**
 * Opens one port on every address, or none.
 *
 * @param port 0: one that is free on all of them, as far as a few tries find it
 * @param open listens on one of them and resolves to what has the port; rejects with the system's error
 */
export async function listenTogether<Listener extends PortHolder>(
  port: number,
  addresses: readonly string[],
  open: (port: number, address: string) => Promise<Listener>,
): Promise<readonly Listener[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openAll(port, addresses, open);
    } catch (error) {
      // The system looked for a port that is free on the first address only.
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (port !== 0 || !isTaken || attempt === MOST_PORTS) throw error;
    }
  }
}

export interface PortHolder {
  address(): unknown;
  close(): unknown;
}

async function openAll<Listener extends PortHolder>(
  port: number,
  addresses: readonly string[],
  open: (port: number, address: string) => Promise<Listener>,
): Promise<readonly Listener[]> {
  const opened: Listener[] = [];
  try {
    for (const address of addresses) {
      const [first] = opened;
      opened.push(await open(first === undefined ? port : portOf(first), address));
    }
    return opened;
  } catch (error) {
    for (const listener of opened) listener.close();
    throw error;
  }
}

export function portOf(listener: PortHolder): number {
  return (listener.address() as { readonly port: number }).port;
}

const MOST_PORTS = 8;
