/** What makes an Ethernet frame with a TCP segment in it. Sequence numbers wrap at 2³². */
export interface TcpFrame {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly identification: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  /** As it stands in the header, scaled. */
  readonly window: number;
  /** TCP options, a multiple of 4 bytes. */
  readonly options: Buffer;
  readonly payload: Uint8Array;
}

export interface Endpoint {
  /** Dotted decimal. */
  readonly address: string;
  readonly port: number;
  readonly mac: readonly number[];
}

export const FIN = 0x01;
export const SYN = 0x02;
export const PSH = 0x08;
export const ACK = 0x10;

export const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const DONT_FRAGMENT = 0x4000;
const TTL = 64;

/** Ethernet II, IPv4 (RFC 791) and TCP (RFC 9293) with both checksums; no frame check sequence. */
export function tcpFrame(frame: TcpFrame): Buffer {
  const { source, destination, options, payload } = frame;
  const tcpBytes = TCP_BYTES + options.length + payload.length;
  const bytes = Buffer.alloc(ETHERNET_BYTES + IP_BYTES + tcpBytes);
  bytes.set(destination.mac, 0);
  bytes.set(source.mac, 6);
  bytes.writeUInt16BE(ETHERTYPE_IPV4, 12);

  const ip = bytes.subarray(ETHERNET_BYTES);
  ip[0] = 0x45;
  ip.writeUInt16BE(IP_BYTES + tcpBytes, 2);
  ip.writeUInt16BE(frame.identification & 0xffff, 4);
  ip.writeUInt16BE(DONT_FRAGMENT, 6);
  ip[8] = TTL;
  ip[9] = PROTOCOL_TCP;
  ip.set(addressBytes(source.address), 12);
  ip.set(addressBytes(destination.address), 16);
  ip.writeUInt16BE(checksum(ip.subarray(0, IP_BYTES)), 10);

  const tcp = ip.subarray(IP_BYTES);
  tcp.writeUInt16BE(source.port, 0);
  tcp.writeUInt16BE(destination.port, 2);
  tcp.writeUInt32BE(frame.seq % 2 ** 32, 4);
  tcp.writeUInt32BE(frame.ack % 2 ** 32, 8);
  tcp[12] = ((TCP_BYTES + options.length) / 4) << 4;
  tcp[13] = frame.flags;
  tcp.writeUInt16BE(frame.window, 14);
  tcp.set(options, TCP_BYTES);
  tcp.set(payload, TCP_BYTES + options.length);
  // Of the pseudo-header: both addresses, the protocol, the length.
  const pseudo = sum16(ip.subarray(12, 20)) + PROTOCOL_TCP + tcpBytes;
  tcp.writeUInt16BE(checksum(tcp, pseudo), 16);
  return bytes;
}

/** RFC 1071. */
function checksum(bytes: Uint8Array, initial = 0): number {
  let sum = initial + sum16(bytes);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Of 16-bit words, big endian; an odd byte counts as the high half of a word. */
function sum16(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) sum += (bytes[index]! << 8) | (bytes[index + 1] ?? 0);
  return sum;
}

function addressBytes(address: string): number[] {
  return address.split('.').map(Number);
}
