import { describe, expect, it } from 'vitest';
import { whyNoDesktop } from '../../lab/cli/desktop.ts';

describe('whyNoDesktop', () => {
  it.each([
    [{}, 'linux', 'DISPLAY'],
    [{ DISPLAY: '' }, 'linux', 'DISPLAY'],
    [{ DISPLAY: ':0' }, 'linux', undefined],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', undefined],
    [{ DISPLAY: ':0', CI: 'true' }, 'linux', 'CI'],
    [{ DISPLAY: ':0', CI: 'false' }, 'linux', undefined],
    [{ DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22' }, 'linux', 'ssh'],
    [{ WSL_DISTRO_NAME: 'Debian' }, 'linux', undefined],
    [{}, 'darwin', undefined],
    [{ SSH_TTY: '/dev/ttys0' }, 'darwin', 'ssh'],
  ] as const)('%j on %s: %s', (env, platform, expected) => {
    const reason = whyNoDesktop(env, platform);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(expected);
  });
});
