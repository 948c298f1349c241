import { createDecipheriv, createHmac, type CipherGCMTypes } from 'node:crypto';
import type { CapturedConnection } from '../../lab/emulator/wire-capture.ts';
import {
  APPLICATION_DATA,
  HANDSHAKE,
  RECORD_HEADER_BYTES,
  tlsRecords,
  type TlsRecord,
} from './tls-records.ts';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const FINISHED = 20;
const TAG_BYTES = 16;
const IV_BYTES = 12;

/** A record, read where it could be. */
export interface OpenRecord extends TlsRecord {
  /** Content type of what is inside. */
  readonly contentType: number;
  /** Without header, content type, padding and tag. */
  readonly plaintext: Uint8Array;
}

interface Suite {
  readonly cipher: CipherGCMTypes | 'chacha20-poly1305';
  readonly hash: 'sha256' | 'sha384';
  readonly keyBytes: number;
}

/** RFC 8446 §B.4. */
const SUITES: Readonly<Record<number, Suite>> = {
  0x1301: { cipher: 'aes-128-gcm', hash: 'sha256', keyBytes: 16 },
  0x1302: { cipher: 'aes-256-gcm', hash: 'sha384', keyBytes: 32 },
  0x1303: { cipher: 'chacha20-poly1305', hash: 'sha256', keyBytes: 32 },
};

/**
 * The records of both directions of a TLS 1.3 connection, decrypted with the secrets of a key log. A direction ends at
 * the first record that these do not open; without secrets only what is not encrypted is there.
 */
export function openConnection(
  { uplink, downlink }: Pick<CapturedConnection, 'uplink' | 'downlink'>,
  keyLog: readonly string[],
): { readonly uplink: OpenRecord[]; readonly downlink: OpenRecord[] } {
  const [up, down] = [tlsRecords(uplink), tlsRecords(downlink)];
  const hello = up.find((record) => isHandshake(record, CLIENT_HELLO));
  // After a HelloRetryRequest, which is a ServerHello too, comes the real one.
  const answer = down.findLast((record) => isHandshake(record, SERVER_HELLO));
  const suite = answer && SUITES[suiteOf(answer)];
  const secrets = new Map<string, Buffer>();
  if (hello !== undefined) {
    // Behind the record header: type and length, version, then 32 random bytes.
    const random = Buffer.from(hello.bytes.subarray(11, 43)).toString('hex');
    for (const line of keyLog) {
      const [label, of, secret] = line.split(' ');
      if (label !== undefined && of === random && secret !== undefined)
        secrets.set(label, Buffer.from(secret, 'hex'));
    }
  }
  return {
    uplink: openRecords(
      up,
      suite,
      secrets.get('CLIENT_HANDSHAKE_TRAFFIC_SECRET'),
      secrets.get('CLIENT_TRAFFIC_SECRET_0'),
    ),
    downlink: openRecords(
      down,
      suite,
      secrets.get('SERVER_HANDSHAKE_TRAFFIC_SECRET'),
      secrets.get('SERVER_TRAFFIC_SECRET_0'),
    ),
  };
}

function openRecords(
  records: readonly TlsRecord[],
  suite: Suite | undefined,
  handshakeSecret: Buffer | undefined,
  applicationSecret: Buffer | undefined,
): OpenRecord[] {
  const opened: OpenRecord[] = [];
  let keys = suite && handshakeSecret && new RecordKeys(suite, handshakeSecret);
  let isHandshaking = true;
  for (const record of records) {
    if (record.type !== APPLICATION_DATA) {
      opened.push({
        ...record,
        contentType: record.type,
        plaintext: record.bytes.subarray(RECORD_HEADER_BYTES),
      });
      continue;
    }
    const inner = keys?.open(record.bytes);
    if (inner === undefined) break;
    opened.push({ ...record, ...inner });
    if (isHandshaking && inner.contentType === HANDSHAKE && endsWithFinished(inner.plaintext)) {
      isHandshaking = false;
      keys = suite && applicationSecret && new RecordKeys(suite, applicationSecret);
    }
  }
  return opened;
}

/** Key, IV and counter of one direction under one secret (RFC 8446 §5.3, §7.3). */
class RecordKeys {
  readonly #suite: Suite;
  readonly #key: Buffer;
  readonly #iv: Buffer;
  #sequence = 0;

  constructor(suite: Suite, secret: Buffer) {
    this.#suite = suite;
    this.#key = expandLabel(suite, secret, 'key', suite.keyBytes);
    this.#iv = expandLabel(suite, secret, 'iv', IV_BYTES);
  }

  /** Undefined where they do not fit. */
  open(record: Uint8Array): Pick<OpenRecord, 'contentType' | 'plaintext'> | undefined {
    if (record.length < RECORD_HEADER_BYTES + TAG_BYTES + 1) return undefined;
    const nonce = Buffer.from(this.#iv);
    // The sequence number, 64 bits, over the end of the IV; it stays below 2³² here.
    nonce.writeUInt32BE((nonce.readUInt32BE(IV_BYTES - 4) ^ this.#sequence++) >>> 0, IV_BYTES - 4);
    // Both kinds of AEAD have the same interface; their types do not.
    const decipher = createDecipheriv(this.#suite.cipher as CipherGCMTypes, this.#key, nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(record.subarray(0, RECORD_HEADER_BYTES));
    decipher.setAuthTag(record.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(record.subarray(RECORD_HEADER_BYTES, -TAG_BYTES));
      decipher.final();
      let last = text.length - 1;
      while (last > 0 && text[last] === 0) last--;
      return { contentType: text[last] ?? 0, plaintext: text.subarray(0, Math.max(last, 0)) };
    } catch {
      return undefined;
    }
  }
}

/** HKDF-Expand-Label of at most one block of the hash, with an empty context. */
function expandLabel({ hash }: Suite, secret: Buffer, label: string, bytes: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, bytes, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, bytes);
}

function isHandshake({ type, bytes }: TlsRecord, message: number): boolean {
  return type === HANDSHAKE && bytes[RECORD_HEADER_BYTES] === message;
}

/** Behind message header, version and random: the session id with its length, then the suite. */
function suiteOf({ bytes }: TlsRecord): number {
  const at = RECORD_HEADER_BYTES + 38;
  const suite = at + 1 + (bytes[at] ?? 0);
  return ((bytes[suite] ?? 0) << 8) | (bytes[suite + 1] ?? 0);
}

/** The Finished message is as long as the hash, 32 or 48 bytes, and the last of its flight. */
function endsWithFinished(messages: Uint8Array): boolean {
  return [32, 48].some((hashBytes) => {
    const at = messages.length - hashBytes - 4;
    return at >= 0 && messages[at] === FINISHED && messages[at + 3] === hashBytes && messages[at + 2] === 0;
  });
}
