/** TLS records: small while a connection is young or has rested, so that each fits a packet and is decrypted on arrival. */
export interface TlsRecordSpec {
  /** Of a record on the wire during warm-up; Apache writes 1300. */
  readonly warmUpRecordBytes: number;
  /** After so many bytes records are full (Apache's H2TLSWarmUpSize). */
  readonly warmUpBytes: number;
  /** After so long without a byte it begins again (Apache's H2TLSCoolDownSecs); 0: never. */
  readonly coolDownMs: number;
}

/** mod_http2: H2TLSWarmUpSize 1048576, H2TLSCoolDownSecs 1, records that fit an MTU. */
export const APACHE_TLS_RECORDS: TlsRecordSpec = {
  warmUpRecordBytes: 1300,
  warmUpBytes: 1_048_576,
  coolDownMs: 1000,
};

/** TLS 1.3 with AES-GCM: header 5, content type 1, tag 16. */
const RECORD_OVERHEAD_BYTES = 22;
const FRAME_HEADER_BYTES = 9;

/**
 * How much one DATA frame may carry. Each is handed to TLS by itself and becomes a record of its own, so that the frame's
 * size is the record's: node:tls cannot change its own limit in mid-connection (setMaxSendFragment had no effect there).
 */
export class RecordSize {
  readonly #spec: TlsRecordSpec | undefined;
  readonly #fullChunkBytes: number;
  readonly #headerBytes: number;
  #sentBytes = 0;
  #lastMs = -Infinity;

  /** @param headerBytes what the protocol puts before each chunk */
  constructor(spec: TlsRecordSpec | undefined, fullChunkBytes: number, headerBytes = FRAME_HEADER_BYTES) {
    this.#spec = spec;
    this.#fullChunkBytes = fullChunkBytes;
    this.#headerBytes = headerBytes;
  }

  /** For a chunk that is sent at `nowMs`. */
  chunkBytes(nowMs: number): number {
    if (this.#spec === undefined) return this.#fullChunkBytes;
    const { coolDownMs, warmUpBytes, warmUpRecordBytes } = this.#spec;
    if (coolDownMs > 0 && nowMs - this.#lastMs >= coolDownMs) this.#sentBytes = 0;
    if (this.#sentBytes >= warmUpBytes) return this.#fullChunkBytes;
    return Math.min(this.#fullChunkBytes, warmUpRecordBytes - RECORD_OVERHEAD_BYTES - this.#headerBytes);
  }

  onSent(bytes: number, nowMs: number): void {
    this.#sentBytes += bytes;
    this.#lastMs = nowMs;
  }
}
