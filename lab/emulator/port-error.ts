import { EnvironmentError } from '../errors.ts';

/** Where the system would not let us listen, and its name for why. */
export interface PortRefusal {
  readonly code: 'EADDRINUSE' | 'EACCES';
  readonly address: string;
  readonly port: number;
}

/** Undefined where it is another error. */
export function portRefusal(error: unknown): PortRefusal | undefined {
  const { code, address, port } = (error ?? {}) as Partial<PortRefusal>;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  return address === undefined || port === undefined ? undefined : { code, address, port };
}

/** @param wantedPort what was asked for; 0: any */
export function portError({ code, address, port }: PortRefusal, wantedPort: number): EnvironmentError {
  const reason = code === 'EACCES' ? 'not yours to use' : 'in use by another program';
  if (wantedPort !== 0) {
    return new EnvironmentError(`port ${port} on ${address} is ${reason}`, {
      nextStep: 'choose another with --port, or leave it out for any free one',
    });
  }
  const last = port === 0 ? '' : `: the last one tried, ${port}, is ${reason}`;
  return new EnvironmentError(`no free port was found on ${address}${last}`, {
    nextStep: 'choose one with --port',
  });
}
