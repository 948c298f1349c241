import { expect, test } from 'vitest';
import { installLibraries } from '../../lab/browser/install-libraries.ts';
import { installAdvice, parseMissingLibraries, planPackages } from '../../lab/browser/shared-libraries.ts';

/** `ldd chromium` in a minimal Debian bookworm. */
const LDD_OUTPUT = `\tlinux-vdso.so.1 (0x00007ffd1b5f2000)
\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f1c8c0a1000)
\tlibpthread.so.0 => /lib/x86_64-linux-gnu/libpthread.so.0 (0x00007f1c8c09c000)
\tlibnss3.so => not found
\tlibnssutil3.so => not found
\tlibnspr4.so => not found
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f1c8bfbd000)
\tlibexpat.so.1 => not found
\tlibnss3.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1c8c0b0000)
`;

test('reads the missing libraries out of what ldd says, each once', () => {
  expect(parseMissingLibraries(LDD_OUTPUT)).toEqual([
    'libexpat.so.1',
    'libnspr4.so',
    'libnss3.so',
    'libnssutil3.so',
  ]);
  expect(parseMissingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tstatically linked\n')).toEqual([]);
});

test('maps libraries to the fewest Debian packages', () => {
  expect(planPackages(parseMissingLibraries(LDD_OUTPUT))).toEqual({
    packages: ['libexpat1', 'libnss3'],
    unknown: [],
  });
  expect(planPackages(['libnspr4.so'])).toEqual({ packages: ['libnspr4'], unknown: [] });
});

test('says what to type, and what it has no package for', () => {
  expect(installAdvice(['libnss3.so', 'libexpat.so.1'])).toBe(
    'sudo apt-get update && sudo apt-get install --no-install-recommends -y libexpat1 libnss3',
  );
  expect(installAdvice(['libnss3.so', 'libodd.so.7'])).toMatch(/ libnss3; install .* contain libodd\.so\.7$/);
});

test('does not try to install what it knows no package for', async () => {
  await expect(installLibraries(['libodd.so.7'])).rejects.toMatchObject({
    exitCode: 3,
    message: 'no Debian package is known for libodd.so.7',
  });
});
