/**
 * Blocks of a capture file (draft-ietf-opsawg-pcapng), little endian. Every block is a type, its length, a body and its
 * length again; bodies and options are padded to 4 bytes.
 */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LINKTYPE_ETHERNET = 1;
/** `TLSK`: a key log in NSS format. */
const TLS_KEY_LOG = 0x544c534b;

/** Option codes: opt_comment, and those of the blocks they are used in. */
const COMMENT = 1;
const USER_APPLICATION = 4;
const INTERFACE_NAME = 2;
const INTERFACE_DESCRIPTION_TEXT = 3;
const TIMESTAMP_RESOLUTION = 9;
const PACKET_FLAGS = 2;

export function sectionHeader(application: string, comment: string): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  // Length of the section: not said.
  body.writeBigInt64LE(-1n, 8);
  return block(SECTION_HEADER, [
    body,
    options([text(COMMENT, comment), text(USER_APPLICATION, application)]),
  ]);
}

/** Ethernet, whole packets, timestamps in microseconds. */
export function interfaceDescription(name: string, description: string): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINKTYPE_ETHERNET, 0);
  return block(INTERFACE_DESCRIPTION, [
    body,
    options([
      text(INTERFACE_NAME, name),
      text(INTERFACE_DESCRIPTION_TEXT, description),
      option(TIMESTAMP_RESOLUTION, Buffer.from([6])),
    ]),
  ]);
}

/** Stands before the packets it decrypts. */
export function decryptionSecrets(keyLog: string): Buffer {
  const secrets = Buffer.from(keyLog, 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt32LE(TLS_KEY_LOG, 0);
  head.writeUInt32LE(secrets.length, 4);
  return block(DECRYPTION_SECRETS, [head, padded(secrets)]);
}

export function enhancedPacket(
  packet: Buffer,
  options_: { epochMs: number; inbound: boolean; comment?: string | undefined },
): Buffer {
  const { epochMs, inbound, comment } = options_;
  const timestampUs = BigInt(Math.round(epochMs * 1000));
  const head = Buffer.alloc(20);
  head.writeUInt32LE(Number(timestampUs >> 32n), 4);
  head.writeUInt32LE(Number(timestampUs & 0xffffffffn), 8);
  head.writeUInt32LE(packet.length, 12);
  head.writeUInt32LE(packet.length, 16);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(inbound ? 1 : 2, 0);
  return block(ENHANCED_PACKET, [
    head,
    padded(packet),
    options([...(comment === undefined ? [] : [text(COMMENT, comment)]), option(PACKET_FLAGS, flags)]),
  ]);
}

function block(type: number, parts: readonly Buffer[]): Buffer {
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([head, ...parts, tail]);
}

/** Ends with opt_endofopt. */
function options(list: readonly Buffer[]): Buffer {
  return Buffer.concat([...list, Buffer.alloc(4)]);
}

function text(code: number, value: string): Buffer {
  return option(code, Buffer.from(value, 'utf8').subarray(0, 0xffff));
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

function padded(bytes: Buffer): Buffer {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
