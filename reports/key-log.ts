import type { WireCapture } from '../lab/emulator/wire-capture.ts';

/** NSS key log format, what SSLKEYLOGFILE would have held: a line per secret. */
export function keyLogText({ keyLog }: Pick<WireCapture, 'keyLog'>): string {
  return keyLog.map((line) => `${line}\n`).join('');
}
