import { RealPath } from './real-path.ts';
import type { TransferOrder, TransferRecord } from './transfer.ts';

/**
 * The transfer through the real proxy: real sockets on loopback, the network model on the wall clock in a process of
 * its own. Bytes are timed at the client's socket. What had not arrived after several times what the link needs is
 * missing in the record.
 *
 * @throws {EnvironmentError} where the emulator process does not start, or dies
 */
export async function realTimeTransfer(order: TransferOrder): Promise<TransferRecord> {
  const path = await RealPath.open();
  try {
    return (await path.carryOut(order)).record;
  } finally {
    path.close();
  }
}
