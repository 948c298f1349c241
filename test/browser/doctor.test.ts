import { expect, test } from 'vitest';
import { checkCores, checkMemory, checkNode, type Diagnosis } from '../../lab/browser/doctor.ts';
import { doctorCommand, renderDiagnosis } from '../../lab/cli/doctor.ts';

test('wants Node.js 20.11 or newer', () => {
  expect(checkNode('20.11.0').status).toBe('ok');
  expect(checkNode('24.0.1').status).toBe('ok');
  expect(checkNode('20.10.0')).toMatchObject({
    status: 'missing',
    fix: expect.stringContaining('nvm') as string,
  });
  expect(checkNode('18.20.4').status).toBe('missing');
});

test('little of a machine is a warning, not a refusal', () => {
  expect(checkCores(1)).toMatchObject({ status: 'warning', found: '1 core' });
  expect(checkCores(2).status).toBe('ok');
  expect(checkMemory(400e6)).toMatchObject({ status: 'warning', found: '400 MB of memory available' });
});

test('prints a line per finding, with its meaning and what to type', () => {
  const diagnosis: Diagnosis = {
    findings: [
      { check: 'node', status: 'ok', found: 'Node.js 20.20.2' },
      {
        check: 'libraries',
        status: 'missing',
        found: 'shared libraries missing: libnss3.so',
        meaning: 'chromium-106 cannot start',
        fix: 'sudo apt-get install libnss3',
      },
    ],
    healthy: false,
    missingLibraries: ['libnss3.so'],
  };
  // eslint-disable-next-line no-control-regex
  expect(renderDiagnosis(diagnosis).replace(/\u001b\[\d+m/g, '')).toBe(
    `ok       node       Node.js 20.20.2
missing  libraries  shared libraries missing: libnss3.so
                    chromium-106 cannot start
                    fix: sudo apt-get install libnss3

1 thing is missing.
To install the libraries: npx lab doctor --fix
`,
  );
  expect(renderDiagnosis(diagnosis, 'installing needs root')).toContain('Not fixed: installing needs root.');
});

test('is a command with --fix and --json', () => {
  const command = doctorCommand();
  expect(command.name()).toBe('doctor');
  expect(command.options.map((option) => option.long)).toEqual(['--fix', '--browser', '--json']);
});
