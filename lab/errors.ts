/**
 * A failure the user can act on. The command line prints it without a stack trace and exits with `exitCode`.
 * Exit codes: 2 bad input or usage, 3 the environment.
 */
export class LabError extends Error {
  readonly exitCode: 2 | 3;
  /** What to do now: a command to run, a value to use. */
  readonly nextStep: string | undefined;

  constructor(message: string, options: { exitCode: 2 | 3; nextStep?: string | undefined; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'LabError';
    this.exitCode = options.exitCode;
    this.nextStep = options.nextStep;
  }
}

/** Bad input or usage: exit status 2. */
export class InputError extends LabError {
  constructor(message: string, options: { nextStep?: string; cause?: unknown } = {}) {
    super(message, { ...options, exitCode: 2 });
    this.name = 'InputError';
  }
}

/** Something this machine lacks: exit status 3. */
export class EnvironmentError extends LabError {
  constructor(message: string, options: { nextStep?: string; cause?: unknown } = {}) {
    super(message, { ...options, exitCode: 3 });
    this.name = 'EnvironmentError';
  }
}
