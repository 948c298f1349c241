/** TLS content types (RFC 8446 §5.1). */
export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;

export const RECORD_HEADER_BYTES = 5;

/** One TLSPlaintext or TLSCiphertext in a TCP stream. */
export interface TlsRecord {
  /** As it stands in the header: what is encrypted calls itself application data. */
  readonly type: number;
  /** Offsets in the TCP stream: of its header, and behind its last byte. */
  readonly start: number;
  readonly end: number;
  /** Header included: it is authenticated with the rest. */
  readonly bytes: Uint8Array;
}

/** Whole records only; ends where a stream stops being TLS. */
export function tlsRecords(stream: Uint8Array): TlsRecord[] {
  const records: TlsRecord[] = [];
  for (let start = 0; start + RECORD_HEADER_BYTES <= stream.length;) {
    const type = stream[start]!;
    if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) break;
    const end = start + RECORD_HEADER_BYTES + (stream[start + 3]! << 8) + stream[start + 4]!;
    if (end > stream.length) break;
    records.push({ type, start, end, bytes: stream.subarray(start, end) });
    start = end;
  }
  return records;
}
