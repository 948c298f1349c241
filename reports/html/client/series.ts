/**
 * The value of a stepped lane at a share of the time axis, read back from its path (see `stepPath`): the path is the
 * data, so that a report does not carry every series twice. Undefined before the series begins.
 */
export function valueAt(path: string, share: number, top: number): number | undefined {
  const at = share * UNITS_X;
  let y: number | undefined;
  for (const [, command, first, second] of path.matchAll(COMMANDS)) {
    if (command !== 'V' && Number(first) > at) break;
    if (command === 'V') y = Number(first);
    if (command === 'M') y = Number(second);
  }
  return y === undefined ? undefined : (1 - y / UNITS_Y) * top;
}

const COMMANDS = /([MHV])([\d.]+)(?: ([\d.]+))?/g;
// The viewBox of a lane.
const UNITS_X = 10_000;
const UNITS_Y = 100;
